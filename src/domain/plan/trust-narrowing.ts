import { accountOfArn } from '../policy/arns.ts';
import type { Json } from '../json.ts';
import type { MadeWayIn } from '../findings/lineage.ts';
import { isInside, type Perimeter } from '../policy/perimeter.ts';
import { asList, strings, type PolicyDocument, type Statement } from '../policy/policy-document.ts';
import { nameOfArn } from '../policy/role-trust.ts';

/** Who of a trust policy has to go: whoever is outside, and whoever the actor made. */
export interface Unwanted {
  perimeter: Perimeter;
  made: MadeWayIn[];
}

/** The trust policy without them, and who they are; null: it names none of them. */
export function withoutUnwanted(
  trust: PolicyDocument,
  unwanted: Unwanted,
  denySid: string,
): { after: PolicyDocument; removed: string[] } | null {
  const removed: string[] = [];
  const statements = trust.Statement.flatMap((statement) => {
    if (statement.Effect !== 'Allow') return [statement];
    const kept = keptOf(statement, unwanted, removed);
    return kept ? [kept] : [];
  });
  if (removed.length === 0) return null;
  // A trust policy cannot be empty.
  const Statement = statements.some(({ Effect }) => Effect === 'Allow') ? statements : [denyAll(denySid)];
  return { after: { ...trust, Statement }, removed: [...new Set(removed)] };
}

const denyAll = (Sid: string): Statement => ({
  Sid,
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Action: 'sts:AssumeRole',
});

function keptOf(statement: Statement, unwanted: Unwanted, removed: string[]): Statement | null {
  const { Principal } = statement;
  if (typeof Principal !== 'object' || Principal === null || Array.isArray(Principal)) {
    // Everybody, or everybody but those whom NotPrincipal names.
    removed.push('everybody');
    return null;
  }
  const kept: Record<string, Json> = {};
  for (const [kind, value] of Object.entries(Principal)) {
    const dropped = strings(value).filter((principal) => isUnwanted(kind, principal, unwanted));
    removed.push(...dropped.map((principal) => (principal === '*' ? 'everybody' : principal)));
    const left = asList(value).filter((principal) => typeof principal !== 'string' || !dropped.includes(principal));
    if (left.length > 0) kept[kind] = dropped.length === 0 ? value : left;
  }
  return Object.keys(kept).length === 0 ? null : { ...statement, Principal: kept };
}

function isUnwanted(kind: string, principal: string, { perimeter, made }: Unwanted): boolean {
  if (kind === 'Federated') return made.some((way) => way.kind === 'identity-provider' && way.name === principal);
  if (kind !== 'AWS') return false;
  // What IAM shows instead of a principal that was deleted: it lets nobody in.
  if (/^A[A-Z]{3}[A-Z0-9]{12,}$/.test(principal)) return false;
  return !isInside(principal, perimeter) || isMade(principal, made, perimeter);
}

/** A user or role of ours that the actor made, or a session of such a role. */
function isMade(principal: string, made: MadeWayIn[], { accounts }: Perimeter): boolean {
  const [, kind = '', rest = ''] = /:(user|role|assumed-role)\/(.+)$/.exec(principal) ?? [];
  const name = kind === 'assumed-role' ? rest.split('/')[0] : nameOfArn(rest);
  const type = kind === 'user' ? 'user' : 'role';
  return accounts.includes(accountOfArn(principal) ?? '') && made.some((way) => way.kind === type && way.name === name);
}
