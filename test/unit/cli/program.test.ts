import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { newSigningKey } from '../../../src/audit/bundle/keys.ts';
import { parseConfig } from '../../../src/config/load-config.ts';
import { exitCodeOf, messageOf } from '../../../src/cli/failures.ts';
import { buildProgram } from '../../../src/cli/program.ts';
import { signingKey } from '../../../src/approvals/signing-key.ts';
import { leastConfig } from '../config/configuration.ts';
import { soar } from './a-terminal.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soar-cli-'));
});
afterEach(() => vi.unstubAllEnvs());
afterEach(() => rm(folder, { recursive: true }));

describe('the command line', () => {
  const program = buildProgram({
    out: () => {},
    err: () => {},
    env: {},
    coloured: false,
    columns: 100,
    ask: undefined,
    interrupted: new AbortController().signal,
  });
  const leaves = program.commands.flatMap((command) =>
    command.commands.length > 0 ? command.commands.map((sub) => [command.name(), sub.name()]) : [[command.name()]],
  );

  test.each([[[] as string[]], ...leaves.map((leaf) => [leaf])])('helps with %j, with examples', async (leaf) => {
    const { code, out, err } = await soar([...leaf, '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('Examples:\n  $ ');
  });

  test('tells its version', async () => {
    expect(await soar(['--version'])).toMatchObject({ code: 0, out: '0.1.0\n' });
  });

  test.each([
    [['incidnt', 'list'], /unknown command 'incidnt'/],
    [['incident', 'list', '--opn'], /unknown option '--opn'/],
    [['incident', 'list', '--limit', '0'], /a number from 1 to 1000/],
    [['incident', 'list', '--severity', 'huge'], /Allowed choices are low, medium, high/],
    [['incident', 'list', '--open', '--closed'], /cannot be used with/],
    [['incident', 'show'], /missing required argument/],
    [['worker'], /'--role <role>' not specified/],
    [['gateway', 'keygen', '--approver', 'alice,bob'], /'alice,bob' is invalid. up to 64 letters/],
    [['gateway', 'token', 'carol', '../evil'], /'..\/evil' is invalid for argument 'approver'. up to 64 letters/],
    [['worker', '--role', 'everything'], /incident, observe, contain, notify, detect, all/],
    [
      ['worker', '--role', 'notify', '--metrics', 'everywhere'],
      /metrics cannot be served at everywhere: say address and port, such as 127/,
    ],
  ])('%j is wrong usage', async (argv, reason) => {
    const { code, err, out } = await soar(argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^soar: /);
    expect(err).toMatch(reason);
  });

  test('a command line cannot colour our errors', async () => {
    expect((await soar(['\u001b[31mred'])).err).not.toContain('\u001b');
  });
});

describe('exit codes', () => {
  const named = (name: string, cause?: unknown) => Object.assign(new Error(name, { cause }), { name });
  const grpc = (code: number, message = 'x') => named('ServiceError', Object.assign(new Error(message), { code }));
  test.each([
    [named('PrerequisiteMissing'), 3],
    [named('TemporalUnreachable'), 4],
    [named('ConfigInvalid'), 2],
    [named('IncidentNotFound'), 1],
    [grpc(14), 4],
    [grpc(4), 4],
    [grpc(3), 1],
    [named('TypeError'), 1],
    ['thrown text', 1],
  ])('%s is %i', (error, code) => {
    expect(exitCodeOf(error)).toBe(code);
  });

  test('a namespace that was not prepared says how', () => {
    expect(messageOf(grpc(3, 'invalid search attribute: Playbook'))).toMatch(/Run: soar setup$/);
  });
});

describe('config check', () => {
  const written = async (contents: object) => {
    const file = join(folder, 'soar.yaml');
    await writeFile(file, stringify(contents));
    return file;
  };

  test('says that a file is valid, and what may not be meant', async () => {
    const contents = { ...leastConfig(), intake: { ...leastConfig().intake, host: '0.0.0.0' } };
    const { code, out, err } = await soar(['config', 'check', '-c', await written(contents)]);
    expect(code).toBe(0);
    expect(out).toMatch(/soar\.yaml: valid; 1 account\(s\), 2 approver\(s\)/);
    expect(err).toContain('put TLS in front of it');
  });

  test('says what may be done to an account as a whole, and what is never touched', async () => {
    const roleOf = (name: string) => `arn:aws:iam::444444444444:role/${name}`;
    const roles = { observe: roleOf('soar-organisation'), contain: roleOf('soar-isolate') };
    const management = { account: '444444444444', roles };
    const contents = {
      ...leastConfig(),
      organisation: { management, isolation: 'on-high', reviewAfter: '6h' },
      configRules: ['trail'],
      protected: { accounts: ['555555555555'], tags: { 'legal-hold': ['yes'] } },
    };
    const { out } = await soar(['config', 'check', '-c', await written(contents)]);
    expect(out).toContain('at severity high isolating the account is proposed (2 approvals at least)');
    expect(out).toContain('of management account 444444444444, which binds no principal of that account');
    expect(out).toContain('after 6h people are asked to lift it');
    expect(out).not.toContain('deny the export calls');
    expect(out).toContain('where AWS Config records, recovery proposes its rules trail\n');
    expect(out).toContain('nothing in account 555555555555 is changed, whatever is approved\n');
    expect(out).toContain('with the tag legal-hold of yes are never changed');
    const least = await soar(['config', 'check', '-c', await written(leastConfig())]);
    expect(least.out).toContain('no incident proposes to isolate its account\n');
  });

  test('lists every problem, one a line, and exits with 2', async () => {
    const file = await written({ ...leastConfig(), actionLimit: 0, colour: 1 });
    const { code, out, err } = await soar(['config', 'check'], { env: { SOAR_CONFIG: file } });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.trim().split('\n')).toEqual([
      expect.stringMatching(/^soar: .*soar\.yaml:\d+: actionLimit: must be/),
      expect.stringMatching(/^soar: .*soar\.yaml:\d+: colour: is unknown; allowed here: accounts/),
    ]);
  });

  test('reads secrets only when asked to', async () => {
    const file = await written(leastConfig());
    expect((await soar(['config', 'check', '-c', file])).code).toBe(0);
    const { code, err } = await soar(['config', 'check', '-c', file, '--secrets']);
    expect(code).toBe(2);
    expect(err.trim().split('\n')).toHaveLength(4);
  });

  test('reads the key of every system that is connected', async () => {
    const token = 'env:TEST_SOAR_IS_NOT_SET';
    const atlassian = { url: 'https://acme.atlassian.test', email: 'soar@acme.example', token };
    const file = await written({
      ...leastConfig(),
      audit: { signingKey: token },
      kibana: { url: 'https://kibana.test', apiKey: token },
      slack: { botToken: token, signingSecret: token, channel: 'C012AB3CD' },
      sources: {
        github: { token, organisation: 'acme' },
        jira: atlassian,
        confluence: atlassian,
        slack: { token },
      },
    });
    const { err } = await soar(['config', 'check', '-c', file, '--secrets']);
    for (const path of [
      'audit.signingKey',
      'kibana.apiKey',
      'slack.botToken',
      'slack.signingSecret',
      'sources.github.token',
      'sources.jira.token',
      'sources.confluence.token',
      'sources.slack.token',
    ]) {
      expect(err.split(`${path}: ${token} is not set in the environment`)).toHaveLength(2);
    }
  });

  test('says of a key to seal with that it is the half for auditors', async () => {
    vi.stubEnv('TEST_SOAR_AUDIT_KEY', newSigningKey().publicPem);
    const file = await written({ ...leastConfig(), audit: { signingKey: 'env:TEST_SOAR_AUDIT_KEY' } });
    const { code, err } = await soar(['config', 'check', '-c', file, '--secrets']);
    expect(code).toBe(2);
    expect(err).toContain('audit.signingKey: env:TEST_SOAR_AUDIT_KEY must hold the secret half (.key.pem)');
    vi.stubEnv('TEST_SOAR_AUDIT_KEY', newSigningKey().secretPem);
    expect((await soar(['config', 'check', '-c', file, '--secrets'])).err).not.toContain('audit.signingKey');
  });

  test('says that a forensics account without roles is one in which copies are not looked for', async () => {
    const forensics = { account: '777777777777', region: 'eu-west-1', bucket: 'acme-copies' };
    const { code, err } = await soar(['config', 'check', '-c', await written({ ...leastConfig(), forensics })]);
    expect(code).toBe(0);
    expect(err).toContain('forensics.account 777777777777 is not in accounts');
    const { id } = leastConfig().accounts[0]!;
    const within = { ...leastConfig(), forensics: { ...forensics, account: id } };
    expect((await soar(['config', 'check', '-c', await written(within)])).err).not.toContain('is not in accounts');
  });

  test('says that sources without an identity map know nobody', async () => {
    const slack = { token: 'env:TEST_SOAR_IS_NOT_SET' };
    const { err } = await soar(['config', 'check', '-c', await written({ ...leastConfig(), sources: { slack } })]);
    expect(err).toContain('identityMap is empty');
    expect((await soar(['config', 'check', '-c', await written(leastConfig())])).err).not.toContain('identityMap');
  });

  test('answers a script in JSON', async () => {
    const { out } = await soar(['config', 'check', '-c', await written(leastConfig()), '--json']);
    expect(JSON.parse(out)).toMatchObject({ digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
  });

  describe('with an alert', () => {
    const alertFile = 'test/fixtures/cloudtrail/create-instance-export-task-success.json';
    const contents = () => ({
      ...leastConfig(),
      approvals: {
        ...leastConfig().approvals,
        groups: [
          { id: 'security', members: ['alice', 'bob'] },
          { id: 'night', members: ['bob'] },
        ],
        rules: [{ id: 'identity', severities: ['high'], actions: ['deny-actor'], approve: ['security'], quorum: 2 }],
        preApproved: ['copy-to-forensics'],
        escalation: [
          { group: 'security', hours: { fromHour: 0, toHour: 24, timeZone: 'Europe/Berlin' } },
          { group: 'night' },
        ],
        times: { high: { remindAfter: '5m', pageAfter: '20m' } },
      },
      pager: { routingKey: 'env:TEST_SOAR_PAGER' },
    });

    test('says in words who would be asked, for what, when, and what is pre-approved', async () => {
      const { code, out } = await soar(['config', 'check', '-c', await written(contents()), '--alert', alertFile]);
      expect(code).toBe(0);
      const [, high = '', others = ''] = out.split(/ {2}at severity /);
      expect(high).toMatch(/^high:/);
      expect(high).toContain('- deny-actor: 2 approval(s) of security (alice, bob), rule identity\n');
      expect(high).toContain(
        '- cancel-export, delete-original, isolate-account, deny-exports-scp: 2 approval(s) of everybody (alice, bob), rule default\n',
      );
      expect(high).toContain('- done before anybody is asked: copy-to-forensics\n');
      expect(high).toContain('- after 5m a reminder; after 30m night (bob); overdue after 4h');
      expect(high).toContain(
        '- whoever is asked may hand it over to alice, bob, everybody, security, night, which approves nothing\n',
      );
      expect(high).toContain('- after 20m whoever is on call is paged, through the pager of the configuration\n');
      expect(others).toContain('- nobody is paged\n');
      expect(high).toContain(
        '- security is in its hours every day from 0:00 to 24:00 (Europe/Berlin); now it is in them\n',
      );
      expect(others).toMatch(/^medium or low:/);
      expect(others).not.toContain('identity');
      expect(others).toContain('- after 15m a reminder; after 30m security (alice, bob), then night (bob);');
    });

    test('does not name the actor among those who would be asked', async () => {
      const own = contents();
      own.approvals.approvers[1]!.principals = ['arn:aws:sts::*:assumed-role/backup/*'];
      const { out } = await soar(['config', 'check', '-c', await written(own), '--alert', alertFile, '--json']);
      const { alerts } = JSON.parse(out) as { alerts: { approvals: { lines: string[] }[] }[] };
      expect(alerts[0]?.approvals[0]?.lines.join('\n')).toContain('of security (alice), rule identity');
    });

    test('refuses a file in which no playbook has anything to do', async () => {
      const other = join(folder, 'other.json');
      await writeFile(other, '{"x":1}');
      const { code, err } = await soar(['config', 'check', '-c', await written(contents()), '--alert', other]);
      expect(code).toBe(1);
      expect(err).toContain('other.json');
    });
  });

  test('names a missing file', async () => {
    const { code, err } = await soar(['config', 'check', '-c', join(folder, 'none.yaml')]);
    expect(code).toBe(2);
    expect(err).toMatch(/none\.yaml: there is no such file; name yours with --config or SOAR_CONFIG/);
  });
});

describe('gateway keygen', () => {
  test('makes everything that soar.yaml refers to, readable by its owner only', async () => {
    const out = join(folder, 'secrets');
    const made = await soar(['gateway', 'keygen', '--approver', 'alice', 'bob', '--out', out]);
    expect(made.code).toBe(0);
    expect((await readdir(out)).sort()).toEqual([
      'alice.token',
      'bob.token',
      'code-secret',
      'correlation-key',
      'gateway-1.key',
      'intake-token',
    ]);
    expect((await stat(join(out, 'gateway-1.key'))).mode & 0o077).toBe(0);

    const { accounts, evidence } = leastConfig();
    const config = parseConfig(`${stringify({ accounts, evidence })}${made.out}`, join(folder, 'soar.yaml'));
    expect(config.approvals.approvers.map(({ id }) => id)).toEqual(['alice', 'bob']);
    expect(signingKey(config)).toMatch(/^[0-9a-f]{64}$/);
    expect(config.intake.bearerTokens[0]?.read()).toHaveLength(43);
    const token = (await readFile(join(out, 'alice.token'), 'utf8')).trim();
    expect(made.out + made.err).not.toContain(token);
  });

  test('names files by their whole path, which holds wherever soar.yaml lies', async () => {
    const { out } = await soar(['gateway', 'keygen', '--out', relative(process.cwd(), folder)]);
    expect(out).toContain(`signingKey: 'file:${join(folder, 'gateway-1.key')}'`);
  });

  test('never replaces a secret', async () => {
    const argv = ['gateway', 'keygen', '--out', folder];
    expect((await soar(argv)).code).toBe(0);
    const again = await soar(argv);
    expect(again.code).toBe(2);
    expect(again.err).toMatch(/exists already/);
  });

  test('makes a token for one more approver', async () => {
    const { code, out } = await soar(['gateway', 'token', 'carol', '--out', folder]);
    expect(code).toBe(0);
    expect(out).toMatch(/id: carol[\s\S]*token: 'sha256:[0-9a-f]{64}'/);
    expect(await readdir(folder)).toEqual(['carol.token']);
  });
});
