import type { Principal, PrincipalKind } from '../alert/principal.ts';
import { member, present, text } from './fields.ts';

const kinds: Record<string, PrincipalKind> = {
  IAMUser: 'iam-user',
  AssumedRole: 'assumed-role',
  FederatedUser: 'federated-user',
  Root: 'root',
  AWSService: 'aws-service',
  AWSAccount: 'aws-account',
  IdentityCenterUser: 'identity-center-user',
  SAMLUser: 'saml-user',
  WebIdentityUser: 'web-identity-user',
};

/** CloudTrail's `userIdentity` in all its forms; it can be null, and its type absent or `Unknown`. */
export function principalOf(identity: unknown): Principal {
  const type = text(member(identity, 'type')) ?? '';
  const arn = text(member(identity, 'arn'));
  const id = text(member(identity, 'principalId')) ?? text(member(identity, 'onBehalfOf', 'userId'));
  const invokedBy = text(member(identity, 'invokedBy'));
  const issuer = member(identity, 'sessionContext', 'sessionIssuer');
  const session = /:assumed-role\/(?<role>[^/]+)\/(?<session>.+)$/.exec(arn ?? '')?.groups;
  const kind = Object.hasOwn(kinds, type) ? (kinds[type] ?? 'unknown') : kindOf(session !== undefined, invokedBy);
  // Elastic's user name of a federated user is that of the user who gave the session.
  const federated = /:federated-user\/([^/]+)$/.exec(arn ?? '')?.[1];
  const userName = text(member(identity, 'userName'));
  return {
    kind,
    ...present({
      arn,
      id,
      name:
        kind === 'assumed-role'
          ? (text(member(issuer, 'userName')) ?? session?.role ?? userName)
          : (federated ?? userName ?? /:user\/(?:.*\/)?([^/]+)$/.exec(arn ?? '')?.[1]),
      sessionName: kind === 'assumed-role' ? (id?.split(':')[1] ?? session?.session) : undefined,
      accessKeyId: text(member(identity, 'accessKeyId')),
      // For a federated user it is the user whose permissions the session has.
      issuerArn: text(member(issuer, 'arn')),
      accountId: text(member(identity, 'accountId')) ?? arn?.split(':')[4],
      invokedBy,
    }),
  };
}

/** Without a known type, the ARN of a role session or the calling service says what it is. */
function kindOf(isSession: boolean, invokedBy: string | undefined): PrincipalKind {
  if (isSession) return 'assumed-role';
  return invokedBy === undefined ? 'unknown' : 'aws-service';
}
