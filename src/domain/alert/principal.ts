/** Who called AWS, as CloudTrail's `userIdentity` tells it. */
export type PrincipalKind =
  | 'iam-user'
  | 'assumed-role'
  | 'federated-user'
  | 'root'
  | 'aws-service'
  | 'aws-account'
  | 'identity-center-user'
  | 'saml-user'
  | 'web-identity-user'
  | 'unknown';

export interface Principal {
  kind: PrincipalKind;
  /** The caller's ARN; for a role session the `sts … assumed-role/ROLE/SESSION` form. */
  arn?: string;
  /** CloudTrail's `principalId`, such as `AIDA…` for a user or `AROA…:session` for a role session (S54). */
  id?: string;
  /** User name, or the role's name for a role session. */
  name?: string;
  /** For role sessions; chosen by whoever assumed the role, so it proves nothing. */
  sessionName?: string;
  /** The access key that signed the call (S56); `ASIA…` for temporary credentials. */
  accessKeyId?: string;
  /** For role sessions the ARN of the role itself. */
  issuerArn?: string;
  /** The account that the principal belongs to. */
  accountId?: string;
  /** AWS service on whose behalf the call was made. */
  invokedBy?: string;
}

/** The ARN that policies and allow-lists are written for: the role of a session, else the caller's own. */
export const policyArn = (principal: Principal): string | undefined => principal.issuerArn ?? principal.arn;

/**
 * The user or role of IAM whose permissions the caller had: of a federated session those of the user who gave it, which a
 * deny on that user ends. Null for callers that no IAM of an account holds.
 */
export function iamIdentity({ kind, name, issuerArn }: Principal): { type: 'user' | 'role'; name: string } | null {
  if (kind === 'federated-user') {
    const issuer = /:user\/(?:.*\/)?([^/]+)$/.exec(issuerArn ?? '')?.[1];
    return issuer === undefined ? null : { type: 'user', name: issuer };
  }
  if ((kind !== 'iam-user' && kind !== 'assumed-role') || name === undefined) return null;
  return { type: kind === 'iam-user' ? 'user' : 'role', name };
}

/** The name that CloudTrail's event history lists calls under; of a role session it is the session's, which its taker chose. */
export const trailName = ({ kind, name, sessionName }: Principal): string | undefined =>
  sessionName ?? name ?? (kind === 'root' ? 'root' : undefined);

/**
 * The stable part of `principalId`: the user's or role's id without the session name, which the actor chooses. A federated
 * session's begins with the account instead, which all such sessions have: there it is the user who gave it.
 */
export const stableId = ({ kind, id, issuerArn }: Principal): string | undefined =>
  kind === 'federated-user' ? (issuerArn ?? id) : id?.split(':')[0];

/**
 * The id of a user of IAM: a name is none, because whoever may call UpdateUser gives a user another name, and its name to
 * another user.
 */
export const userIdIn = (id: string | undefined): string | undefined =>
  id !== undefined && /^AIDA[A-Z0-9]+$/.test(id) ? id : undefined;

/** The same of a role: one that is made under the name of another, which was deleted, is another role. */
export const roleIdIn = (id: string | undefined): string | undefined =>
  id !== undefined && /^AROA[A-Z0-9]+$/.test(id) ? id : undefined;

/**
 * Matches an ARN against a pattern with `*` and `?`, as IAM does. Case-sensitive. Patterns may come from policies that an
 * attacker wrote, so no regular expression is built of them: a few dozen stars in one would keep a workflow busy for good.
 * Here the time grows with the product of both lengths at worst.
 */
export function arnMatches(arn: string, pattern: string): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let resumeAt = 0;
  while (at < arn.length) {
    const expected = pattern[next];
    if (expected === '*') {
      star = next++;
      resumeAt = at;
    } else if (expected === '?' || (expected !== undefined && expected === arn[at])) {
      at++;
      next++;
    } else if (star >= 0) {
      // Only the last star has to give: an earlier one that took more would leave later ones less.
      next = star + 1;
      at = ++resumeAt;
    } else {
      return false;
    }
  }
  while (pattern[next] === '*') next++;
  return next === pattern.length;
}
