import { CancelExportTaskCommand, DescribeSnapshotsCommand, DescribeVolumesCommand } from '@aws-sdk/client-ec2';
import { DescribeRuleCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import {
  GetBucketAclCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { exportEvents } from '../domain/alert/alert.ts';
import type { ActionRecord } from '../domain/plan/plan.ts';
import type { IncidentReport } from '../domain/report/report.ts';
import type { LabAccount } from './account.ts';
import { codeOf } from './clients.ts';
import { proof, resultOf, type Proof } from './probes.ts';
import { exportCommand, exportService, serviceStatement, type Stage } from './stage.ts';
import { actionKind } from '../domain/acts/action-id.ts';

/** Claims that several scenarios make, each about one kind of action. */

const recordOf = (report: IncidentReport, kind: string): ActionRecord | undefined =>
  report.actions.find(({ id }) => actionKind(id) === kind);

async function sha256(account: LabAccount, bucket: string, key: string): Promise<string> {
  const { Body } = await account.admin.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
  return createHash('sha256').update(bytes).digest('hex');
}

/** `copy-to-forensics` (S94). */
export async function copyIsEqual(stage: Stage, report: IncidentReport): Promise<Proof> {
  const name = 'the forensic copy is the original, byte for byte';
  const input = recordOf(report, 'copy-to-forensics')?.input;
  if (input?.act !== 'copyExport') return proof(name, false, 'no copy was planned');
  const { source, destination } = input;
  try {
    const original = await sha256(stage.victim, source.bucket, source.key);
    const copy = await sha256(stage.foundation.forensics, destination.bucket, destination.key);
    return proof(
      name,
      original === copy,
      `SHA-256 of original ${original.slice(0, 16)}…, of copy ${copy.slice(0, 16)}…`,
    );
  } catch (error) {
    return proof(name, false, `no copy at ${destination.bucket}/${destination.key}: ${codeOf(error)}`);
  }
}

/** `block-public-access` (S95). */
export async function publicAccessIsBlocked({ victim }: Stage, bucket: string): Promise<Proof> {
  const name = 'the bucket blocks public access';
  try {
    const { PublicAccessBlockConfiguration: block = {} } = await victim.admin.s3.send(
      new GetPublicAccessBlockCommand({ Bucket: bucket }),
    );
    const on = Object.entries(block).flatMap(([setting, value]) => (value ? [setting] : []));
    return proof(name, on.length === 4, on.join(', ') || 'nothing is blocked');
  } catch (error) {
    return proof(name, false, `no block: ${codeOf(error)}`);
  }
}

/** `snapshot-volumes` (S94). */
export async function volumesArePreserved(stage: Stage, report: IncidentReport, instanceId: string): Promise<Proof> {
  const { ec2 } = stage.victim.admin;
  const { Volumes = [] } = await ec2.send(
    new DescribeVolumesCommand({ Filters: [{ Name: 'attachment.instance-id', Values: [instanceId] }] }),
  );
  const { Snapshots = [] } = await ec2.send(
    new DescribeSnapshotsCommand({
      OwnerIds: ['self'],
      Filters: [{ Name: 'tag:soar-incident', Values: [report.incidentKey] }],
    }),
  );
  const without = Volumes.filter(({ VolumeId }) => !Snapshots.some((snapshot) => snapshot.VolumeId === VolumeId));
  return proof(
    'each volume of the machine has one snapshot of this incident',
    Volumes.length > 0 && without.length === 0 && Snapshots.length === Volumes.length,
    `${Volumes.length} volume(s), ${Snapshots.length} snapshot(s)`,
  );
}

async function policyOf(account: LabAccount, bucket: string): Promise<string> {
  try {
    return (await account.admin.s3.send(new GetBucketPolicyCommand({ Bucket: bucket }))).Policy ?? '';
  } catch (error) {
    if (codeOf(error) === 'NoSuchBucketPolicy') return '';
    throw error;
  }
}

/** `remove-service-grant` and `remove-service-acl-grant` (S113). */
export async function serviceHasNoGrant(stage: Stage, bucket: string): Promise<Proof> {
  const document = JSON.parse((await policyOf(stage.victim, bucket)) || '{}') as { Statement?: { Effect: string }[] };
  const allowed = (document.Statement ?? []).filter(
    (statement) => statement.Effect === 'Allow' && JSON.stringify(statement).includes(exportService),
  );
  const { Grants = [] } = await stage.victim.admin.s3.send(new GetBucketAclCommand({ Bucket: bucket }));
  const granted = Grants.filter(({ Grantee }) => Grantee?.ID === exportService);
  return proof(
    "neither policy nor ACL of the bucket holds the export service's grant",
    allowed.length + granted.length === 0,
    `${allowed.length} statement(s) and ${granted.length} ACL grant(s) of the service`,
  );
}

/** `deny-service-put` (S114): the grant comes back, and still nobody can export to this bucket. */
export async function serviceStaysOut(stage: Stage, target: { bucket: string; instanceId: string }): Promise<Proof> {
  const { s3, ec2 } = stage.victim.admin;
  const before = await policyOf(stage.victim, target.bucket);
  const document = JSON.parse(before || '{"Version":"2012-10-17"}') as { Statement?: object[] };
  const Statement = [...(document.Statement ?? []), { ...serviceStatement(target.bucket), Sid: 'GrantedAgain' }];
  const Policy = JSON.stringify({ ...document, Statement });
  await s3.send(new PutBucketPolicyCommand({ Bucket: target.bucket, Policy }));
  let taskId: string | undefined;
  const { code, message } = await resultOf(async () => {
    taskId = (await stage.foundation.exporter.clients.ec2.send(exportCommand(target))).ExportTask?.ExportTaskId;
  });
  if (taskId !== undefined) await ec2.send(new CancelExportTaskCommand({ ExportTaskId: taskId }));
  if (before !== '') await s3.send(new PutBucketPolicyCommand({ Bucket: target.bucket, Policy: before }));
  return proof(
    'when the grant is given again, an authorised export to the bucket is still refused',
    code === 'InvalidParameter' && /denies/.test(message),
    code === null ? 'the export was accepted' : `${code}: ${message}`,
  );
}

/** `monitor-exports` (S33, S116, S117). */
export async function exportsAreWatched(stage: Stage, report: IncidentReport): Promise<Proof> {
  const name = 'a rule watches every way to export, and who may use a bucket';
  const input = recordOf(report, 'monitor-exports')?.input;
  if (input?.act !== 'putEventRule') return proof(name, false, 'no rule was planned');
  const { events } = stage.victim.admin;
  try {
    const { State, EventPattern = '' } = await events.send(new DescribeRuleCommand({ Name: input.ruleName }));
    const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: input.ruleName }));
    const missing = [...exportEvents, 'PutBucketPolicy', 'PutBucketAcl'].filter(
      (event) => !EventPattern.includes(`"${event}"`),
    );
    const targeted = Targets.some(({ Arn }) => Arn === stage.foundation.monitoringTarget);
    const seen = `${input.ruleName}: ${State ?? 'no state'}, ${Targets.length} target(s)`;
    return proof(
      name,
      State === 'ENABLED' && missing.length === 0 && targeted,
      `${seen}, missing: ${missing.join(', ') || 'none'}`,
    );
  } catch (error) {
    return proof(name, false, `rule ${input.ruleName}: ${codeOf(error)}`);
  }
}

/** Nothing of ours changed anything; appending to the evidence store is not a change (P2). */
export async function nothingWasChanged(stage: Stage, report: IncidentReport): Promise<Proof> {
  const { roles } = stage.foundation;
  const since = `${report.openedAt.slice(0, 19)}Z`;
  const acting = await stage.lab.control.trail({ principalArn: roles.victim.contain, since });
  const reading = await stage.lab.control.trail({ principalArn: roles.victim.observe, since });
  const changes = [...acting, ...reading].filter((call) => !call.readOnly && stage.concerns(call, report.incidentKey));
  return proof(
    'no call of ours in the trail changes anything',
    changes.length === 0,
    changes.length === 0
      ? `${reading.length} reads, no change`
      : `changed by ${[...new Set(changes.map(({ eventName }) => eventName))].join(', ')}`,
  );
}
