import {
  CreateImageCommand,
  CreateSnapshotCommand,
  DescribeImagesCommand,
  ExportImageCommand,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { PutRuleCommand } from '@aws-sdk/client-eventbridge';
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  CreatePolicyVersionCommand,
  CreateServiceSpecificCredentialCommand,
  UploadSigningCertificateCommand,
  UploadSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import {
  PutBucketLoggingCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { CreateAccessPointCommand, PutAccessPointPolicyCommand } from '@aws-sdk/client-s3-control';
import { MockActivityEnvironment } from '@temporalio/testing';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { awsClients } from '../../activities/aws/clients.ts';
import type { RoleName } from '../../activities/aws/permissions/permission.ts';
import { permissions } from '../../activities/aws/permissions/table.ts';
import { roleNames } from '../../activities/aws/permissions/trust.ts';
import { containActivities, type ContainActivities } from '../../activities/contain.ts';
import { trailEvents } from '../../activities/detection/trail-events.ts';
import { evidenceNotify } from '../../activities/evidence/notify.ts';
import { keepObserved } from '../../activities/evidence/observed.ts';
import { trailParts } from '../../activities/evidence/trail-parts.ts';
import { observeActivities, type ObserveActivities } from '../../activities/observe.ts';
import { smallestPart } from '../../activities/s3/parts.ts';
import { detectionRules } from '../../src/detection/rules.ts';
import type {
  ActInput,
  ActResult,
  CopyExport,
  PolicyHolder,
  SetServiceCredentialStatus,
} from '../../src/domain/acts/acts.ts';
import type { ApprovalOnRecord } from '../../src/domain/approval/authorisation.ts';
import { snapshotTags } from '../../src/domain/acts/created-names.ts';
import { restDigest, type PolicyDocument } from '../../src/domain/policy/policy-document.ts';
import { figuresInStore } from '../../src/audit/found-figures.ts';
import { dataKeys, eraseKeys, rewrapKeys } from '../../src/encryption/data-keys.ts';
import { keyBucket } from '../../src/encryption/key-bucket.ts';
import { kmsMasterKey } from '../../src/encryption/kms-master-key.ts';
import { archiveReader } from '../../src/intake/archive-reader.ts';
import { allow, policyText } from '../../src/lab/account.ts';
import { eventName } from '../../src/lab/aws/operation.ts';
import { region } from '../../src/lab/clients.ts';
import { createBucket, evidencePrefix } from '../../src/lab/foundation.ts';
import { exportService } from '../../src/lab/stage.ts';
import { keyCustody } from '../support/key-custody.ts';
import { aReport } from '../unit/audit/a-report.ts';
import { actBase, anApproval, incidentKey, named, sharedWorld } from './activities-world.ts';
import { anExport, anExportBucket } from './support/exports.ts';

/**
 * Everything that the workers do to AWS is done once, in every variant that makes other calls; then the trail of the lab
 * says under which role each call was made.
 */
const world = sharedWorld();
const victim = () => world().foundation.victim;
const base = () => actBase(world());
const place = () => ({ accountId: victim().id, region });

let observe: ObserveActivities;
let used: Record<RoleName, string[]>;

beforeAll(async () => {
  observe = observeActivities(world().observing);
  const exports = await anExportBucket(world());
  await observing(exports);
  await acting(exports);
  await detecting();
  await keepingEvidence();
  await keepingKeys();
  const roles = Object.keys(permissions) as RoleName[];
  used = Object.fromEntries(await Promise.all(roles.map(async (role) => [role, await callsOf(role)]))) as typeof used;
}, 120_000);

const nameOf = (service: string, operation: string) => `${service}:${eventName(operation)}`;

async function callsOf(role: RoleName): Promise<string[]> {
  const records = await world().lab.control.trail({ principalArn: `arn:aws:iam::*:role/${roleNames[role]}` });
  const calls = records.map((record) => nameOf(record.eventSource.split('.')[0] ?? '', record.eventName));
  return [...new Set(calls)].sort();
}

describe.each(Object.keys(permissions) as RoleName[])('the table of permissions, for the role %s,', (role) => {
  const called = ({ call }: { call: string }) => nameOf(...(call.split(':') as [string, string]));

  it('has every call that is made under it', () => {
    const known = new Set(permissions[role].map(called));
    expect(used[role].filter((call) => !known.has(call))).toEqual([]);
  });

  it('has no call that is not made, but those that say why', () => {
    const made = new Set(used[role]);
    const rows = permissions[role].filter((row) => row.notExercised === undefined);
    expect(rows.filter((row) => !made.has(called(row))).map(({ call }) => call)).toEqual([]);
  });

  for (const row of permissions[role].filter(({ notExercised }) => notExercised !== undefined)) {
    it(`does not see ${row.call}, for ${row.notExercised ?? ''}`, () => {
      expect(used[role]).not.toContain(called(row));
    });
  }
});

async function anImageExport(bucket: string): Promise<string> {
  const { ec2 } = victim().admin;
  const trust = { Effect: 'Allow' as const, Principal: { Service: 'vmie.amazonaws.com' }, Action: 'sts:AssumeRole' };
  await victim().role('vmimport', trust, 'export', allow(['s3:*', 'ec2:*']));
  const { Images } = await ec2.send(new DescribeImagesCommand({}));
  const { ExportImageTaskId = '' } = await ec2.send(
    new ExportImageCommand({
      ImageId: Images?.[0]?.ImageId,
      DiskImageFormat: 'VMDK',
      S3ExportLocation: { S3Bucket: bucket, S3Prefix: 'images/' },
    }),
  );
  return ExportImageTaskId;
}

async function aRole(): Promise<string> {
  const trust = {
    Effect: 'Allow' as const,
    Principal: { AWS: `arn:aws:iam::${victim().id}:root` },
    Action: 'sts:AssumeRole',
  };
  const name = named('exporter');
  await victim().role(name, trust, 'own', allow('s3:*'));
  return name;
}

async function observing(bucket: string): Promise<void> {
  const { iam, s3 } = victim().admin;
  const { instanceId, exportTaskId } = await anExport(world(), bucket, 600_000);
  await observe.describeInstance({ ...place(), instanceId });
  await observe.describeSoftware({ ...place(), instanceId });
  await observe.describeExportTask({ ...place(), exportTaskId });
  await observe.describeExportTask({ ...place(), exportTaskId: await anImageExport(bucket) });

  const policyArn = await victim().managedPolicy(named('shared'), allow('s3:*'));
  const group = await victim().group(named('ops'), 'own', allow('ec2:*'));
  await iam.send(new AttachGroupPolicyCommand({ GroupName: group, PolicyArn: policyArn }));
  const user = await victim().user(named('mallory'), { policy: [allow('s3:*')], managed: [policyArn] });
  await iam.send(new AddUserToGroupCommand({ UserName: user.name, GroupName: group }));
  const role = await aRole();
  await iam.send(new AttachRolePolicyCommand({ RoleName: role, PolicyArn: policyArn }));
  const { userId = '' } = await observe.describePrincipal({ ...place(), type: 'user', name: user.name });
  await observe.findUser({ ...place(), userId });
  await observe.describePrincipal({ ...place(), type: 'role', name: role });
  await observe.policyUsers({ ...place(), policyArns: [policyArn], groups: [group] });
  await observe.serviceCredentials({ ...place(), userName: user.name });
  await observe.rolesTrusting({ ...place(), providers: [`arn:aws:iam::${victim().id}:oidc-provider/made.example`] });
  await observe.checkAct(inlinePolicy({ type: 'group', name: group }));

  const [logs, theirs] = [named('logs'), named('theirs')];
  await createBucket(s3, logs);
  await createBucket(world().foundation.outsider.admin.s3, theirs);
  const Principal = { Service: 'logging.s3.amazonaws.com' };
  const Policy = policyText({ ...allow('s3:PutObject', `arn:aws:s3:::${logs}/*`), Principal });
  await s3.send(new PutBucketPolicyCommand({ Bucket: logs, Policy }));
  const LoggingEnabled = { TargetBucket: logs, TargetPrefix: 'access/' };
  await s3.send(new PutBucketLoggingCommand({ Bucket: bucket, BucketLoggingStatus: { LoggingEnabled } }));
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'vms/one', Body: 'x' }));
  await world().lab.control.deliverLogs();
  await waysOut(bucket);
  const { logging } = await observe.describeBucket({ ...place(), bucket });
  await observe.describeBucket({ ...place(), bucket: theirs });
  const object = { ...place(), bucket, key: 'vms/one' };
  await observe.describeExportObject(object);
  await observe.readAccessLogs({ ...object, logging, since: new Date(Date.now() - 60_000).toISOString() });

  await observe.describeEventRule({ ...place(), ruleName: await aRule() });
  await observe.describeEbsEncryption(place());
  await victim().admin.ec2.send(new CreateImageCommand({ InstanceId: instanceId, Name: named('copy') }));
  await observe.describeCopies({ ...place(), instanceId, volumeIds: [], imageIds: [], snapshotIds: [] });
  await observe.describeConfig(place());
  const attribute = { name: 'Username' as const, value: user.name };
  const from = new Date(Date.now() - 60_000).toISOString();
  await observe.lookupTrail({ ...place(), attribute, from, to: new Date().toISOString(), keep: 1 });
  await observe.trailBuckets(place());
  const window = { from, to: new Date().toISOString() };
  await observe.readRequestMetrics({ ...place(), bucket, key: 'vms/a.ova', ...window });
}

/** The bucket gets an access point and a rule that replicates; returns both as they can be changed. */
async function waysOut(bucket: string): Promise<ActInput[]> {
  const { s3, s3control } = victim().admin;
  const [theirs, accessPoint] = [named('replicas'), named('point')];
  const VersioningConfiguration = { Status: 'Enabled' as const };
  await createBucket(s3, theirs);
  for (const Bucket of [bucket, theirs])
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  const rule = (Status: 'Enabled' | 'Disabled') => ({
    ID: 'all',
    Priority: 1,
    Filter: { Prefix: '' },
    Status,
    DeleteMarkerReplication: { Status: 'Disabled' as const },
    Destination: { Bucket: `arn:aws:s3:::${theirs}` },
  });
  const configuration = (Status: 'Enabled' | 'Disabled') => ({
    Role: victim().roleArn('replica'),
    Rules: [rule(Status)],
  });
  const ReplicationConfiguration = configuration('Enabled');
  await s3.send(new PutBucketReplicationCommand({ Bucket: bucket, ReplicationConfiguration }));
  const own = { AccountId: victim().id, Name: accessPoint };
  await s3control.send(new CreateAccessPointCommand({ ...own, Bucket: bucket }));
  const policy = document('s3:GetObject');
  await s3control.send(new PutAccessPointPolicyCommand({ ...own, Policy: JSON.stringify(policy) }));
  const point = { ...base(), act: 'setAccessPointPolicy' as const, bucket, accessPoint };
  return [
    {
      ...base(),
      act: 'setBucketReplication',
      bucket,
      before: ReplicationConfiguration,
      after: configuration('Disabled'),
    },
    { ...point, before: policy, after: null },
    { ...point, before: null, after: policy },
  ];
}

const document = (action: string): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
});
const inlinePolicy = (holder: PolicyHolder): ActInput => ({
  ...base(),
  act: 'putInlinePolicy',
  holder,
  policyName: `SOAR-${incidentKey}-deny`,
  before: null,
  after: document('s3:GetObject'),
});

const eventRule = (description: string) => ({
  eventPattern: '{"source":["aws.ec2"]}',
  description,
  targetArn: world().foundation.monitoringTarget,
});

async function aRule(): Promise<string> {
  const Name = named('soar-rule');
  await victim().admin.events.send(new PutRuleCommand({ Name, EventPattern: '{"source":["aws.ec2"]}' }));
  return Name;
}

const act = (acts: ContainActivities, input: ActInput): Promise<ActResult> =>
  (acts[input.act] as (input: ActInput, approval: ApprovalOnRecord) => Promise<ActResult>)(input, anApproval);

/** The act and, where it has one, its opposite: both have to be done for every call to be made. */
async function acting(bucket: string): Promise<void> {
  const copying = { largestInOneCall: smallestPart, partSize: smallestPart, partsAtOnce: 1 };
  const acts = containActivities(world().containing, {
    protected: { principals: [], buckets: [], tags: { keep: ['yes'] } },
    copying,
  });
  const apply = async (input: ActInput): Promise<void> => {
    expect(await act(acts, input), input.act).toMatchObject({ status: 'applied' });
  };

  const settings = async (): Promise<void> => {
    const own = named('settings');
    await createBucket(victim().admin.s3, own);
    const { publicAccessBlock } = await observe.describeBucket({ ...place(), bucket: own });
    const block = { ...base(), act: 'setPublicAccessBlock' as const, bucket: own };
    await apply({ ...block, before: publicAccessBlock, after: null });
    await apply({ ...block, before: null, after: publicAccessBlock });
    const ownership = { ...base(), act: 'setBucketOwnership' as const, bucket: own };
    await apply({ ...ownership, before: 'BucketOwnerEnforced', after: 'ObjectWriter' });
    await apply({ ...ownership, before: 'ObjectWriter', after: null });
  };

  const inParts = await aCopy(bucket, 2 * smallestPart);
  const written = Date.now();

  const added = {
    Sid: 'VMXABCDEFGHIJDeny',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${bucket}/*`,
  };
  const edit = { ...base(), act: 'editBucketPolicy' as const, bucket, removedByPlan: [], before: null };
  const rest = restDigest(null, 'VMXABCDEFGHIJ', []);
  await apply({ ...edit, add: [added], remove: [], restDigest: rest });
  await apply({ ...edit, add: [], remove: [added], restDigest: rest });

  const { acl } = await observe.describeBucket({ ...place(), bucket });
  const grants = acl!.grants.filter(({ grantee }) => grantee.id !== exportService);
  await apply({ ...base(), act: 'replaceBucketAcl', bucket, before: acl!, after: { ...acl!, grants } });

  await settings();

  const out = named('out');
  await createBucket(victim().admin.s3, out);
  for (const input of await waysOut(out)) await apply(input);

  const user = await victim().user(named('mallory'));
  const { accessKeyId } = user.credentials;
  const keys = [{ accessKeyId, before: 'Active' as const, after: 'Inactive' as const }];
  await apply({ ...base(), act: 'setAccessKeyStatus', userName: user.name, keys });

  const create = { UserName: user.name, ServiceName: 'codecommit.amazonaws.com' };
  const made = await victim().admin.iam.send(new CreateServiceSpecificCredentialCommand(create));
  const { iam } = victim().admin;
  const sshKey = await iam.send(new UploadSSHPublicKeyCommand({ UserName: user.name, SSHPublicKeyBody: 'ssh-rsa x' }));
  const pem = await iam.send(new UploadSigningCertificateCommand({ UserName: user.name, CertificateBody: 'x' }));
  const credentials: [SetServiceCredentialStatus['kind'], string | undefined][] = [
    [undefined, made.ServiceSpecificCredential?.ServiceSpecificCredentialId],
    ['ssh-key', sshKey.SSHPublicKey?.SSHPublicKeyId],
    ['signing-certificate', pem.Certificate?.CertificateId],
  ];
  for (const [kind, credentialId = ''] of credentials) {
    await apply({
      ...base(),
      act: 'setServiceCredentialStatus',
      userName: user.name,
      ...(kind ? { kind } : {}),
      credentialId,
      before: 'Active',
      after: 'Inactive',
    });
  }

  const roleName = await aRole();
  const group = await victim().group(named('ops'), 'own', allow('ec2:*'));
  const holders = [
    { type: 'user' as const, name: user.name },
    { type: 'role' as const, name: roleName },
    { type: 'group' as const, name: group },
  ];
  for (const holder of holders) {
    const input = inlinePolicy(holder);
    await apply(input);
    await apply({ ...input, before: document('s3:GetObject'), after: null } as ActInput);
  }
  await apply({ ...base(), act: 'revokeRoleSessions', roleName, policyName: 'revoke', before: null });
  const trust = (account: string): PolicyDocument => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' }],
  });
  const outside = trust(world().foundation.outsider.id);
  await apply({ ...base(), act: 'setTrustPolicy', roleName, before: trust(victim().id), after: outside });

  const policyArn = await victim().managedPolicy(named('full'), allow('ec2:1'));
  for (const version of [2, 3, 4, 5]) {
    const PolicyDocument = JSON.stringify(document(`ec2:${version}`));
    const create = { PolicyArn: policyArn, PolicyDocument, SetAsDefault: version === 5 };
    await victim().admin.iam.send(new CreatePolicyVersionCommand(create));
  }
  await apply({ ...base(), act: 'setManagedPolicy', policyArn, before: document('ec2:5'), after: document('ec2:6') });

  const { exportTaskId } = await anExport(world(), await anExportBucket(world()), 600_000);
  await apply({ ...base(), act: 'cancelExportTask', exportTaskId });
  await apply({ ...base(), act: 'cancelExportTask', exportTaskId: await anotherImageExport() });
  for (const input of await onCopies()) await apply(input);

  const copy = await aCopy(bucket, 1024);
  await apply(copy);
  const { versions = [] } = (await observe.describeExportObject({ ...place(), ...copy.source })) ?? {};
  await apply({ ...base(), act: 'deleteExport', source: copy.source, versions, copy: copy.destination });
  const { control } = world().lab;
  const part = { service: 's3', operation: 'UploadPartCopy' };
  // One attempt is cut off, the next goes on with what it finds, if that was begun later than the export was written (S3
  // knows whole seconds). What is refused for good is taken back.
  await vi.waitUntil(() => Date.now() - written > 2_000, { timeout: 5_000 });
  await control.fault({ ...part, kind: 'resetAfter' });
  await expect(act(acts, inParts)).rejects.toMatchObject({ type: 'AwsUnavailable' });
  await apply(inParts);
  await control.fault({ ...part, kind: 'error', status: 403, code: 'AccessDenied', times: 4 });
  await expect(act(acts, await aCopy(bucket, 2 * smallestPart))).rejects.toMatchObject({ type: 'AwsAccessDenied' });
  await control.clearFaults();

  const ruleName = named('soar-rule');
  const watch = { ...base(), act: 'putEventRule' as const, ruleName };
  await apply({ ...watch, before: null, after: eventRule('watch') });
  await apply({ ...watch, before: eventRule('watch'), after: null });

  const check = { ...base(), act: 'putConfigRule' as const, ruleName: named('soar-trail') };
  const configRule = { source: 'CLOUD_TRAIL_ENABLED', description: 'finds that no trail is on' };
  await apply({ ...check, before: null, after: configRule });
  await apply({ ...check, before: configRule, after: null });

  const scp = anScp();
  await observe.checkAct({ ...scp, before: null, after: document('s3:*') });
  await apply({ ...scp, before: null, after: document('s3:*') });
  await apply({ ...scp, before: document('s3:*'), after: document('ec2:*') });
  await observe.checkAct({ ...scp, before: null, after: document('ec2:*') });
  await apply({ ...scp, before: document('ec2:*'), after: null });
}

/** A key made and opened by a worker; erased, and wrapped anew, by whoever keeps them. */
async function keepingKeys(): Promise<void> {
  const { user, keeper, newKey } = await keyCustody(world());
  const arn = await newKey();
  const keys = dataKeys(keyBucket(user), [kmsMasterKey('first', arn, user)]);
  await keys.current('incident/1');
  await keyBucket(user).names();
  await keys.current('incident/2');
  await eraseKeys(keyBucket(keeper), 'incident/1', { at: new Date().toISOString(), by: ['ana'], reason: 'asked for' });
  const [first, second] = [kmsMasterKey('first', arn, keeper), kmsMasterKey('second', arn, keeper)];
  await rewrapKeys(keyBucket(keeper), [second, first]);
}

/** A shared image with its snapshot, the volumes of their machine, and what becomes of new ones. */
async function onCopies(): Promise<ActInput[]> {
  const { ec2 } = victim().admin;
  const run = new RunInstancesCommand({ ImageId: 'ami-0abcdef1234567890', MinCount: 1, MaxCount: 1 });
  const [instance] = (await ec2.send(run)).Instances ?? [];
  const instanceId = instance?.InstanceId ?? '';
  const volumes = (instance?.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.VolumeId ?? []);
  const { ImageId = '' } = await ec2.send(new CreateImageCommand({ InstanceId: instanceId, Name: named('shared') }));
  const { SnapshotId = '' } = await ec2.send(new CreateSnapshotCommand({ VolumeId: volumes[0] }));
  const outsider = world().foundation.outsider.id;
  const Add = [{ UserId: outsider }];
  await ec2.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission: { Add } }));
  await ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId, CreateVolumePermission: { Add } }));
  const sharing = { ...base(), act: 'setSharing' as const, before: [outsider], after: [] };
  const encryption = { ...base(), act: 'setEbsEncryptionDefault' as const };
  return [
    { ...sharing, resource: { type: 'image', id: ImageId } },
    { ...sharing, resource: { type: 'snapshot', id: SnapshotId } },
    { ...base(), act: 'snapshotVolumes', instanceId, volumes, tags: snapshotTags(incidentKey, instanceId) },
    { ...encryption, before: false, after: true },
    { ...encryption, before: true, after: false },
  ];
}

const anScp = () => ({
  act: 'setAccountScp' as const,
  incidentKey,
  accountId: world().foundation.management.id,
  region,
  targetAccount: world().foundation.forensics.id,
  policyName: `SOAR-${incidentKey}-isolate`,
});

async function anotherImageExport(): Promise<string> {
  const { ec2 } = victim().admin;
  const { Images } = await ec2.send(new DescribeImagesCommand({}));
  const S3ExportLocation = { S3Bucket: await anExportBucket(world()), S3Prefix: 'images/' };
  const { ExportImageTaskId = '' } = await ec2.send(
    new ExportImageCommand({ ImageId: Images?.[0]?.ImageId, DiskImageFormat: 'VMDK', S3ExportLocation }),
  );
  return ExportImageTaskId;
}

async function aCopy(bucket: string, size: number): Promise<CopyExport> {
  const { forensics, buckets } = world().foundation;
  const key = `vms/${named('image')}.ova`;
  const put = new PutObjectCommand({ Bucket: bucket, Key: key, Body: Buffer.alloc(size, 'image') });
  const { ETag: etag = '' } = await victim().admin.s3.send(put);
  const destination = { accountId: forensics.id, region, bucket: buckets.forensics, key: `exports/${key}` };
  return { ...base(), act: 'copyExport', source: { bucket, key, size, etag }, destination };
}

async function detecting(): Promise<void> {
  const { lab, foundation } = world();
  const { detect, contain } = foundation.roles.victim;
  const clients = awsClients({
    purpose: 'observe',
    endpoint: lab.endpoint,
    externalId: foundation.externalId,
    profile: 'soar-detect',
    accounts: [{ id: victim().id, roles: { observe: detect, contain } }],
  });
  const search = trailEvents({ clients, places: [place()], concerns: () => true });
  const window = { from: new Date(Date.now() - 60_000).toISOString(), to: new Date().toISOString() };
  const found = await search(detectionRules()[0]!, { ...window, behind: {}, seen: [], limit: 1 });
  expect(found.gaps).toEqual([]);
}

async function keepingEvidence(): Promise<void> {
  const { lab, foundation } = world();
  const store = {
    endpoint: lab.endpoint,
    forcePathStyle: true,
    externalId: foundation.externalId,
    bucket: foundation.buckets.evidence,
    region,
    account: foundation.forensics.id,
    prefix: evidencePrefix,
  };
  const notify = evidenceNotify({ ...store, profile: 'soar-notify', role: foundation.roles.evidence });
  await notify.storeEvidence({ incidentKey, name: 'used', content: {} });
  const observed = { ...store, profile: 'soar-observe', role: foundation.roles.evidenceObserved };
  await keepObserved(observed)?.({ incidentKey, name: 'used', content: Buffer.from('{}') });
  await new MockActivityEnvironment({ workflowExecution: { workflowId: incidentKey, runId: 'r' } }).run(async () => {
    const parts = trailParts(observed);
    const digest = await parts?.add({ question: {}, before: null, statements: [] });
    expect(await parts?.read({}, digest ?? '')).toEqual({ before: null, statements: [] });
  });
  const read = archiveReader({ ...store, profile: 'soar-intake', readRole: foundation.roles.evidenceIndex });
  await read('index/events/none').catch(() => null);
  await notify.storeReport({ report: aReport() });
  const figures = { ...store, profile: 'soar-figures', figuresRole: foundation.roles.evidenceFigures };
  await figuresInStore(figures, { from: -Infinity, to: Infinity });
}
