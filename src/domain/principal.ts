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

/** The stable part of `principalId`: the user's or role's id without the session name, which the actor chooses. */
export const stableId = (principal: Principal): string | undefined => principal.id?.split(':')[0];

/** Matches an ARN against a pattern with `*` and `?`, as IAM does. Case-sensitive. */
export function arnMatches(arn: string, pattern: string): boolean {
  const regex = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${regex}$`, 's').test(arn);
}
