import { at, contentOf, text, type Value } from './reply-content.ts';
import type { LabReply } from './reply.ts';
import type { LabRequest } from './lab-request.ts';

/** `userIdentity` as CloudTrail writes it. */
export interface UserIdentity {
  type: 'IAMUser' | 'AssumedRole' | 'Root' | 'FederatedUser' | 'AWSAccount' | 'Unknown';
  principalId?: string;
  arn?: string;
  accountId?: string;
  accessKeyId?: string;
  userName?: string;
  sessionContext?: {
    sessionIssuer: Record<string, string>;
    webIdFederationData: Record<string, never>;
    attributes: { creationDate: string; mfaAuthenticated: string };
    sourceIdentity?: string;
  };
}

const ANONYMOUS: UserIdentity = { type: 'AWSAccount', principalId: '', accountId: 'anonymous' };

/**
 * Who an access key belongs to. Every key is issued through the proxy, so the replies that issue them say it all; and
 * what was learnt outlives the key, because the trail still names the owner of a deleted one.
 */
export class Identities {
  #byKey = new Map<string, UserIdentity>();
  #users = new Map<string, { arn: string; userId: string }>();
  #roles = new Map<string, string>();

  of(accessKeyId: string): UserIdentity {
    if (accessKeyId === '') return ANONYMOUS;
    if (/^\d{12}$/.test(accessKeyId)) return root(accessKeyId);
    return this.#byKey.get(accessKeyId) ?? { type: 'Unknown', accessKeyId };
  }

  /** The key ids that a user of an account was ever issued. */
  keysOf(accountId: string, userName: string): string[] {
    return [...this.#byKey.values()]
      .filter((identity) => identity.accountId === accountId && identity.userName === userName)
      .map((identity) => identity.accessKeyId ?? '');
  }

  ownerOf(accessKeyId: string): UserIdentity | undefined {
    return this.#byKey.get(accessKeyId);
  }

  clear(): void {
    this.#byKey.clear();
    this.#users.clear();
    this.#roles.clear();
  }

  learn(request: LabRequest, reply: LabReply): void {
    if (reply.status !== 200 || (request.service !== 'iam' && request.service !== 'sts')) return;
    const result = at(contentOf(reply), `${request.operation}Response`, `${request.operation}Result`);
    const caller = this.of(request.accessKeyId);
    switch (request.operation) {
      case 'CreateUser':
        this.#learnUser(result);
        break;
      case 'UpdateUser':
        this.#rename(caller, request.form.get('UserName'), request.form.get('NewUserName'));
        break;
      case 'CreateRole':
        this.#roles.set(text(result, 'Role', 'RoleId'), text(result, 'Role', 'Arn'));
        break;
      case 'CreateAccessKey':
        this.#learnAccessKey(caller.accountId ?? '', result);
        break;
      case 'AssumeRole':
        this.#learnRoleSession(result, request.form.get('SourceIdentity') ?? undefined);
        break;
      case 'GetSessionToken':
        this.#learnSession(caller, result);
        break;
      case 'GetFederationToken':
        this.#learnFederatedUser(caller, result);
        break;
    }
  }

  #learnUser(result: Value | undefined): void {
    const arn = text(result, 'User', 'Arn');
    const accountId = accountOf(arn);
    this.#users.set(`${accountId}/${text(result, 'User', 'UserName')}`, {
      arn,
      userId: text(result, 'User', 'UserId'),
    });
  }

  /** The user is the same one under another name, with its keys and their sessions. */
  #rename({ accountId = '' }: UserIdentity, name: string | null, newName: string | null): void {
    const user = this.#users.get(`${accountId}/${name}`);
    if (!user || newName === null) return;
    const arn = user.arn.replace(/[^/]+$/, newName);
    this.#users.delete(`${accountId}/${name}`);
    this.#users.set(`${accountId}/${newName}`, { ...user, arn });
    for (const [key, identity] of this.#byKey) {
      if (identity.principalId === user.userId) this.#byKey.set(key, { ...identity, arn, userName: newName });
    }
  }

  #learnAccessKey(accountId: string, result: Value | undefined): void {
    const userName = text(result, 'AccessKey', 'UserName');
    const accessKeyId = text(result, 'AccessKey', 'AccessKeyId');
    const user = this.#users.get(`${accountId}/${userName}`);
    this.#byKey.set(accessKeyId, {
      type: 'IAMUser',
      principalId: user?.userId ?? '',
      arn: user?.arn ?? `arn:aws:iam::${accountId}:user/${userName}`,
      accountId,
      accessKeyId,
      userName,
    });
  }

  #learnRoleSession(result: Value | undefined, sourceIdentity: string | undefined): void {
    const principalId = text(result, 'AssumedRoleUser', 'AssumedRoleId');
    const arn = text(result, 'AssumedRoleUser', 'Arn');
    const accountId = accountOf(arn);
    const userName = arn.split('/')[1] ?? '';
    const roleId = principalId.split(':')[0] ?? '';
    const roleArn = this.#roles.get(roleId) ?? `arn:aws:iam::${accountId}:role/${userName}`;
    const accessKeyId = text(result, 'Credentials', 'AccessKeyId');
    const issuer = { type: 'Role', principalId: roleId, arn: roleArn, accountId, userName };
    this.#byKey.set(accessKeyId, {
      type: 'AssumedRole',
      principalId,
      arn,
      accountId,
      accessKeyId,
      sessionContext: { ...session(issuer), ...(sourceIdentity !== undefined && { sourceIdentity }) },
    });
  }

  #learnSession(caller: UserIdentity, result: Value | undefined): void {
    const accessKeyId = text(result, 'Credentials', 'AccessKeyId');
    this.#byKey.set(accessKeyId, { ...caller, accessKeyId, sessionContext: session({}) });
  }

  #learnFederatedUser(caller: UserIdentity, result: Value | undefined): void {
    const arn = text(result, 'FederatedUser', 'Arn');
    const accessKeyId = text(result, 'Credentials', 'AccessKeyId');
    const { type, principalId = '', arn: issuerArn = '', accountId = '', userName = '' } = caller;
    this.#byKey.set(accessKeyId, {
      type: 'FederatedUser',
      principalId: text(result, 'FederatedUser', 'FederatedUserId'),
      arn,
      accountId: accountOf(arn),
      accessKeyId,
      sessionContext: session({ type, principalId, arn: issuerArn, accountId, userName }),
    });
  }
}

/** The name by which LookupEvents finds the caller: the user, or for a role session the session's name. */
export function lookupName(identity: UserIdentity): string {
  if (identity.type === 'Root') return 'root';
  return identity.userName ?? identity.principalId?.split(':')[1] ?? '';
}

/** The ARN that policies and `control` patterns name: a role session's is its role's. */
export function principalArn(identity: UserIdentity): string {
  return identity.type === 'AssumedRole' ? (identity.sessionContext?.sessionIssuer['arn'] ?? '') : (identity.arn ?? '');
}

function root(accountId: string): UserIdentity {
  return {
    type: 'Root',
    principalId: accountId,
    arn: `arn:aws:iam::${accountId}:root`,
    accountId,
    accessKeyId: accountId,
  };
}

function session(sessionIssuer: Record<string, string>) {
  const creationDate = new Date().toISOString().replace(/\.\d+/, '');
  return { sessionIssuer, webIdFederationData: {}, attributes: { creationDate, mfaAuthenticated: 'false' } };
}

function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}
