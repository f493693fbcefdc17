import { accountOfArn, roleArnOfSession } from './arns.ts';
import type { Json } from '../json.ts';
import { actionMatches } from './policy-actions.ts';
import { sameDocument, strings, type PolicyDocument, type Statement } from './policy-document.ts';

/** Reading a role's trust policy: whom it lets in, and what it makes them call their session. */

export const nameOfArn = (arn: string): string => arn.split('/').at(-1) ?? arn;

/** Members of a statement's `Principal` of one kind; `*` alone stands for everybody. */
export function principalsOf({ Principal }: Statement, kind: 'AWS' | 'Service' | 'Federated'): string[] {
  if (typeof Principal === 'string') return kind === 'AWS' ? [Principal] : [];
  if (typeof Principal !== 'object' || Principal === null || Array.isArray(Principal)) return [];
  return strings(Principal[kind]);
}

/** Statements through which a user or a role session may assume the role; conditions are not weighed. */
const lettingIn = (trust: PolicyDocument, callerArn: string): Statement[] =>
  trust.Statement.filter(
    (statement) => statement.Effect === 'Allow' && allowsAssumeRole(statement) && mayMean(statement, callerArn),
  );

const allowsAssumeRole = ({ Action }: Statement): boolean =>
  Action === undefined || strings(Action).some((pattern) => actionMatches(pattern, 'sts:AssumeRole'));

/** Paths of roles are not in the ARNs of their sessions, so names are compared. */
function mayMean(statement: Statement, callerArn: string): boolean {
  if (statement.NotPrincipal !== undefined) return true;
  const account = accountOfArn(callerArn);
  const caller = roleArnOfSession(callerArn);
  return principalsOf(statement, 'AWS').some(
    (named) =>
      named === '*' ||
      named === account ||
      named === callerArn ||
      (accountOfArn(named) === account &&
        (named.endsWith(':root') || (kindOf(named) === kindOf(caller) && nameOfArn(named) === nameOfArn(caller)))),
  );
}
const kindOf = (arn: string): string => arn.split(':')[5]?.split('/')[0] ?? '';

/**
 * What every way in through this trust makes the caller's session carry: the one value that `StringEquals` asks for.
 * `open`: some way leaves the choice to the caller; null: there is no way in for this caller.
 */
export function pinnedTo(
  trust: PolicyDocument,
  callerArn: string,
  key: 'sts:RoleSessionName' | 'sts:SourceIdentity',
): { only: string } | 'open' | null {
  const userName = kindOf(callerArn) === 'user' ? nameOfArn(callerArn) : undefined;
  const allowed = new Set<string>();
  for (const statement of lettingIn(trust, callerArn)) {
    const values = equalTo(statement, key);
    if (values.length === 0) return 'open';
    // A session has no user name: the variable matches nothing then.
    for (const value of values) {
      if (value !== '${aws:username}') allowed.add(value);
      else if (userName !== undefined) allowed.add(userName);
    }
  }
  const [only, ...more] = allowed;
  if (only === undefined) return null;
  return more.length > 0 || only.includes('${') ? 'open' : { only };
}

/** Keys of conditions are written in any case. */
function equalTo({ Condition }: Statement, key: string): string[] {
  const block = member(Condition, 'StringEquals');
  if (typeof block !== 'object' || block === null || Array.isArray(block)) return [];
  const found = Object.entries(block).find(([name]) => name.toLowerCase() === key.toLowerCase());
  return strings(found?.[1]);
}
const member = (value: Json | undefined, name: string): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value[name] : undefined;

/** Whether EC2 may hand sessions of the role to instances. */
export const isForInstances = (trust: PolicyDocument | undefined): boolean =>
  trust?.Statement.some(
    (statement) =>
      statement.Effect === 'Allow' &&
      principalsOf(statement, 'Service').some((service) => service.startsWith('ec2.amazonaws.com')),
  ) ?? false;

/** IAM keeps an account that was named by its number as the ARN of its root. */
export const sameTrust = (a: PolicyDocument, b: PolicyDocument): boolean =>
  sameDocument(withBareAccounts(a), withBareAccounts(b));

const withBareAccounts = (document: PolicyDocument): PolicyDocument => ({
  ...document,
  Statement: document.Statement.map((statement) => {
    const { Principal } = statement;
    if (typeof Principal !== 'object' || Principal === null || Array.isArray(Principal)) return statement;
    if (Principal.AWS === undefined) return statement;
    return { ...statement, Principal: { ...Principal, AWS: strings(Principal.AWS).map(bareAccount) } };
  }),
});
const bareAccount = (principal: string): string => /^arn:[\w-]+:iam::(\d{12}):root$/.exec(principal)?.[1] ?? principal;
