import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { approverDirectory } from '../../../src/config/approver-directory.ts';
import { awsSettings, evidenceSettings, observedSettings } from '../../../src/config/aws-settings.ts';
import { ConfigInvalid } from '../../../src/config/config-invalid.ts';
import { loadConfig, parseConfig } from '../../../src/config/load-config.ts';
import { responsePolicy, responsePolicyDigest } from '../../../src/config/response-policy.ts';
import { leastConfig, parse } from './configuration.ts';

const exampleFile = new URL('../../../config/soar.example.yaml', import.meta.url).pathname;
const minute = 60_000;

afterEach(() => vi.unstubAllEnvs());

/** Problems of a configuration as `path: message`. */
function problemsOf(contents: unknown): string[] {
  try {
    parse(contents);
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

describe('a configuration', () => {
  test('needs only accounts, evidence, secrets and approvers; the rest has defaults', () => {
    const config = parse(leastConfig());
    expect(config.approvals).toMatchObject({
      remindAfter: 15 * minute,
      escalateAfter: 30 * minute,
      dueAfter: 240 * minute,
      quorum: { reversible: 1, irreversible: 2 },
    });
    expect(config.rechecks).toEqual([60 * minute, 1440 * minute, 10_080 * minute]);
    expect(config.intake).toMatchObject({ host: '127.0.0.1', port: 8484 });
    expect(config.accounts[0]?.environment).toBe('mixed');
    expect(config.evidence).toEqual({ folder: '/etc/soar/evidence' });
  });

  test('is shown whole by the example, which is valid', async () => {
    const config = await loadConfig(exampleFile);
    expect(config.allowList[0]).toMatchObject({ id: 'nightly-backup', expires: '2027-06-30T00:00:00.000Z' });
    expect(config.forensics?.prefix).toBe('exports');
  });

  test('opens the doors of EventBridge and SNS only where it says so', () => {
    expect(parse(leastConfig()).intake).not.toHaveProperty('eventbridge');
    const topics = ['arn:aws:sns:eu-west-1:111111111111:alerts'];
    const doors = { hmacSecrets: ['env:A'], eventbridge: { apiKeys: ['env:B'] }, sns: { topics } };
    const { intake } = parse({ ...leastConfig(), intake: { ...leastConfig().intake, ...doors } });
    expect(intake.hmacSecrets[0]?.reference).toBe('env:A');
    expect(intake.eventbridge).toMatchObject({ header: 'x-api-key', apiKeys: [{ reference: 'env:B' }] });
    expect(intake.sns).toEqual({ topics });
    const wrong = { ...leastConfig().intake, sns: { topics: ['alerts'] }, eventbridge: { apiKeys: [] } };
    expect(problemsOf({ ...leastConfig(), intake: wrong })).toEqual([
      'intake.eventbridge.apiKeys: must hold at least one secret reference',
      'intake.sns.topics[0]: must be the ARN of an SNS topic',
    ]);
  });

  test('locks copies where it says so, and says how', () => {
    const forensics = { account: '222222222222', region: 'eu-west-1', bucket: 'copies' };
    const retention = { mode: 'GOVERNANCE', days: 90 };
    const locking = parse({ ...leastConfig(), forensics: { ...forensics, retention } });
    expect(responsePolicy(locking, '111111111111').forensics).toMatchObject({ bucket: 'copies', retention });
    const open = parse({ ...leastConfig(), forensics });
    expect(responsePolicy(open, '111111111111').forensics).not.toHaveProperty('retention');
    expect(
      problemsOf({ ...leastConfig(), forensics: { ...forensics, retention: { mode: 'FOREVER', days: 0 } } }),
    ).toEqual([
      'forensics.retention.mode: must be one of GOVERNANCE, COMPLIANCE',
      'forensics.retention.days: must be a whole number from 1 to 36500',
    ]);
  });

  test('seals closed incidents, locks what is added, and keeps releases, where it says so', () => {
    const evidence = { bucket: 'evidence', region: 'eu-west-1', retention: { mode: 'COMPLIANCE', days: 3650 } };
    const audit = { signingKey: 'file:audit.key.pem' };
    const config = parse({ ...leastConfig(), evidence, audit, releases: './releases' });
    expect(config.audit?.signingKey.reference).toBe('file:audit.key.pem');
    expect(config.releases).toBe('/etc/soar/releases');
    expect(evidenceSettings(config)).toMatchObject(evidence);
    expect(responsePolicy(config, '111111111111').sealed).toBe(true);
    expect(responsePolicy(parse(leastConfig()), '111111111111')).not.toHaveProperty('sealed');
    expect(problemsOf({ ...leastConfig(), audit: { signingKey: 'the key itself' } })).toEqual([
      expect.stringMatching(/^audit\.signingKey: must be a reference/),
    ]);
  });

  test('may let incidents isolate their account, by roles of the management account', () => {
    const management = {
      account: '444444444444',
      roles: {
        observe: 'arn:aws:iam::444444444444:role/soar-organisation',
        contain: 'arn:aws:iam::444444444444:role/soar-isolate',
      },
    };
    const config = parse({ ...leastConfig(), organisation: { management, isolation: 'on-high', reviewAfter: '2h' } });
    const organisation = { managementAccount: '444444444444', isolation: 'on-high', reviewAfter: 7_200_000 };
    expect(responsePolicy(config, '111111111111').organisation).toEqual({ ...organisation, denyExports: false });
    expect(awsSettings(config, 'contain').organisation).toEqual(management);
    const least = responsePolicy(parse(leastConfig()), '111111111111');
    expect(least.organisation).toMatchObject({ managementAccount: null, isolation: 'never', denyExports: false });

    const problems = (organisation: object) => problemsOf({ ...leastConfig(), organisation });
    const needs = 'needs organisation.management: service control policies are kept in that account';
    expect(problems({ isolation: 'always' })).toEqual([`organisation.isolation: ${needs}`]);
    expect(problems({ denyExports: true })).toEqual([`organisation.denyExports: ${needs}`]);
    const observe = 'arn:aws:iam::111111111111:role/soar-observe';
    expect(problems({ management: { ...management, roles: { observe, contain: observe } } })).toEqual([
      'organisation.management.roles.contain: must be another role than observe',
      'organisation.management.roles.observe: must be a role of account 444444444444',
      'organisation.management.roles.contain: must be a role of account 444444444444',
    ]);
  });

  test('names partners, who are outside the organisation', () => {
    const partners = [{ name: 'Example Logistics', accounts: ['555555555555'] }];
    const policy = responsePolicy(parse({ ...leastConfig(), partners }), '111111111111');
    expect(policy.partners).toEqual(partners);
    expect(policy.organisationAccounts).not.toContain('555555555555');
    expect(responsePolicy(parse(leastConfig()), '111111111111')).not.toHaveProperty('partners');
    expect(problemsOf({ ...leastConfig(), partners: [{ name: 'Ours', accounts: ['111111111111'] }] })).toEqual([
      'partners[0].accounts: 111111111111 is an account of the organisation: a partner is outside',
    ]);
  });

  test('protects whole accounts, and what has a tag', () => {
    const spared = { accounts: ['111111111111'], tags: { 'legal-hold': ['yes', 'case-*'] } };
    const config = parse({ ...leastConfig(), protected: spared });
    expect(responsePolicy(config, '111111111111').protected).toMatchObject(spared);
    expect(problemsOf({ ...leastConfig(), protected: { accounts: ['1'], tags: { a: [], b: 'yes' } } })).toEqual([
      "protected.accounts[0]: must be an account id: 12 digits in quotes, such as '111111111111'",
      'protected.tags.a: must name at least one value; * is any',
      'protected.tags.b: must be a list of values',
    ]);
  });

  test('proposes every rule of AWS Config unless it names others', () => {
    const rules = (changes: object) => responsePolicy(parse({ ...leastConfig(), ...changes }), '1').configRules;
    expect(rules({})).toEqual(['s3-public-read', 's3-acl', 'ebs-encryption', 'trail']);
    expect(rules({ configRules: [] })).toEqual([]);
    expect(problemsOf({ ...leastConfig(), configRules: ['all'] })).toEqual([
      'configRules[0]: must be one of s3-public-read, s3-acl, ebs-encryption, trail',
    ]);
  });

  test('may leave a section empty', () => {
    expect(parse({ ...leastConfig(), forensics: null, tags: null }).forensics).toBeUndefined();
  });

  test('has a digest that changes with its contents and not with its comments', () => {
    const one = parseConfig(`# a\n${JSON.stringify(leastConfig())}`, 'soar.yaml');
    const same = parseConfig(JSON.stringify(leastConfig()), 'other.yaml');
    const other = parse({ ...leastConfig(), actionLimit: 3 });
    expect(one.digest).toBe(same.digest);
    expect(one.digest).not.toBe(other.digest);
  });
});

describe('a wrong configuration', () => {
  test('is refused with every problem, its path and what is allowed', () => {
    const wrong = leastConfig();
    Object.assign(wrong.accounts[0]!, { id: 111111111111, sensitivity: 'huge', colour: 'red' });
    Object.assign(wrong.approvals, { remindAfter: '15 minutes' });
    Object.assign(wrong.evidence, { bucket: 'also' });
    expect(problemsOf(wrong)).toEqual([
      "accounts[0].id: must be an account id: 12 digits in quotes, such as '111111111111'",
      'accounts[0].sensitivity: must be one of high, medium, low',
      'accounts[0].colour: is unknown; allowed here: id, name, sensitivity, environment, regions, roles',
      'evidence.bucket: is unknown; allowed here: folder',
      expect.stringMatching(/^approvals\.remindAfter: must be a whole number with a unit/),
    ]);
  });

  test('says the line, also of the section that lacks a key', () => {
    const text = 'accounts: []\nintake:\n  port: 99999\n';
    expect(() => parseConfig(text, 'soar.yaml')).toThrow(/^soar\.yaml:1: accounts: must name at least one account/);
    expect(() => parseConfig(text, 'soar.yaml')).toThrow(/soar\.yaml:3: intake\.port: must be a whole number/);
    expect(() => parseConfig(text, 'soar.yaml')).toThrow(/soar\.yaml:3: intake\.bearerTokens: is missing/);
  });

  test.each([
    ['gateway.signingKey', { gateway: { ...leastConfig().gateway, signingKey: 'f'.repeat(64) } }],
    ['intake.bearerTokens[0]', { intake: { ...leastConfig().intake, bearerTokens: ['hunter2hunter2hunter2'] } }],
    ['aws.externalId', { aws: { externalId: 'hunter2hunter2hunter2' } }],
  ])('never holds a secret itself: %s', (path, changes) => {
    const problems = problemsOf({ ...leastConfig(), ...changes });
    expect(problems).toEqual([expect.stringMatching(/must be a reference env:NAME or file:PATH/)]);
    expect(problems[0]).toContain(path);
    expect(problems[0]).not.toMatch(/hunter2|ffff/);
  });

  test('has an allow-list entry that matches by role alone', () => {
    const entry = { id: 'x', owner: 'o', reason: 'r', expires: '2027-01-01', role: 'arn:aws:iam::111111111111:role/b' };
    const refused = [expect.stringMatching(/^allowList\[0\]: matches by role alone/)];
    expect(problemsOf({ ...leastConfig(), allowList: [entry] })).toEqual(refused);
    expect(problemsOf({ ...leastConfig(), allowList: [{ ...entry, environments: ['test'] }] })).toEqual(refused);
    expect(problemsOf({ ...leastConfig(), allowList: [{ ...entry, buckets: ['b-1'] }] })).toEqual([]);
  });

  test('has an allow-list entry with VPC endpoints and no network behind them', () => {
    const entry = { id: 'x', owner: 'o', reason: 'r', expires: '2027-01-01', role: 'arn:aws:iam::111111111111:role/b' };
    const through = { ...entry, buckets: ['b-1'], vpcEndpoints: ['vpce-0123456789abcdef0'] };
    expect(problemsOf({ ...leastConfig(), allowList: [through] })).toEqual([
      expect.stringMatching(/^allowList\[0\]\.vpcEndpoints: .* add networks$/),
    ]);
    expect(problemsOf({ ...leastConfig(), allowList: [{ ...through, networks: ['10.0.0.0/8'] }] })).toEqual([]);
  });

  test.each<[string, (wrong: ReturnType<typeof leastConfig>) => void, RegExp]>([
    ['one role for reading and changing', ({ accounts: [a] }) => (a!.roles.contain = a!.roles.observe), /another role/],
    ["another account's role", ({ accounts: [a] }) => (a!.id = '222222222222'), /a role of account 222222222222/],
    ['an account twice', (wrong) => wrong.accounts.push(wrong.accounts[0]!), /^accounts\[1\]\.id: is used twice/],
    [
      'a quorum nobody can reach',
      ({ approvals }) => approvals.approvers.pop(),
      /quorum\.irreversible: must not exceed/,
    ],
    [
      'one token for two people',
      ({ approvals: { approvers } }) => (approvers[1]!.token = approvers[0]!.token),
      /token/,
    ],
    ['no token', ({ approvals: { approvers } }) => (approvers[0] = { ...approvers[0]!, token: undefined! }), /missing/],
    ['a principal that is everybody', ({ approvals: { approvers } }) => (approvers[0]!.principals = ['*']), /an ARN/],
    [
      'responders that leave our own role out',
      (wrong) => Object.assign(wrong, { responders: ['arn:aws:iam::111111111111:role/soar-observe'] }),
      /^responders: must match arn:aws:iam::111111111111:role\/soar-contain:/,
    ],
    [
      'responders of whatever account, in which anybody can have a role of that name',
      (wrong) => Object.assign(wrong, { responders: ['arn:aws:iam::*:role/soar-*'] }),
      /^responders\[0\]: must name the account/,
    ],
    ['a gateway key that nobody knows', ({ gateway }) => (gateway.keyId = 'gateway-2'), /gateway\.keyId/],
    [
      'a literal account id with a leading zero lost',
      (wrong) => Object.assign(wrong.accounts[0]!, { id: 12 }),
      /quotes/,
    ],
  ])('has %s', (_, spoil, expected) => {
    const wrong = leastConfig();
    spoil(wrong);
    expect(problemsOf(wrong)).toContainEqual(expect.stringMatching(expected));
  });

  test('is not YAML, holds a key twice, or is missing', async () => {
    expect(() => parseConfig('accounts: [', 'soar.yaml')).toThrow(/soar\.yaml:1: is not YAML/);
    expect(() => parseConfig('a: 1\na: 2', 'soar.yaml')).toThrow(
      /soar\.yaml:2: is not YAML: this setting stands above already/,
    );
    expect(() => parseConfig('a: [*]', 'soar.yaml')).toThrow(
      /begins with \* needs quotes|begins like this needs quotes/,
    );
    expect(() => parseConfig('', 'soar.yaml')).toThrow(/is missing|must be a section/);
    await expect(loadConfig('/nowhere/soar.yaml')).rejects.toThrow(/there is no such file/);
  });
});

test('a file is read each time, and parsed again when it says something else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'soar-config-'));
  try {
    const file = join(folder, 'soar.yaml');
    const contents = leastConfig();
    await writeFile(file, JSON.stringify(contents));
    const first = await loadConfig(file);
    expect(await loadConfig(file)).toBe(first);
    Object.assign(contents.approvals.approvers[1]!, { id: 'carol' });
    await writeFile(file, JSON.stringify(contents));
    expect((await loadConfig(file)).approvals.approvers.map(({ id }) => id)).toEqual(['alice', 'carol']);
    await writeFile(file, 'accounts: [');
    await expect(loadConfig(file)).rejects.toThrow(/is not YAML/);
    await rm(file);
    await expect(loadConfig(file)).rejects.toThrow(/there is no such file/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

describe('a secret', () => {
  test('is read from the environment or a file beside the configuration', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'soar-config-'));
    try {
      await writeFile(join(folder, 'codes'), 'a-secret-of-the-file\n');
      const contents = leastConfig();
      contents.gateway.codeSecret = 'file:codes';
      const config = parseConfig(JSON.stringify(contents), join(folder, 'soar.yaml'));
      vi.stubEnv('TEST_SOAR_TOKEN', 'a-secret-of-the-environment');
      expect(config.gateway.codeSecret.read()).toBe('a-secret-of-the-file');
      expect(config.intake.bearerTokens[0]?.read()).toBe('a-secret-of-the-environment');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('is missed only by whoever needs it, by name', () => {
    const config = parse(leastConfig());
    expect(() => config.gateway.codeSecret.read()).toThrow(
      '/etc/soar/soar.yaml: gateway.codeSecret: env:TEST_SOAR_CODES is not set in the environment',
    );
    vi.stubEnv('TEST_SOAR_CODES', 'short');
    expect(() => config.gateway.codeSecret.read()).toThrow(/holds fewer than 16 characters/);
  });

  test('in a file that is not there is looked for beside the configuration, and the message says where', () => {
    const missing = (codeSecret: string) => {
      const contents = leastConfig();
      return parse({ ...contents, gateway: { ...contents.gateway, codeSecret } }).gateway.codeSecret;
    };
    expect(() => missing('file:secrets/none').read()).toThrow(
      'file:secrets/none cannot be read (ENOENT); it is looked for at /etc/soar/secrets/none',
    );
    expect(() => missing('file:/none/none').read()).toThrow(/cannot be read \(ENOENT\)$/);
  });

  test('does not show', () => {
    vi.stubEnv('TEST_SOAR_CODES', 'a-secret-of-the-environment');
    const { codeSecret } = parse(leastConfig()).gateway;
    codeSecret.read();
    for (const shown of [inspect(codeSecret), JSON.stringify({ codeSecret }), String(codeSecret)]) {
      expect(shown).toContain('[secret env:TEST_SOAR_CODES]');
      expect(shown).not.toContain('a-secret-of');
    }
  });
});

describe('the frozen policy', () => {
  test('holds the account as configured and the roles that every deny exempts', () => {
    const policy = responsePolicy(parse(leastConfig()), '111111111111');
    expect(policy.account).toEqual({
      id: '111111111111',
      name: 'shop',
      sensitivity: 'medium',
      environment: 'mixed',
      roles: {
        observe: 'arn:aws:iam::111111111111:role/soar-observe',
        contain: 'arn:aws:iam::111111111111:role/soar-contain',
      },
    });
    expect(policy.responders).toEqual([
      'arn:aws:iam::111111111111:role/soar-observe',
      'arn:aws:iam::111111111111:role/soar-contain',
    ]);
    expect(policy.organisationAccounts).toEqual(['111111111111']);
  });

  test('keeps originals and locks what outsiders can read, unless the configuration says otherwise', () => {
    const frozen = (settings: object) => {
      const { lockBucket, deleteOriginal } = responsePolicy(parse({ ...leastConfig(), ...settings }), '111111111111');
      return { lockBucket, deleteOriginal };
    };
    expect(frozen({})).toEqual({ lockBucket: 'when-outside', deleteOriginal: 'never' });
    const asked = { lockBucket: 'never', deleteOriginal: 'after-copy' };
    expect(frozen(asked)).toEqual(asked);
  });

  test('preserves volumes and encrypts new ones unless the configuration says otherwise, and protects no image by itself', () => {
    const frozen = (settings: object) => {
      const policy = responsePolicy(parse({ ...leastConfig(), ...settings }), '111111111111');
      const { snapshotVolumes, encryptNewVolumes, protected: kept } = policy;
      return { snapshotVolumes, encryptNewVolumes, images: kept.images };
    };
    expect(frozen({})).toEqual({ snapshotVolumes: true, encryptNewVolumes: true, images: [] });
    const images = ['ami-0123456789abcdef0', 'snap-0*'];
    const asked = { snapshotVolumes: false, encryptNewVolumes: false };
    expect(frozen({ ...asked, protected: { images } })).toEqual({ ...asked, images });
    expect(() => frozen({ protected: { images: ['*'] } })).toThrow(
      /protected\.images\[0\]: must be the id of an image/,
    );
  });

  test('knows no profile of an account that is not configured', () => {
    expect(responsePolicy(parse(leastConfig()), '999999999999').account).toBeNull();
  });

  test('holds plain values without any secret, and has a digest', async () => {
    const policy = responsePolicy(await loadConfig(exampleFile), '111111111111');
    expect(JSON.stringify(policy)).not.toMatch(/env:|file:|sha256:/);
    expect(JSON.parse(JSON.stringify(policy))).toEqual(policy);
    expect(responsePolicyDigest(policy)).toMatch(/^[0-9a-f]{64}$/);
    expect(policy.organisationAccounts).toEqual(['111111111111', '222222222222', '444444444444']);
  });
});

test('the directory of approvers holds no token hash', () => {
  const directory = approverDirectory(parse(leastConfig()));
  expect(directory.approvers.map(({ id }) => id)).toEqual(['alice', 'bob']);
  expect(JSON.stringify(directory)).not.toContain('sha256:');
});

test('what AWS answered is kept under a role of its own, and nowhere without one', () => {
  const bucket = { bucket: 'acme-evidence', region: 'eu-west-1', prefix: 'incidents' };
  const role = 'arn:aws:iam::222222222222:role/soar-evidence';
  const observeRole = 'arn:aws:iam::222222222222:role/soar-evidence-observed';
  const settings = (evidence: object) => observedSettings(parse({ ...leastConfig(), evidence }));
  expect(settings({ ...bucket, role, observeRole })).toMatchObject({ ...bucket, role: observeRole });
  expect(settings({ ...bucket, role })).toBeNull();
  expect(settings({ folder: './evidence' })).toEqual({ folder: '/etc/soar/evidence' });
});

test('the trail is asked at the pace that AWS allows, unless others ask there, too', () => {
  const aws = (settings: object) => parse({ ...leastConfig(), aws: settings }).aws;
  expect(aws({}).lookupsPerSecond).toBe(2);
  expect(aws({ lookupsPerSecond: 1 }).lookupsPerSecond).toBe(1);
  expect(() => aws({ lookupsPerSecond: 0 })).toThrow(/lookupsPerSecond/);
});

test('other AWS limits than the usual ones can be said, of the systems that are paced', () => {
  const settings = (requestsPerSecond: object) =>
    awsSettings(parse({ ...leastConfig(), aws: { requestsPerSecond } }), 'observe').requestsPerSecond;
  expect(settings({ iam: 3 })).toEqual({ iam: 3 });
  expect(() => settings({ iam: 0 })).toThrow(/requestsPerSecond\.iam/);
  expect(() => settings({ s3: 3 })).toThrow(/s3/);
});

test('AWS settings are those of one purpose', () => {
  const contents = {
    ...leastConfig(),
    aws: { endpoint: 'http://127.0.0.1:4566', profiles: { contain: 'containers' } },
  };
  const config = parse(contents);
  expect(awsSettings(config, 'contain')).toMatchObject({ purpose: 'contain', profile: 'containers' });
  expect(awsSettings(config, 'observe')).not.toHaveProperty('profile');
  expect(awsSettings(config, 'observe').endpoint).toBe('http://127.0.0.1:4566');
  expect(evidenceSettings(config)).toEqual({ folder: '/etc/soar/evidence' });
});
