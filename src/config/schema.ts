import { isIP } from 'node:net';
import { z } from 'zod';
import { actionKinds } from '../domain/acts/action-kinds.ts';
import { configControls } from '../domain/plan/config-controls.ts';
import { noticeDetails } from '../domain/notices/notices.ts';
import { isResponder } from '../domain/policy/perimeter.ts';
import { playbooks } from '../../workflows/playbooks.ts';
import { checkApprovals, unique } from './approval-checks.ts';
import { durationForm, parseDuration } from './duration.ts';
import { isSecretReference, secretForm, SecretReference } from './secret.ts';

/** Messages say what is allowed and never repeat the value: somebody may have pasted a secret there. */
const allowed = (what: string) => (issue: { input?: unknown }) =>
  issue.input === undefined ? `is missing: ${what}` : `must be ${what}`;

const text = (pattern: RegExp, what: string) =>
  z.string({ error: allowed(what) }).regex(pattern, { error: allowed(what) });
const oneOf = <const T extends string>(...values: T[]) =>
  z.enum(values, { error: allowed(`one of ${values.join(', ')}`) });
const wholeNumber = (least: number, most: number) => {
  const error = allowed(`a whole number from ${least} to ${most}`);
  return z.int({ error }).min(least, { error }).max(most, { error });
};
const requestRate = wholeNumber(1, 1_000);
const list = <T extends z.ZodType>(item: T, what: string) => z.array(item, { error: allowed(`a list of ${what}`) });
const flag = z.boolean({ error: allowed('true or false') });

/** A section of the file: an unknown key is an error that names the known ones. */
const section = <S extends z.ZodRawShape>(shape: S) => {
  const keys = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `is unknown; allowed here: ${keys}`
        : allowed(`a section with ${keys}`)(issue),
  });
};

const accountId = text(/^\d{12}$/, "an account id: 12 digits in quotes, such as '111111111111'");
const region = text(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a Region such as eu-west-1');
const name = text(/^[\w][\w .@-]{0,63}$/, 'a name of up to 64 letters, digits, spaces and . _ @ -');
const id = text(/^[A-Za-z0-9][\w.@-]{0,63}$/, 'an id of up to 64 letters, digits and . _ @ -');
const sentence = text(/^[^\p{Cc}]{1,300}$/u, 'a line of text');
const roleArn = text(
  /^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/,
  'the ARN of a role: arn:aws:iam::ACCOUNT:role/NAME',
);
const arn = text(/^arn:aws[\w-]*:[\w-]+:[\w-]*:\d*:\S+$/, 'an ARN');
const topicArn = text(/^arn:aws[\w-]*:sns:[a-z0-9-]+:\d{12}:[\w.-]{1,260}$/, 'the ARN of an SNS topic');
const arnPattern = text(
  /^arn:[\w*?-]+:[\w*?-]+:[\w*?-]*:[\d*?]*:\S*[\w]\S*$/,
  'an ARN with a name in it; * and ? are wildcards, such as arn:aws:iam::*:user/alice',
);
const bucket = text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket');
const bucketPattern = text(/^[a-z0-9.*?-]{1,63}$/, 'the name of a bucket; * and ? are wildcards');
const imagePattern = text(/^(ami|snap)-[0-9a-f*?]{1,17}$/, 'the id of an image or snapshot; * and ? are wildcards');
const prefix = text(/^[\w!.*'()/-]{1,500}$/, "a prefix of object keys, such as 'exports'").transform((value) =>
  value.replace(/^\/+|\/+$/g, ''),
);
const url = text(/^https?:\/\/[^\s@]+$/, 'an address such as https://host:port, without user name or password');
const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(host);
/** What goes there holds a key: it leaves this machine encrypted, or not at all. */
const httpsUrl = url.refine(
  (value) => {
    const { protocol, hostname } = URL.parse(value) ?? {};
    return protocol === 'https:' || (hostname !== undefined && isLoopback(hostname));
  },
  { error: 'must begin with https://, unless it is on this machine' },
);
const duration = z.string({ error: allowed(durationForm) }).transform((value, context) => {
  const milliseconds = parseDuration(value);
  if (milliseconds !== null) return milliseconds;
  context.addIssue({ code: 'custom', message: `must be ${durationForm}` });
  return z.NEVER;
});
const secret = z
  .string({ error: allowed(secretForm) })
  .refine(isSecretReference, { error: allowed(secretForm) })
  .transform((reference) => new SecretReference(reference));
const hex32 = (what: string) => text(/^[0-9a-f]{64}$/, `${what}: 64 lower-case hex digits`);
const moment = text(
  /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/,
  'a date such as 2027-01-31, or a UTC time such as 2027-01-31T12:00:00Z',
).transform((value, context) => {
  const time = new Date(value);
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  context.addIssue({ code: 'custom', message: 'must be a date that exists' });
  return z.NEVER;
});
const network = z.string({ error: allowed('a CIDR block') }).refine(isNetwork, {
  error: 'must be a CIDR block such as 198.51.100.0/24',
});

function isNetwork(value: string): boolean {
  const [, address = '', bits = ''] = /^(\S+)\/(\d{1,3})$/.exec(value) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128);
}

const account = section({
  id: accountId,
  name,
  sensitivity: oneOf('high', 'medium', 'low'),
  environment: oneOf('production', 'staging', 'development', 'test', 'mixed').default('mixed'),
  regions: list(region, 'Regions').min(1, { error: 'must name at least one Region' }),
  roles: section({ observe: roleArn, contain: roleArn, detect: roleArn.exactOptional() }),
}).superRefine(({ id: own, roles }, context) => {
  const problem = (role: keyof typeof roles, message: string) =>
    context.addIssue({ code: 'custom', path: ['roles', role], message });
  // Reading and changing are apart (P12): a role that may do both would undo that.
  if (roles.observe === roles.contain) problem('contain', 'must be another role than observe');
  if (roles.detect === roles.contain) problem('detect', 'must be another role than contain');
  for (const role of ['observe', 'contain', 'detect'] as const) {
    if (roles[role]?.includes(`::${own}:`) === false) problem(role, `must be a role of account ${own}`);
  }
});

/** What may be done to an account as a whole: by service control policies, which the management account keeps. */
const organisation = section({
  /** Further accounts: reads from them do not count as reads from outside. */
  accounts: list(accountId, 'account ids').default([]),
  management: section({ account: accountId, roles: section({ observe: roleArn, contain: roleArn }) })
    .superRefine(({ account: own, roles }, context) => {
      const problem = (role: keyof typeof roles, message: string) =>
        context.addIssue({ code: 'custom', path: ['roles', role], message });
      if (roles.observe === roles.contain) problem('contain', 'must be another role than observe');
      for (const role of ['observe', 'contain'] as const) {
        if (!roles[role].includes(`::${own}:`)) problem(role, `must be a role of account ${own}`);
      }
    })
    .exactOptional(),
  isolation: oneOf('never', 'on-high', 'always').default('never'),
  reviewAfter: duration.prefault('4h'),
  denyExports: flag.default(false),
}).superRefine(({ management, isolation, denyExports }, context) => {
  if (management) return;
  const message = 'needs organisation.management: service control policies are kept in that account';
  if (isolation !== 'never') context.addIssue({ code: 'custom', path: ['isolation'], message });
  if (denyExports) context.addIssue({ code: 'custom', path: ['denyExports'], message });
});

/** Known to Node, which reads the clocks there. */
function isTimeZone(value: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en-US', { timeZone: value }));
  } catch {
    return false;
  }
}
// A name and no offset: an offset does not know of summer time.
const zoneForm = 'a time zone of the IANA database, such as Europe/Berlin';
const timeZone = text(/^[A-Za-z][\w+-]*(\/[A-Za-z][\w+-]*)*$/, zoneForm).refine(isTimeZone, {
  error: `must be ${zoneForm}`,
});

const schedule = section({
  days: list(wholeNumber(0, 6), 'days, 0 = Sunday').exactOptional(),
  fromHour: wholeNumber(0, 23),
  toHour: wholeNumber(1, 24),
  /** Absent: UTC. */
  timeZone: timeZone.exactOptional(),
});

const allowListEntry = section({
  id,
  owner: sentence,
  reason: sentence,
  expires: moment,
  role: arnPattern,
  buckets: list(bucketPattern, 'buckets').min(1, { error: 'must not be empty' }).exactOptional(),
  instances: list(text(/^i-[0-9a-f]{8,17}$/, 'an instance id'), 'instance ids')
    .min(1, { error: 'must not be empty' })
    .exactOptional(),
  networks: list(network, 'CIDR blocks').min(1, { error: 'must not be empty' }).exactOptional(),
  vpcEndpoints: list(text(/^vpce-[0-9a-f]{8,17}$/, 'the id of a VPC endpoint'), 'ids of VPC endpoints')
    .min(1, { error: 'must not be empty' })
    .exactOptional(),
  schedule: schedule.exactOptional(),
  environments: list(oneOf('production', 'staging', 'development', 'test'), 'environments')
    .min(1, { error: 'must not be empty' })
    .exactOptional(),
}).superRefine((entry, context) => {
  if (entry.vpcEndpoints && !entry.networks) {
    const message = 'says which networks count behind an endpoint: add networks';
    context.addIssue({ code: 'custom', path: ['vpcEndpoints'], message });
  }
  if (entry.buckets ?? entry.instances ?? entry.networks ?? entry.schedule) return;
  context.addIssue({
    code: 'custom',
    message:
      'matches by role alone, and a stolen role must not pass: add buckets, instances, networks or schedule ' +
      '(environments do not count, because tags can be changed)',
  });
});

const slackMember = text(/^[UW][A-Z0-9]{6,20}$/, "a Slack member's id, such as U012AB3CD");
const slackChannel = text(/^[CG][A-Z0-9]{6,20}$/, "a Slack channel's id, such as C012AB3CD");

const approver = section({
  id,
  name,
  principals: list(arnPattern, "ARN patterns of this person's AWS identities; [] when there are none"),
  // Without a way to prove who they are, they could never decide and would still count towards the quorum.
  token: text(/^sha256:[0-9a-f]{64}$/, 'sha256: and the SHA-256 of the personal token in hex (soar gateway keygen)'),
  /** Who they are in Slack: the member's id, which nobody chooses; never a name. */
  slack: slackMember.exactOptional(),
});

const configControl = oneOf(...configControls.map(({ id }) => id));

/** As AWS takes them. */
const tagName = text(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u, 'the name of a tag');

const actionKind = oneOf(...Object.keys(actionKinds));
const severity = oneOf('high', 'medium', 'low');

const approverGroup = section({
  id,
  members: list(id, 'ids of approvers').default([]),
  /** A Slack user group: its members who are approvers belong to the group too. */
  slackGroup: text(/^S[A-Z0-9]{6,20}$/, "a Slack user group's id, such as S012AB3CD").exactOptional(),
});

const approvalRule = section({
  id,
  severities: list(severity, 'severities').min(1, { error: 'must not be empty' }).exactOptional(),
  accounts: list(accountId, 'account ids').min(1, { error: 'must not be empty' }).exactOptional(),
  /** Of the account as it is configured here: an instance's tags may be the actor's. */
  environments: list(oneOf('production', 'staging', 'development', 'test', 'mixed'), 'environments')
    .min(1, { error: 'must not be empty' })
    .exactOptional(),
  sensitivities: list(oneOf('high', 'medium', 'low'), 'sensitivities')
    .min(1, { error: 'must not be empty' })
    .exactOptional(),
  actions: list(actionKind, 'kinds of actions').min(1, { error: 'must not be empty' }).exactOptional(),
  irreversible: z.literal(true, { error: allowed('true, or absent') }).exactOptional(),
  approve: list(id, 'ids of groups').min(1, { error: 'must name at least one group' }),
  quorum: wholeNumber(1, 10).default(1),
});

const approvalTimes = section({
  remindAfter: duration.exactOptional(),
  escalateAfter: duration.exactOptional(),
  pageAfter: duration.exactOptional(),
  dueAfter: duration.exactOptional(),
});

const approvals = section({
  gatewayKeys: z
    .record(id, hex32('an Ed25519 public key'), { error: allowed('key ids with public keys') })
    .refine((keys) => Object.keys(keys).length > 0, { error: 'must hold at least one key (soar gateway keygen)' }),
  approvers: list(approver, 'approvers').min(1, { error: 'must name at least one approver' }),
  groups: list(approverGroup, 'groups').default([]),
  rules: list(approvalRule, 'rules').default([]),
  quorum: section({
    reversible: wholeNumber(1, 10).default(1),
    irreversible: wholeNumber(1, 10).default(2),
  }).prefault({}),
  notOwner: flag.default(false),
  preApproved: list(actionKind, 'kinds of actions').default([]),
  neverAutomatic: list(actionKind, 'kinds of actions').default([]),
  remindAfter: duration.prefault('15m'),
  escalateAfter: duration.prefault('30m'),
  /** Absent: nobody is paged. */
  pageAfter: duration.exactOptional(),
  dueAfter: duration.prefault('4h'),
  times: section({
    high: approvalTimes.exactOptional(),
    medium: approvalTimes.exactOptional(),
    low: approvalTimes.exactOptional(),
  }).prefault({}),
  escalation: list(section({ group: id, hours: schedule.exactOptional() }), 'groups with their hours').default([]),
}).superRefine((section, context) =>
  checkApprovals(section, (path, message) => context.addIssue({ code: 'custom', path, message })),
);

/** Who beyond the approvers hears of an incident. The report ends it, so no notice waits for post-incident. */
const notice = section({
  id,
  who: sentence,
  severity: severity.exactOptional(),
  verdicts: list(oneOf('authorised', 'unauthorised-attempt', 'unauthorised-export', 'undetermined'), 'verdicts')
    .min(1, { error: 'must not be empty' })
    .exactOptional(),
  phase: oneOf('triage', 'validation', 'investigation', 'containment', 'eradication', 'recovery'),
  detail: oneOf(...noticeDetails),
  channel: slackChannel.exactOptional(),
  within: duration.exactOptional(),
  instructions: sentence.exactOptional(),
});

const retention = section({ mode: oneOf('GOVERNANCE', 'COMPLIANCE'), days: wholeNumber(1, 36_500) });
const folder = text(/^[^\p{Cc}]{1,500}$/u, 'a folder');
const filePath = text(/^[^\p{Cc}]{1,500}$/u, 'the path of a file');
const evidenceFolder = section({ folder });
const evidenceBucket = section({
  bucket,
  region,
  role: roleArn.exactOptional(),
  account: accountId.exactOptional(),
  prefix: prefix.exactOptional(),
  /** Assumed by intake, detect and notify worker to look up old events; absent: they do not. */
  readRole: roleArn.exactOptional(),
  /** Object Lock on whatever is added. */
  retention: retention.exactOptional(),
  /** Assumed by the observe worker to append what AWS answered; absent: it is not kept. */
  observeRole: roleArn.exactOptional(),
  /** Assumed by `soar metrics` to read the index of incidents; absent: it counts what Temporal still has. */
  figuresRole: roleArn.exactOptional(),
});
/** Either kind, judged by the rules of the kind that was meant. */
const evidence = z.unknown().transform((value, context) => {
  if (typeof value !== 'object' || value === null) {
    context.addIssue({ code: 'custom', message: allowed('either { bucket, region } or { folder }')({ input: value }) });
    return z.NEVER;
  }
  const parsed = 'folder' in value ? evidenceFolder.safeParse(value) : evidenceBucket.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) context.issues.push({ ...issue, input: undefined });
  return z.NEVER;
});

/** An SQS queue that the detect worker polls. */
const queue = section({
  url,
  region,
  /** Assumed for the queue and its log files; absent: the worker's own credentials. */
  role: roleArn.exactOptional(),
  /** Where notices in this queue may make us fetch CloudTrail's log files from. */
  logBuckets: list(bucket, 'buckets').default([]),
});

const strings = (what: string, ...defaults: string[]) => list(sentence, what).default(defaults);

/** Words stand in queries of others: letters, digits, spaces and hyphens ask nothing else. */
const searchWord = text(/^[\p{L}\d][\p{L}\d -]{1,39}$/u, 'a word of up to 40 letters, digits, spaces and hyphens');
const emailAddress = text(/^[^\s@]{1,64}@[^\s@]{1,190}$/, 'an e-mail address');
const githubName = text(/^[A-Za-z0-9](?:[A-Za-z0-9-_]{0,38})$/, 'a name in GitHub');

/** Cloud, by an API token of one of its users. */
const atlassian = {
  url: httpsUrl,
  email: emailAddress,
  token: secret,
};
/** Where people may have written about an export; each is asked where it is configured. */
const sourcesSection = section({
  budget: duration.prefault('60s'),
  window: duration.prefault('14d'),
  words: list(searchWord, 'words').max(5, { error: 'must be 5 words at most' }).default(['export', 'migration']),
  github: section({
    url: httpsUrl.default('https://api.github.com'),
    token: secret,
    organisation: githubName,
  }).exactOptional(),
  jira: section({
    ...atlassian,
    /** Names of states and resolutions that mean no. */
    declined: strings('names of states', 'Declined', 'Rejected', "Won't Do"),
  }).exactOptional(),
  confluence: section(atlassian).exactOptional(),
  slack: section({ token: secret, apiUrl: httpsUrl.exactOptional() }).exactOptional(),
});

/** Who is behind AWS identities, and who they are elsewhere. */
const identity = section({
  principals: list(arnPattern, 'ARN patterns of identities that are theirs alone').min(1, {
    error: 'must not be empty',
  }),
  name,
  github: githubName.exactOptional(),
  slack: slackMember.exactOptional(),
  jira: text(/^[A-Za-z0-9:-]{5,128}$/, 'an Atlassian account id').exactOptional(),
});

/** Where the rules search: an Elasticsearch or OpenSearch, or CloudTrail's own event history where there is none. */
const searchSource = section({
  url,
  apiKey: secret.exactOptional(),
  username: name.exactOptional(),
  password: secret.exactOptional(),
  indices: list(text(/^[a-z0-9_.*-]{1,200}$/, 'an index pattern'), 'index patterns')
    .min(1, { error: 'must not be empty' })
    .exactOptional(),
}).superRefine(({ apiKey, username, password }, context) => {
  const problem = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
  if (apiKey && (username !== undefined || password))
    problem('apiKey', 'and username with password exclude each other');
  if ((username === undefined) !== (password === undefined)) problem('username', 'and password belong together');
});
const detection = section({
  /** Ids of rules; all that come with the playbooks when it is absent. */
  rules: list(id, 'ids of rules').exactOptional(),
  search: searchSource.exactOptional(),
});

/** What Temporal stores is encrypted with a key of each incident, which one of these wraps; the first wraps new ones. */
const kmsKey = text(
  /^arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]{1,100}$/,
  'the ARN of a KMS key: arn:aws:kms:REGION:ACCOUNT:key/ID',
);
const masterKey = section({ id, key: secret.exactOptional(), kms: kmsKey.exactOptional() }).superRefine(
  ({ key, kms }, context) => {
    if ((key === undefined) === (kms === undefined))
      context.addIssue({ code: 'custom', message: 'needs either key or kms' });
  },
);
const encryption = section({
  masterKeys: list(masterKey, 'master keys')
    .min(1, { error: 'must hold at least one key (soar encryption keygen)' })
    .superRefine((keys, context) => {
      unique(
        keys.map((entry) => entry.id),
        (index) => context.addIssue({ code: 'custom', path: [index, 'id'], message: 'is used twice' }),
      );
    }),
  /** Wrapped keys of incidents: every process has to see this folder; absent: ./keys. */
  keys: folder.exactOptional(),
  /** Instead of the folder, for processes on several machines. */
  keyBucket: section({
    bucket,
    region,
    account: accountId.exactOptional(),
    prefix: prefix.prefault('keys'),
  }).exactOptional(),
  /** Assumed for KMS and the bucket; absent: each process's own credentials. */
  role: roleArn.exactOptional(),
  /** Assumed instead by whoever erases keys or wraps them anew. */
  keeperRole: roleArn.exactOptional(),
  /** Decrypts for Temporal UI, in the browser of whoever has logged in. */
  codecServer: section({
    host: text(/^[\w.:-]{1,253}$/, 'a host name or address').default('127.0.0.1'),
    port: wholeNumber(0, 65_535).default(8485),
    uiOrigins: list(
      text(/^https?:\/\/[^\s/@]+$/, 'an origin such as https://temporal.acme.example, without a path'),
      'origins',
    ).min(1, { error: 'must name the origin of your Temporal UI' }),
    requestsPerMinute: wholeNumber(1, 100_000).default(600),
  }).exactOptional(),
})
  .superRefine(({ keys, keyBucket }, context) => {
    if (keys !== undefined && keyBucket !== undefined)
      context.addIssue({ code: 'custom', path: ['keys'], message: 'is a folder, and keyBucket is set, too: keep one' });
  })
  .transform(({ keys = './keys', ...section }) => ({ ...section, keys }));

export const configSchema = section({
  accounts: list(account, 'accounts')
    .min(1, { error: 'must name at least one account' })
    .superRefine((accounts, context) => {
      unique(
        accounts.map((entry) => entry.id),
        (index) => context.addIssue({ code: 'custom', path: [index, 'id'], message: 'is used twice' }),
      );
    }),
  organisation: organisation.prefault({}),
  /** Accounts outside the organisation that people know by a name; they stay outside. */
  partners: list(
    section({ name, accounts: list(accountId, 'account ids').min(1, { error: 'must name at least one account' }) }),
    'partners',
  ).default([]),
  forensics: section({
    account: accountId,
    region,
    bucket,
    prefix: prefix.prefault('exports'),
    retention: retention.exactOptional(),
  }).exactOptional(),
  evidence,
  /** Closed incidents are sealed with this key into the evidence store; absent: they are not. */
  audit: section({ signingKey: secret }).exactOptional(),
  /** Where releases are kept for the incidents that outlive them. */
  releases: folder.exactOptional(),
  aws: section({
    endpoint: url.exactOptional(),
    forcePathStyle: flag.exactOptional(),
    externalId: secret.exactOptional(),
    /** AWS allows two in each account and Region, to all that ask there. */
    lookupsPerSecond: requestRate.default(2),
    /** What each worker takes of an account, where AWS allows another rate than activities/aws/pace.ts reckons with. */
    requestsPerSecond: section({
      cloudwatch: requestRate.exactOptional(),
      config: requestRate.exactOptional(),
      ec2: requestRate.exactOptional(),
      eventbridge: requestRate.exactOptional(),
      iam: requestRate.exactOptional(),
      organizations: requestRate.exactOptional(),
      s3control: requestRate.exactOptional(),
      ssm: requestRate.exactOptional(),
    }).prefault({}),
    profiles: section({
      observe: name.exactOptional(),
      contain: name.exactOptional(),
      notify: name.exactOptional(),
      detect: name.exactOptional(),
      intake: name.exactOptional(),
      figures: name.exactOptional(),
      encryption: name.exactOptional(),
    }).prefault({}),
  }).prefault({}),
  temporal: section({ uiUrl: url.exactOptional() }).prefault({}),
  encryption: encryption.exactOptional(),
  intake: section({
    host: text(/^[\w.:-]{1,253}$/, 'a host name or address').default('127.0.0.1'),
    port: wholeNumber(0, 65_535).default(8484),
    bearerTokens: list(secret, 'secret references').min(1, { error: 'must hold at least one secret reference' }),
    metricsToken: secret.exactOptional(),
    correlationKey: secret,
    maxBodyBytes: wholeNumber(1024, 100_000_000).default(5_000_000),
    requestsPerMinute: wholeNumber(1, 100_000).default(300),
    /** Whose word about where a request comes from is taken, by `X-Forwarded-For`. */
    trustedProxies: list(network, 'CIDR blocks').default([]),
    hmacSecrets: list(secret, 'secret references').default([]),
    eventbridge: section({
      header: text(/^[A-Za-z][\w-]{0,63}$/, 'the name of a header').default('x-api-key'),
      apiKeys: list(secret, 'secret references').min(1, { error: 'must hold at least one secret reference' }),
    }).exactOptional(),
    sns: section({ topics: list(topicArn, 'ARNs of topics').min(1, { error: 'must name a topic' }) }).exactOptional(),
    queues: list(queue, 'queues').default([]),
    incidentsPerMinute: wholeNumber(1, 100_000).default(60),
    deadLetters: folder.default('./dead-letters'),
    deadLetterBytes: wholeNumber(1024, 100_000_000_000).default(100_000_000),
    deadLetterAge: duration.prefault('30d'),
  }),
  detection: detection.exactOptional(),
  slack: section({
    botToken: secret,
    /** Requests of Slack to our address are signed with it; without it, Socket Mode. */
    signingSecret: secret.exactOptional(),
    /** App-level token of Socket Mode, for those without a public address. */
    appToken: secret.exactOptional(),
    /** Instead of Slack's own; for a stand-in. */
    apiUrl: url.exactOptional(),
    /** Where incidents are told and people asked. */
    channel: slackChannel,
    /** Channels that an instance's tag may name, by the name that stands in the tag; the actor may be able to write tags. */
    ownerChannels: z.record(name, slackChannel, { error: allowed('names with channel ids') }).default({}),
    /** Tells an incident in the owner's channel instead: an insider may be reading there. */
    tellOwner: flag.default(false),
  })
    .superRefine(({ signingSecret, appToken }, context) => {
      if (signingSecret ?? appToken) return;
      context.addIssue({ code: 'custom', message: 'needs signingSecret (HTTP) or appToken (Socket Mode)' });
    })
    .exactOptional(),
  kibana: section({
    url,
    apiKey: secret,
    space: text(/^[a-z0-9_-]{1,64}$/, 'the id of a space').default('default'),
    cases: flag.default(false),
  }).exactOptional(),
  /** Whoever is on call there is paged about a request that nobody settles: Events API v2 of PagerDuty. */
  pager: section({
    url: httpsUrl.default('https://events.pagerduty.com'),
    routingKey: secret,
  }).exactOptional(),
  sources: sourcesSection.prefault({}),
  geography: section({
    /** Country or city. */
    database: filePath.exactOptional(),
    asn: filePath.exactOptional(),
    awsRanges: filePath.exactOptional(),
    hostingNetworks: strings('words'),
  }).prefault({}),
  identityMap: list(identity, 'people').default([]),
  notices: list(notice, 'notices')
    .superRefine((entries, context) => {
      unique(
        entries.map((entry) => entry.id),
        (index) => context.addIssue({ code: 'custom', path: [index, 'id'], message: 'is used twice' }),
      );
    })
    .default([]),
  gateway: section({ keyId: id, signingKey: secret, codeSecret: secret, url: url.exactOptional() }),
  approvals,
  tags: section({
    purpose: strings('tag names', 'Purpose', 'Description'),
    owner: strings('tag names', 'Owner', 'Team'),
    channel: strings('tag names', 'SlackChannel', 'Channel'),
    classification: strings('tag names', 'DataClassification', 'Classification'),
    environment: strings('tag names', 'Environment', 'Env'),
    secrets: strings('tag names', 'Secrets', 'SecretNames'),
  }).prefault({}),
  classifications: section({
    sensitive: strings('tag values', 'sensitive', 'confidential', 'restricted', 'secret'),
    internal: strings('tag values', 'internal'),
    public: strings('tag values', 'public'),
  }).prefault({}),
  allowList: list(allowListEntry, 'allow-list entries')
    .superRefine((entries, context) => {
      unique(
        entries.map((entry) => entry.id),
        (index) => context.addIssue({ code: 'custom', path: [index, 'id'], message: 'is used twice' }),
      );
    })
    .default([]),
  playbooks: list(oneOf(...playbooks.map(({ id }) => id)), 'playbooks').exactOptional(),
  authorisedExporters: list(arnPattern, 'ARN patterns').default([]),
  usualBuckets: list(bucketPattern, 'buckets').default([]),
  rechecks: list(duration, 'durations').prefault(['1h', '24h', '7d']),
  containment: section({
    checks: list(duration, 'durations').prefault(['5m', '20m', '1h']),
    propagation: duration.prefault('1m'),
    logLag: duration.prefault('15m'),
  }).prefault({}),
  rotation: section({ wait: duration.prefault('30d'), remind: duration.prefault('24h') }).prefault({}),
  runningExport: oneOf('cancel', 'preserve').default('cancel'),
  revokeSessions: oneOf('role', 'person').default('role'),
  lockBucket: oneOf('when-outside', 'always', 'never').default('when-outside'),
  enforceOwnership: flag.default(true),
  deleteOriginal: oneOf('never', 'after-copy').default('never'),
  monitoring: section({ targetArn: arn }).exactOptional(),
  configRules: list(configControl, 'ids of AWS Config rules').default(configControls.map(({ id }) => id)),
  protected: section({
    principals: list(arnPattern, 'ARN patterns').default([]),
    buckets: list(bucketPattern, 'buckets').default([]),
    /** Their sharing stays as it is. */
    images: list(imagePattern, 'ids of images and snapshots').default([]),
    accounts: list(accountId, 'account ids').default([]),
    tags: z
      .record(tagName, list(sentence, 'values').min(1, { error: 'must name at least one value; * is any' }), {
        error: allowed('names of tags with lists of values'),
      })
      .default({}),
  }).prefault({}),
  snapshotVolumes: flag.default(true),
  encryptNewVolumes: flag.default(true),
  actionLimit: wholeNumber(1, 100).default(20),
  responders: list(arnPattern, 'ARN patterns').min(1, { error: 'must not be empty' }).exactOptional(),
  activityWindow: duration.prefault('24h'),
}).superRefine((config, context) => {
  const { gateway, slack, pager, notices, accounts, organisation, partners, responders } = config;
  const own = [...accounts.map(({ id }) => id), ...organisation.accounts];
  for (const [index, { accounts: theirs }] of partners.entries()) {
    const both = theirs.find((id) => own.includes(id));
    if (both === undefined) continue;
    const message = `${both} is an account of the organisation: a partner is outside`;
    context.addIssue({ code: 'custom', path: ['partners', index, 'accounts'], message });
  }
  const { gatewayKeys, groups, pageAfter, times } = config.approvals;
  const ours = accounts.flatMap(({ roles }) => [roles.observe, roles.contain]);
  for (const role of ours.filter((arn) => responders && !isResponder(arn, responders))) {
    const message = `must match ${role}: denies would lock our own role out of what it has to check and undo`;
    context.addIssue({ code: 'custom', path: ['responders'], message });
  }
  notices.forEach(({ channel, instructions }, index) => {
    if (instructions !== undefined || (slack && channel !== undefined)) return;
    const message = 'is needed where Slack does not tell them (section slack and channel): what a person has to do';
    context.addIssue({ code: 'custom', path: ['notices', index, 'instructions'], message });
  });
  groups.forEach(({ slackGroup }, index) => {
    if (slackGroup === undefined || slack) return;
    const path = ['approvals', 'groups', index, 'slackGroup'];
    context.addIssue({ code: 'custom', path, message: 'needs the section slack: who is in it is asked there' });
  });
  const pages = [
    { path: [], pageAfter },
    ...Object.entries(times).map(([at, own]) => ({ path: ['times', at], ...own })),
  ];
  for (const own of pages) {
    if (own.pageAfter === undefined || pager) continue;
    const path = ['approvals', ...own.path, 'pageAfter'];
    context.addIssue({ code: 'custom', path, message: 'needs the section pager: who is paged is known there' });
  }
  if (gateway.keyId in gatewayKeys) return;
  context.addIssue({
    code: 'custom',
    path: ['gateway', 'keyId'],
    message: `must be one of approvals.gatewayKeys: ${Object.keys(gatewayKeys).join(', ')}`,
  });
});

/** The file's contents, checked, with defaults; secrets are still references. */
export type ConfigFile = z.output<typeof configSchema>;
