import { type Json, asJson } from '../json.ts';
import { applyEdit } from '../policy/policy-document.ts';
import type { ActInput, ActInputOf, ActName } from './acts.ts';
import { callsOf } from './calls-of-act.ts';
import { credentialKind } from './standing-of-service-credential.ts';
import { revocationDocument } from './session-revocation.ts';

/** What an act does, as its input alone says: whatever a plan claims beside it, this is what runs. */
export interface ActInWords {
  calls: string[];
  /** The resource that changes, in words. */
  target: string;
  /** What any other text about the same resource has to name. */
  resource: string;
  before: Json;
  after: Json;
}

type Words = Omit<ActInWords, 'calls'>;
const states = ({ before, after }: { before: unknown; after: unknown }) => ({
  before: asJson(before),
  after: asJson(after),
});
const bytes = (size: number): string => `${size} byte${size === 1 ? '' : 's'}`;

/** One for each act; the compiler asks for it. */
const words: { [N in ActName]: (input: ActInputOf<N>) => Words } = {
  // The rest of the policy is not the input's to say: it stays as it is, and its digest is the precondition.
  editBucketPolicy: ({ bucket, remove, add }) => ({
    target: `policy of bucket ${bucket}`,
    resource: bucket,
    before: { Statement: asJson(remove) },
    after: { Statement: asJson(add) },
  }),
  replaceBucketAcl: (input) => ({ target: `ACL of bucket ${input.bucket}`, resource: input.bucket, ...states(input) }),
  setPublicAccessBlock: (input) => ({
    target: `public access block of bucket ${input.bucket}`,
    resource: input.bucket,
    ...states(input),
  }),
  setBucketOwnership: (input) => ({
    target: `object ownership of bucket ${input.bucket}`,
    resource: input.bucket,
    ...states(input),
  }),
  setBucketReplication: (input) => ({
    target: `replication of bucket ${input.bucket}`,
    resource: input.bucket,
    ...states(input),
  }),
  setAccessPointPolicy: (input) => ({
    target: `policy of access point ${input.accessPoint} of bucket ${input.bucket}`,
    resource: input.accessPoint,
    ...states(input),
  }),
  setAccessKeyStatus: ({ userName, keys }) => ({
    target: `access keys of user ${userName}`,
    resource: userName,
    before: keys.map(({ accessKeyId, before }) => ({ accessKeyId, status: before })),
    after: keys.map(({ accessKeyId, after }) => ({ accessKeyId, status: after })),
  }),
  setServiceCredentialStatus: ({ userName, kind, credentialId, before, after }) => ({
    target: `${credentialKind(kind).words} ${credentialId} of user ${userName}`,
    resource: userName,
    before: { credentialId, status: before },
    after: { credentialId, status: after },
  }),
  putInlinePolicy: (input) => ({
    target: `inline policy ${input.policyName} of ${input.holder.type} ${input.holder.name}`,
    resource: input.holder.name,
    ...states(input),
  }),
  revokeRoleSessions: ({ incidentKey, roleName, policyName, session }) => ({
    target: `sessions of role ${roleName}, by inline policy ${policyName}`,
    resource: roleName,
    before: null,
    after: asJson(revocationDocument(incidentKey, 'the moment of the act', session)),
  }),
  setTrustPolicy: (input) => ({
    target: `trust policy of role ${input.roleName}`,
    resource: input.roleName,
    ...states(input),
  }),
  setManagedPolicy: (input) => ({
    target: `managed policy ${input.policyArn}`,
    resource: input.policyArn,
    ...states(input),
  }),
  cancelExportTask: ({ exportTaskId }) => ({
    target: `export task ${exportTaskId}`,
    resource: exportTaskId,
    before: { state: 'active' },
    after: { state: 'cancelled' },
  }),
  copyExport: ({ source, destination }) => ({
    target: `object ${destination.key} of bucket ${destination.bucket} in account ${destination.accountId}`,
    resource: `${destination.bucket}/${destination.key}`,
    before: null,
    after: asJson({ source, destination }),
  }),
  deleteExport: ({ source, versions, copy }) => ({
    target:
      `object ${source.key} (${bytes(source.size)}) of bucket ${source.bucket}, ` +
      `once its copy lies in bucket ${copy.bucket} of account ${copy.accountId}`,
    resource: `${source.bucket}/${source.key}`,
    before: asJson(versions),
    after: null,
  }),
  putEventRule: (input) => ({
    target: `EventBridge rule ${input.ruleName}`,
    resource: input.ruleName,
    ...states(input),
  }),
  setSharing: (input) => ({
    target: `shares of ${input.resource.type} ${input.resource.id}`,
    resource: input.resource.id,
    ...states(input),
  }),
  snapshotVolumes: ({ instanceId, volumes, tags }) => ({
    target: `new snapshots of the volumes of instance ${instanceId}`,
    resource: instanceId,
    before: null,
    after: { volumes, tags },
  }),
  setEbsEncryptionDefault: ({ accountId, region, before, after }) => ({
    target: `encryption of new EBS volumes in ${region}`,
    resource: accountId,
    before: { encrypted: before },
    after: { encrypted: after },
  }),
  setAccountScp: (input) => ({
    target: `account ${input.targetAccount}, by service control policy ${input.policyName}`,
    resource: input.targetAccount,
    ...states(input),
  }),
  putConfigRule: (input) => ({
    target: `AWS Config rule ${input.ruleName}`,
    resource: input.ruleName,
    ...states(input),
  }),
};

/** What is called on which resource, and what becomes of it. */
export function actInWords(input: ActInput): ActInWords {
  // Whoever answers for an incident may send anything.
  if (!Object.hasOwn(words, input.act)) throw new TypeError(`${input.act} is no act of this release`);
  const describe = words[input.act] as (given: ActInput) => Words;
  return { calls: exactCalls(input), ...describe(input) };
}

/** Where a state that is already there decides between two calls, as far as the input knows it. */
function exactCalls(input: ActInput): string[] {
  if (input.act === 'editBucketPolicy' && applyEdit(input.before, input) === null) return ['s3:DeleteBucketPolicy'];
  if (input.act === 'setAccountScp' && input.before && input.after) {
    return ['organizations:UpdatePolicy', 'organizations:AttachPolicy'];
  }
  return callsOf(input);
}
