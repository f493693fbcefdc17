import type { Alert, Arrival } from '../../src/domain/alert/alert.ts';
import type {
  ExportObjectFacts,
  ExportTaskFacts,
  ImageSourceFacts,
  InstanceFacts,
  ObjectVersion,
} from '../../src/domain/findings/facts.ts';
import type { ActionRecord } from '../../src/domain/plan/plan.ts';
import type { PlanInput } from '../../src/domain/plan/planning.ts';
import type { PolicyDocument, Statement } from '../../src/domain/policy/policy-document.ts';
import type { Principal } from '../../src/domain/alert/principal.ts';
import type { AllowListEntry, ResponsePolicy } from '../../src/domain/response-policy.ts';
import type { Mention, Source, SourceAnswer, SourcePolicy, SourceQuestion } from '../../src/domain/findings/sources.ts';
import type { AllowListMatch, CaseFile } from '../../src/domain/findings/case-file.ts';
import type { AccountProfile } from '../../src/domain/account-profile.ts';
import type { TrailEvent, TrailFacts } from '../../src/domain/findings/trail-facts.ts';
import type {
  AccessPointFacts,
  AclGrant,
  BucketAcl,
  BucketFacts,
  ReplicationDestination,
  ReplicationFacts,
  ReplicationRule,
} from '../../src/domain/findings/bucket-facts.ts';
import type { ObjectRead, ObjectReadFacts } from '../../src/domain/findings/read-facts.ts';
import type { ManagedPolicy, PrincipalFacts } from '../../src/domain/findings/principal-facts.ts';

/**
 * Builders of one consistent story: the IAM user `mallory` exported an instance of account 111111111111 to a bucket of
 * the same account. Every default is quiet (no tag, no outside access, nothing downloaded), so that a test names
 * everything that its expectation rests on.
 */
export const ids = {
  account: '111111111111',
  forensicsAccount: '222222222222',
  outsideAccount: '333333333333',
  region: 'eu-west-1',
  instance: 'i-0123456789abcdef0',
  image: 'ami-0fedcba9876543210',
  task: 'export-i-0fedcba9876543210',
  bucket: 'acme-vm-exports',
  prefix: 'nightly/',
  key: 'nightly/export-i-0fedcba9876543210.ova',
  incidentKey: 'VMX-ABCDEFGHIJ',
  /** VM Import/Export as a canonical user in most Regions. */
  exportService: 'c4d8eabf8db69dbe46bfe0e517100c554f01200b104d59cd408e777ba442a322',
  bucketOwner: 'a'.repeat(64),
  outsideCanonicalUser: 'b'.repeat(64),
  accessKey: 'AKIAIOSFODNN7EXAMPLE',
  userArn: 'arn:aws:iam::111111111111:user/mallory',
  roleArn: 'arn:aws:iam::111111111111:role/backup',
} as const;

export const times = {
  export: '2026-03-02T10:00:00Z',
  detected: '2026-03-02T10:05:00Z',
  received: '2026-03-02T10:06:00Z',
  now: '2026-03-02T10:20:00Z',
} as const;

/** A copy without the named members: how a test says that something is missing. */
export function without<T extends object, K extends keyof T>(value: T, ...names: K[]): Omit<T, K> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name as K))) as Omit<T, K>;
}

export const anArrival = (changes: Partial<Arrival> = {}): Arrival => ({
  door: 'http',
  receivedAt: times.received,
  detectedAt: times.detected,
  rule: 'AWS EC2 Export Task',
  ...changes,
});

export const anIamUser = (changes: Partial<Principal> = {}): Principal => ({
  kind: 'iam-user',
  arn: ids.userArn,
  id: 'AIDAEXAMPLEMALLORY',
  name: 'mallory',
  accessKeyId: ids.accessKey,
  accountId: ids.account,
  ...changes,
});

export const aRoleSession = (changes: Partial<Principal> = {}): Principal => ({
  kind: 'assumed-role',
  arn: 'arn:aws:sts::111111111111:assumed-role/backup/nightly-run',
  id: 'AROAEXAMPLEBACKUP:nightly-run',
  name: 'backup',
  sessionName: 'nightly-run',
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  issuerArn: ids.roleArn,
  accountId: ids.account,
  ...changes,
});

/** A session that a user gave with GetFederationToken. */
export const aFederatedUser = (changes: Partial<Principal> = {}): Principal => ({
  kind: 'federated-user',
  arn: 'arn:aws:sts::111111111111:federated-user/visitor',
  id: '111111111111:visitor',
  name: 'visitor',
  accessKeyId: 'ASIAIOSFODNN7VISITOR',
  issuerArn: ids.userArn,
  accountId: ids.account,
  ...changes,
});

export const anAlert = (changes: Partial<Alert> = {}): Alert => ({
  eventId: '5b1f0c1e-0000-4000-8000-000000000001',
  eventName: 'CreateInstanceExportTask',
  outcome: 'success',
  time: times.export,
  account: ids.account,
  recipientAccount: ids.account,
  region: ids.region,
  principal: anIamUser(),
  sourceAddress: '198.51.100.7',
  userAgent: 'aws-cli/2.17.0',
  instanceId: ids.instance,
  bucket: ids.bucket,
  prefix: ids.prefix,
  objectKey: ids.key,
  diskImageFormat: 'VMDK',
  containerFormat: 'ova',
  targetEnvironment: 'vmware',
  exportTaskId: ids.task,
  arrival: anArrival(),
  missing: [],
  ...changes,
});

/** Of an image, which names no machine. */
export const anImageAlert = (changes: Partial<Alert> = {}): Alert => ({
  ...without(anAlert(), 'instanceId', 'containerFormat', 'targetEnvironment', 'objectKey'),
  eventName: 'ExportImage',
  imageId: ids.image,
  exportTaskId: 'export-ami-0fedcba9876543210',
  ...changes,
});

/** The seed rule's case: the same call, refused. */
export const aFailedAlert = (changes: Partial<Alert> = {}): Alert => ({
  ...without(anAlert(), 'objectKey', 'exportTaskId'),
  outcome: 'failure',
  errorCode: 'Client.UnauthorizedOperation',
  errorMessage: 'You are not authorized to perform this operation.',
  ...changes,
});

/** A snapshot that was shared with an account that is not ours. */
export const aShareAlert = (changes: Partial<Alert> = {}): Alert => ({
  ...without(
    anAlert(),
    ...(['instanceId', 'bucket', 'prefix', 'objectKey', 'exportTaskId'] as const),
    ...(['diskImageFormat', 'containerFormat', 'targetEnvironment'] as const),
  ),
  eventName: 'ModifySnapshotAttribute',
  snapshotId: 'snap-0123456789abcdef0',
  sharedWith: [ids.outsideAccount],
  ...changes,
});

export const anAccount = (changes: Partial<AccountProfile> = {}): AccountProfile => ({
  id: ids.account,
  name: 'workloads',
  sensitivity: 'medium',
  environment: 'mixed',
  ...changes,
});

export const anAllowListEntry = (changes: Partial<AllowListEntry> = {}): AllowListEntry => ({
  id: 'nightly-backup',
  owner: 'platform',
  reason: 'nightly backup of build machines',
  expires: '2026-12-31T00:00:00Z',
  role: ids.roleArn,
  buckets: [ids.bucket],
  ...changes,
});

export const anAllowListMatch = (changes: Partial<AllowListMatch> = {}): AllowListMatch => ({
  id: 'nightly-backup',
  owner: 'platform',
  reason: 'nightly backup of build machines',
  expires: '2026-12-31T00:00:00Z',
  conditions: ['role', 'bucket'],
  ...changes,
});

const hour = 3_600_000;

export const aPolicy = (changes: Partial<ResponsePolicy> = {}): ResponsePolicy => ({
  account: anAccount(),
  organisationAccounts: [ids.account, ids.forensicsAccount],
  tags: {
    purpose: ['Purpose'],
    owner: ['Owner', 'Team'],
    channel: ['SlackChannel'],
    classification: ['DataClassification'],
    environment: ['Environment', 'Env'],
  },
  classifications: {
    sensitive: ['confidential', 'restricted'],
    internal: ['internal'],
    public: ['public'],
  },
  allowList: [],
  authorisedExporters: [],
  usualBuckets: [ids.bucket],
  approvals: {
    remindAfter: hour / 4,
    escalateAfter: hour,
    dueAfter: 4 * hour,
    times: {},
    quorum: { reversible: 1, irreversible: 2 },
    rules: [],
    escalation: [],
    preApproved: [],
    notOwner: false,
  },
  rechecks: [hour, 24 * hour],
  runningExport: 'preserve',
  forensics: { accountId: ids.forensicsAccount, region: ids.region, bucket: 'acme-forensics', prefix: 'vm-exports' },
  monitoring: { targetArn: 'arn:aws:sns:eu-west-1:111111111111:security-events' },
  protected: { principals: [], buckets: [] },
  actionLimit: 20,
  responders: ['arn:aws:iam::111111111111:role/soar-*'],
  activityWindow: 24 * hour,
  channels: { slack: null },
  detectors: { kibana: false },
  ...changes,
});

export const anInstance = (changes: Partial<InstanceFacts> = {}): InstanceFacts => ({
  instanceId: ids.instance,
  state: 'stopped',
  imageId: 'ami-0123456789abcdef0',
  platform: 'linux',
  launchTime: '2026-01-10T08:00:00Z',
  tags: {},
  volumes: [{ volumeId: 'vol-0123456789abcdef0', encrypted: false, sizeGiB: 20 }],
  ...changes,
});

/** An image that was made of the machine two days before its export. */
export const anImageSource = (changes: Partial<ImageSourceFacts> = {}): ImageSourceFacts => ({
  imageId: ids.image,
  machine: { instanceId: ids.instance, accountId: ids.account, region: ids.region },
  madeAt: '2026-02-28T10:00:00.000Z',
  disks: [{ snapshotId: 'snap-0123456789abcdef0', encrypted: false }],
  ...changes,
});

export const aTask = (changes: Partial<ExportTaskFacts> = {}): ExportTaskFacts => ({
  exportTaskId: ids.task,
  state: 'completed',
  instanceId: ids.instance,
  bucket: ids.bucket,
  key: ids.key,
  diskImageFormat: 'VMDK',
  containerFormat: 'ova',
  targetEnvironment: 'vmware',
  ...changes,
});

/** What the export service wrote, in a bucket without versioning. */
export const aVersion = (changes: Partial<ObjectVersion> = {}): ObjectVersion => ({
  versionId: 'null',
  etag: '"9b2cf535f27731c974343645a3985328-512"',
  size: 4_294_967_296,
  deleteMarker: false,
  ...changes,
});
export const anExportObject = (changes: Partial<ExportObjectFacts> = {}): ExportObjectFacts => ({
  bucket: ids.bucket,
  key: ids.key,
  size: 4_294_967_296,
  etag: '"9b2cf535f27731c974343645a3985328-512"',
  lastModified: '2026-03-02T10:10:00Z',
  versions: [aVersion()],
  ...changes,
});

const ownerGrant: AclGrant = {
  grantee: { type: 'CanonicalUser', id: ids.bucketOwner },
  permission: 'FULL_CONTROL',
};
export const aGrant = (grantee: AclGrant['grantee'], permission: string): AclGrant => ({ grantee, permission });
export const anAcl = (...grants: AclGrant[]): BucketAcl => ({
  ownerId: ids.bucketOwner,
  grants: [ownerGrant, ...grants],
});

export const aDocument = (...statements: Statement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements,
});
/** An Allow of an identity policy, or with a principal of a bucket policy. */
export const anAllow = (changes: Statement = {}): Statement => ({
  Effect: 'Allow',
  Action: '*',
  Resource: '*',
  ...changes,
});
/** How AWS's guide lets the export service into a bucket today. */
export const serviceStatement: Statement = {
  Sid: 'VmExport',
  Effect: 'Allow',
  Principal: { CanonicalUser: ids.exportService },
  Action: ['s3:GetBucketAcl', 's3:PutObject'],
  Resource: [`arn:aws:s3:::${ids.bucket}`, `arn:aws:s3:::${ids.bucket}/*`],
};
/** Lets another account read the export. */
export const outsideStatement: Statement = {
  Sid: 'Partner',
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${ids.outsideAccount}:root` },
  Action: 's3:GetObject',
  Resource: `arn:aws:s3:::${ids.bucket}/*`,
};

export const aBucket = (changes: Partial<BucketFacts> = {}): BucketFacts => ({
  bucket: ids.bucket,
  ownedByAccount: 'yes',
  region: ids.region,
  policy: aDocument(serviceStatement),
  acl: anAcl(),
  ownership: 'BucketOwnerPreferred',
  publicAccessBlock: null,
  public: 'no',
  logging: { bucket: 'acme-access-logs', prefix: 's3/' },
  versioning: false,
  replication: null,
  accessPoints: [],
  gaps: [],
  ...changes,
});

export const anAccessPoint = (changes: Partial<AccessPointFacts> = {}): AccessPointFacts => ({
  name: 'partners',
  arn: `arn:aws:s3:${ids.region}:${ids.account}:accesspoint/partners`,
  policy: null,
  public: 'no',
  ...changes,
});

/** A rule that copies everything, as S3 returns it. */
export const aReplicationRule = (bucket: string, changes: ReplicationRule = {}): ReplicationRule => ({
  ID: `to-${bucket}`,
  Priority: 1,
  Filter: { Prefix: '' },
  Status: 'Enabled',
  DeleteMarkerReplication: { Status: 'Disabled' },
  Destination: { Bucket: `arn:aws:s3:::${bucket}` },
  ...changes,
});
/** Rules with what was found out about their destinations. */
export const aReplication = (
  Rules: ReplicationRule[],
  destinations: ReplicationDestination[] = [],
): ReplicationFacts => ({
  configuration: { Role: `arn:aws:iam::${ids.account}:role/replication`, Rules },
  destinations,
});

export const aRead = (changes: Partial<ObjectRead> = {}): ObjectRead => ({
  time: '2026-03-02T10:15:00Z',
  operation: 'REST.GET.OBJECT',
  key: ids.key,
  requester: `arn:aws:iam::${ids.outsideAccount}:user/eve`,
  address: '203.0.113.9',
  status: 200,
  bytes: 4_294_967_296,
  ...changes,
});
export const someReads = (changes: Partial<ObjectReadFacts> = {}): ObjectReadFacts => ({
  logging: true,
  reads: [],
  logObjects: 3,
  lines: 40,
  unreadable: 0,
  loggedUntil: '2026-03-02T10:18:00Z',
  gaps: [],
  ...changes,
});

export const aTrailEvent = (changes: Partial<TrailEvent> = {}): TrailEvent => ({
  eventId: '5b1f0c1e-0000-4000-8000-000000000002',
  time: '2026-03-02T09:50:00Z',
  eventName: 'DescribeInstances',
  eventSource: 'ec2.amazonaws.com',
  region: ids.region,
  readOnly: true,
  sourceAddress: '198.51.100.7',
  accessKeyId: ids.accessKey,
  principalArn: ids.userArn,
  resources: [],
  ...changes,
});
/** A trail of these events, counted. */
export const aTrail = (events: TrailEvent[] = [], changes: Partial<TrailFacts> = {}): TrailFacts => {
  const countByName: Record<string, number> = {};
  for (const { eventName } of events) countByName[eventName] = (countByName[eventName] ?? 0) + 1;
  return {
    from: '2026-03-01T10:00:00Z',
    to: times.now,
    regions: [ids.region, 'us-east-1'],
    events,
    total: events.length,
    truncated: false,
    countByName,
    gaps: [],
    ...changes,
  };
};

export const aManagedPolicy = (changes: Partial<ManagedPolicy> = {}): ManagedPolicy => ({
  arn: `arn:aws:iam::${ids.account}:policy/exporters`,
  name: 'exporters',
  document: aDocument(anAllow({ Action: ['ec2:CreateInstanceExportTask', 'ec2:DescribeInstances'] })),
  awsManaged: false,
  attachmentCount: 1,
  ...changes,
});
export const aUser = (changes: Partial<PrincipalFacts> = {}): PrincipalFacts => ({
  type: 'user',
  name: 'mallory',
  arn: ids.userArn,
  serviceLinked: false,
  identityCenter: false,
  accessKeys: [{ accessKeyId: ids.accessKey, status: 'Active', created: '2025-11-01T09:00:00Z' }],
  inline: [],
  attached: [],
  groups: [],
  gaps: [],
  ...changes,
});
export const aRole = (changes: Partial<PrincipalFacts> = {}): PrincipalFacts =>
  aUser({ type: 'role', name: 'backup', arn: ids.roleArn, accessKeys: [], ...changes });

/** A case file of the quiet story: everything was read, nothing is wrong. */
export const aCaseFile = (changes: Partial<CaseFile> = {}): CaseFile => ({
  alert: anAlert(),
  policy: aPolicy(),
  now: times.now,
  allowListed: null,
  instance: anInstance(),
  task: aTask(),
  object: anExportObject(),
  bucket: aBucket(),
  reads: someReads(),
  actorTrail: aTrail(),
  tagTrail: aTrail(),
  exportTrail: aTrail(),
  ...changes,
});

export const aSourcePolicy = (changes: Partial<SourcePolicy> = {}): SourcePolicy => ({
  connected: ['github', 'jira', 'confluence', 'slack'],
  budget: 60_000,
  window: 14 * 24 * hour,
  words: ['export', 'migration'],
  declined: ['Declined'],
  ...changes,
});
export const aSourceQuestion = (changes: Partial<SourceQuestion> = {}): SourceQuestion => ({
  incidentKey: ids.incidentKey,
  principal: anIamUser(),
  names: [ids.instance, ids.task, ids.bucket],
  tickets: [],
  words: ['export', 'migration'],
  eventTime: times.export,
  from: '2026-02-16T10:00:00.000Z',
  ...changes,
});
/** A ticket of somebody else from the day before, which names the machine. */
export const aMention = (changes: Partial<Mention> = {}): Mention => ({
  source: 'jira',
  title: 'OPS-12 Move the shop to the new cluster',
  url: 'https://acme.atlassian.net/browse/OPS-12',
  author: 'Carol',
  byActor: false,
  time: '2026-03-01T09:00:00.000Z',
  states: ['Approved'],
  matched: [ids.instance],
  excerpt: `export ${ids.instance} and move it`,
  ...changes,
});
export const nobodyWrote = (source: Source, changes: Partial<SourceAnswer> = {}): SourceAnswer => ({
  source,
  person: 'Mallory (mal)',
  mentions: [],
  truncated: false,
  gaps: [],
  evidence: { uri: `memory:source-${source}`, sha256: '0'.repeat(64), size: 2 },
  ...changes,
});

/** What plans are made from, in the quiet story: the actor is `mallory`, whom no policy lets export. */
export const aPlanInput = (changes: Partial<PlanInput> = {}): PlanInput => ({
  incidentKey: ids.incidentKey,
  alert: anAlert(),
  policy: aPolicy(),
  task: aTask(),
  object: anExportObject(),
  bucket: aBucket(),
  reads: someReads(),
  principal: aUser(),
  ...changes,
});

/** The record of a planned action that was carried out. */
export const anActionRecord = (changes: Partial<ActionRecord> = {}): ActionRecord => ({
  id: 'deny-export-reads',
  phase: 'containment',
  title: 'Deny reads of the export',
  target: `arn:aws:s3:::${ids.bucket}`,
  requestId: 'containment-1-0a1b2c3d',
  status: 'applied',
  detail: 'the policy is as planned',
  at: '2026-03-02T10:40:00Z',
  reversible: true,
  undo: 'removes the statement',
  input: {
    act: 'cancelExportTask',
    incidentKey: ids.incidentKey,
    accountId: ids.account,
    region: ids.region,
    exportTaskId: ids.task,
  },
  ...changes,
});
