import type { ActInput } from '../../../src/domain/acts/acts.ts';
import type { Scope } from './permission.ts';
import { statementsOf } from './statements.ts';
import { permissionsOfAct } from './table.ts';

/** STS takes no longer one. */
export const longestSessionPolicy = 2_048;
/** Of an object key: two of them, in a copy, leave room for the rest. */
const longestKey = 450;

/** What an act may do in its session: its own calls, on its own target, within what the role may do at all. */
export function sessionPolicy(input: ActInput, partition: string): string {
  const targets = targetsOf(input, partition);
  const Statement = statementsOf(permissionsOfAct(input.act), ({ on }) => (on === 'any' ? ['*'] : (targets[on] ?? [])));
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

function targetsOf(input: ActInput, partition: string): Partial<Record<Scope, string[]>> {
  const { accountId, region } = input;
  // Acts know names; IAM's ARNs hold the path, too.
  const iam = (kind: 'user' | 'role' | 'group', name: string) =>
    ['', '*/'].map((path) => `arn:${partition}:iam::${accountId}:${kind}/${path}${name}`);
  const s3 = (path: string) => `arn:${partition}:s3:::${path}`;
  switch (input.act) {
    case 'editBucketPolicy':
    case 'replaceBucketAcl':
    case 'setPublicAccessBlock':
    case 'setBucketOwnership':
      return { bucket: [s3(input.bucket)] };
    case 'setBucketReplication':
      return { bucket: [s3(input.bucket)], role: [input.after.Role] };
    case 'setAccessPointPolicy':
      return {
        bucket: [s3(input.bucket)],
        accessPoint: [`arn:${partition}:s3:${region}:${accountId}:accesspoint/${input.accessPoint}`],
      };
    case 'setAccessKeyStatus':
    case 'setServiceCredentialStatus':
      return { user: iam('user', input.userName) };
    case 'putInlinePolicy':
      return { [input.holder.type]: iam(input.holder.type, input.holder.name) };
    case 'revokeRoleSessions':
    case 'setTrustPolicy':
      return { role: iam('role', input.roleName) };
    case 'setManagedPolicy':
      return { ownPolicy: [input.policyArn] };
    case 'cancelExportTask':
      return {
        task: [`arn:${partition}:ec2:${region}:${accountId}:${taskKind(input.exportTaskId)}/${input.exportTaskId}`],
      };
    case 'copyExport': {
      const { source, destination } = input;
      return {
        bucket: [s3(source.bucket)],
        exportObject: [s3(`${source.bucket}/${literal(source.key)}`)],
        // What is written beside the copy has the copy's key with an ending.
        copy: [s3(`${destination.bucket}/${literal(destination.key)}*`)],
        copyBucket: [s3(destination.bucket)],
      };
    }
    case 'setSharing':
      return { [input.resource.type]: [`arn:${partition}:ec2:${region}::${input.resource.type}/${input.resource.id}`] };
    case 'snapshotVolumes':
      return {
        instance: [`arn:${partition}:ec2:${region}:${accountId}:instance/${input.instanceId}`],
        // Which ones the instance says, and naming up to a hundred would be too long for STS.
        volume: [`arn:${partition}:ec2:${region}:${accountId}:volume/*`],
        snapshot: [`arn:${partition}:ec2:${region}::snapshot/*`],
      };
    case 'setEbsEncryptionDefault':
      return {};
    case 'deleteExport': {
      const { source, copy } = input;
      return {
        bucket: [s3(source.bucket)],
        deletedObject: [s3(`${source.bucket}/${literal(source.key)}`)],
        copy: [s3(`${copy.bucket}/${literal(copy.key)}*`)],
      };
    }
    case 'putEventRule':
      return { rule: [`arn:${partition}:events:${region}:${accountId}:rule/${input.ruleName}`] };
    case 'putConfigRule':
      return { configRule: [`arn:${partition}:config:${region}:${accountId}:config-rule/*`] };
    case 'setAccountScp':
      return {
        member: [`arn:${partition}:organizations::${accountId}:account/*/${input.targetAccount}`],
        scp: [`arn:${partition}:organizations::${accountId}:policy/*/service_control_policy/*`],
      };
  }
}

const taskKind = (exportTaskId: string): string =>
  exportTaskId.startsWith('export-ami-') ? 'export-image-task' : 'export-instance-task';

/**
 * A key as it stands in a policy, where `*`, `?` and `$` mean something and nothing beyond Latin-1 is taken; what cannot be
 * said exactly, and the end of a long one, is said by a wildcard.
 */
function literal(key: string): string {
  let said = '';
  for (const character of key) {
    if (JSON.stringify(said).length >= longestKey) return `${said}*`;
    if (/[*?$]/.test(character)) said += `\${${character}}`;
    else said += /[\u0020-\u007e\u00a0-\u00ff]/.test(character) ? character : '*';
  }
  return said;
}
