import { grantsExport, statementsAllowing } from '../policy/export-permission.ts';
import { parsePolicy, statementName, type PolicyDocument } from '../policy/policy-document.ts';
import { isFields, member, parseJson, present, text } from './fields.ts';
import { structured } from './parameters.ts';
import type { PermissionChange } from '../findings/trail-facts.ts';

/** What a call changed about somebody's permissions, as far as its record names it; undefined for any other call. */
export function permissionChange(record: unknown): PermissionChange | undefined {
  const eventName = text(member(record, 'eventName')) ?? '';
  const request = structured(member(record, 'requestParameters'));
  const read = (key: string) => text(member(request, key));
  const holder = holderOf(read);
  const policy = read('policyName') ?? read('policyArn') ?? read('permissionsBoundary');
  const boundary = boundaries.test(eventName) ? (true as const) : undefined;
  const of = present({ holder, policy, boundary });
  if (writes.test(eventName)) {
    const document = documentIn(member(request, 'policyDocument'));
    if (!document) return { effect: 'unknown', ...of };
    const statements = grantsExport(document).map((statement) => statementName(document, statement));
    const passesRoles = statementsAllowing(document, 'iam:PassRole').length > 0;
    const effect = statements.length > 0 ? 'allows' : 'does not allow';
    return { effect, ...of, statements, ...(passesRoles ? { passesRoles } : {}) };
  }
  if (joins.test(eventName)) return { effect: 'unknown', ...of };
  return leaves.test(eventName) ? { effect: 'takes away', ...of } : undefined;
}

const writes = /^(Put(User|Role|Group)Policy|CreatePolicyVersion|CreatePolicy)$/;
const joins =
  /^(Attach(User|Role|Group)Policy|AddUserToGroup|SetDefaultPolicyVersion|Delete(User|Role)PermissionsBoundary)$/;
const leaves =
  /^(Delete(User|Role|Group)Policy|Detach(User|Role|Group)Policy|RemoveUserFromGroup|DeletePolicyVersion|Put(User|Role)PermissionsBoundary)$/;

const boundaries = /^(Put|Delete)(User|Role)PermissionsBoundary$/;

function holderOf(read: (key: string) => string | undefined): string | undefined {
  const [user, role, group] = [read('userName'), read('roleName'), read('groupName')];
  if (user !== undefined && group !== undefined) return `user ${user} in group ${group}`;
  if (user !== undefined) return `user ${user}`;
  if (role !== undefined) return `role ${role}`;
  return group === undefined ? undefined : `group ${group}`;
}

/** More than IAM takes. */
const longest = 20_000;

function documentIn(value: unknown): PolicyDocument | undefined {
  if (typeof value !== 'string' || value.length > longest) return undefined;
  return isFields(parseJson(value)) ? parsePolicy(value) : undefined;
}
