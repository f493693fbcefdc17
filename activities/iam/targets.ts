import {
  GetGroupCommand,
  GetGroupPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  paginateListAccessKeys,
  type IAMClient,
} from '@aws-sdk/client-iam';
import type {
  KeyStatus,
  PolicyHolder,
  PutInlinePolicy,
  RevokeRoleSessions,
  SetAccessKeyStatus,
  SetManagedPolicy,
  TargetCheck,
} from '../../src/domain/acts.ts';
import { sid } from '../../src/domain/created-names.ts';
import { sameDocument, type PolicyDocument, type Statement } from '../../src/domain/policy-document.ts';
import type { Target } from '../aws/act.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, unlessAbsent } from '../aws/failures.ts';
import { iamDocument } from './iam-document.ts';

/** The holder of a policy and the policy itself; null where there is none. */
export interface InlinePolicyState {
  holderArn: string | null;
  document: PolicyDocument | null;
}
export interface KeysState {
  userArn: string | null;
  keys: Record<string, KeyStatus>;
}

export const iamTargets = (clients: AwsClients) => ({
  setAccessKeyStatus: {
    read: (input) => readKeys(clients.iam(input), input.userName),
    compare: keysStanding,
  } satisfies Target<SetAccessKeyStatus, KeysState>,
  putInlinePolicy: {
    read: (input) => readInlinePolicy(clients.iam(input), input.holder, input.policyName),
    compare: inlineStanding,
  } satisfies Target<PutInlinePolicy, InlinePolicyState>,
  revokeRoleSessions: {
    read: (input) => readInlinePolicy(clients.iam(input), { type: 'role', name: input.roleName }, input.policyName),
    compare: revocationStanding,
  } satisfies Target<RevokeRoleSessions, InlinePolicyState>,
  setManagedPolicy: {
    read: (input) => unlessAbsent(readManagedPolicy(clients.iam(input), input.policyArn), null),
    compare: managedStanding,
  } satisfies Target<SetManagedPolicy, PolicyDocument | null>,
});

/** The ARN as IAM stores it, path and case included; null: there is no such user, role or group. */
function readHolderArn(iam: IAMClient, { type, name }: PolicyHolder): Promise<string | null> {
  const reading = aws(`reading ${type} ${name}`, async () => {
    if (type === 'user') return (await iam.send(new GetUserCommand({ UserName: name }))).User?.Arn ?? null;
    if (type === 'role') return (await iam.send(new GetRoleCommand({ RoleName: name }))).Role?.Arn ?? null;
    return (await iam.send(new GetGroupCommand({ GroupName: name, MaxItems: 1 }))).Group?.Arn ?? null;
  });
  return unlessAbsent(reading, null);
}

async function readKeys(iam: IAMClient, userName: string): Promise<KeysState> {
  const keys: Record<string, KeyStatus> = {};
  const userArn = await readHolderArn(iam, { type: 'user', name: userName });
  if (userArn === null) return { userArn, keys };
  await aws(`listing the access keys of user ${userName}`, async () => {
    for await (const page of paginateListAccessKeys({ client: iam }, { UserName: userName })) {
      for (const { AccessKeyId = '', Status } of page.AccessKeyMetadata ?? []) {
        keys[AccessKeyId] = Status === 'Active' ? 'Active' : 'Inactive';
      }
    }
  });
  return { userArn, keys };
}

async function readInlinePolicy(iam: IAMClient, holder: PolicyHolder, PolicyName: string): Promise<InlinePolicyState> {
  const { type, name } = holder;
  const reading = aws(`reading policy ${PolicyName} of ${type} ${name}`, async () => {
    if (type === 'user') return iam.send(new GetUserPolicyCommand({ UserName: name, PolicyName }));
    if (type === 'role') return iam.send(new GetRolePolicyCommand({ RoleName: name, PolicyName }));
    return iam.send(new GetGroupPolicyCommand({ GroupName: name, PolicyName }));
  });
  const [holderArn, policy] = await Promise.all([readHolderArn(iam, holder), unlessAbsent(reading, null)]);
  return { holderArn, document: policy && iamDocument(policy.PolicyDocument) };
}

/** The default version: the one that applies. */
const readManagedPolicy = (iam: IAMClient, PolicyArn: string): Promise<PolicyDocument> =>
  aws(`reading policy ${PolicyArn}`, async () => {
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    const version = { PolicyArn, VersionId: Policy?.DefaultVersionId };
    return iamDocument((await iam.send(new GetPolicyVersionCommand(version))).PolicyVersion?.Document);
  });

function keysStanding({ userName, keys: planned }: SetAccessKeyStatus, { userArn, keys }: KeysState): TargetCheck {
  if (userArn === null) return { standing: 'gone', detail: `there is no user ${userName}` };
  const said = planned.map(({ accessKeyId }) => `${accessKeyId} is ${keys[accessKeyId] ?? 'deleted'}`).join(', ');
  const detail = `of user ${userName}, ${said}`;
  // A deleted key lets nobody in either, but nothing can make it active again.
  const missing = planned.filter(({ accessKeyId }) => keys[accessKeyId] === undefined);
  if (missing.some(({ after }) => after === 'Active')) return { standing: 'gone', detail };
  const left = planned.filter((key) => !missing.includes(key) && keys[key.accessKeyId] !== key.after);
  return { standing: left.length === 0 ? 'done' : 'ready', detail };
}

function documentStanding(
  what: string,
  { before, after }: { before: PolicyDocument | null; after: PolicyDocument | null },
  document: PolicyDocument | null,
): TargetCheck {
  if (sameDocument(document, after)) return { standing: 'done', detail: `${what} is as planned` };
  if (sameDocument(document, before)) return { standing: 'ready', detail: `${what} is as it was when planned` };
  return { standing: 'changed', detail: `${what} is neither as it was when planned nor as planned` };
}

function inlineStanding(input: PutInlinePolicy, { holderArn, document }: InlinePolicyState): TargetCheck {
  const { type, name } = input.holder;
  if (holderArn === null) return { standing: 'gone', detail: `there is no ${type} ${name}` };
  return documentStanding(`inline policy ${input.policyName} of ${type} ${name}`, input, document);
}

const managedStanding = (input: SetManagedPolicy, document: PolicyDocument | null): TargetCheck =>
  document
    ? documentStanding(`policy ${input.policyArn}`, input, document)
    : { standing: 'gone', detail: `there is no policy ${input.policyArn}` };

/** Denies everything to sessions that are older than the moment. */
export const revocation = (incidentKey: string, cutoff: string): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: sid(incidentKey, 'RevokeOlderSessions'),
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { DateLessThan: { 'aws:TokenIssueTime': cutoff } },
    },
  ],
});

function cutoffOf(statement: Statement | undefined): string | undefined {
  const condition = statement?.Condition as { DateLessThan?: Record<string, string> } | undefined;
  return condition?.DateLessThan?.['aws:TokenIssueTime'];
}

function revocationStanding(input: RevokeRoleSessions, { holderArn, document }: InlinePolicyState): TargetCheck {
  const { incidentKey, roleName, policyName } = input;
  if (holderArn === null) return { standing: 'gone', detail: `there is no role ${roleName}` };
  if (!document) return { standing: 'ready', detail: `role ${roleName} has no policy ${policyName}` };
  const cutoff = cutoffOf(document.Statement[0]);
  if (cutoff === undefined || !sameDocument(document, revocation(incidentKey, cutoff))) {
    return { standing: 'changed', detail: `policy ${policyName} of role ${roleName} was written by somebody else` };
  }
  const detail = `sessions of role ${roleName} that began before ${cutoff} are denied everything`;
  return { standing: 'done', detail, observed: { cutoff } };
}
