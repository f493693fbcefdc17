import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetSessionTokenCommand, type Credentials as StsCredentials } from '@aws-sdk/client-sts';
import type { AwsLab } from './aws/aws-lab.ts';
import { clientsOf, type Clients, type Credentials } from './clients.ts';

/** A policy statement as people write it. */
export interface Statement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Principal?: '*' | Record<string, string | string[]>;
  Action: string | string[];
  Resource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}
export const policyText = (...statements: Statement[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
export const allow = (actions: string | string[], resource: string | string[] = '*'): Statement => ({
  Effect: 'Allow',
  Action: actions,
  Resource: resource,
});

/** Somebody who calls AWS: a user with a key, or a session. */
export interface Caller {
  /** As scenarios speak of them. */
  name: string;
  arn: string;
  credentials: Credentials;
  sourceAddress: string;
  clients: Clients;
}

/** Addresses of RFC 5737, which belong to nobody. */
const officeAddress = '198.51.100.20';

/** One account of the lab, with its root user for setting the scene. */
export class LabAccount {
  readonly id: string;
  readonly admin: Clients;
  readonly #lab: AwsLab;

  constructor(lab: AwsLab, id: string) {
    this.id = id;
    this.#lab = lab;
    this.admin = clientsOf(lab, lab.root(id), officeAddress);
  }

  roleArn = (name: string): string => `arn:aws:iam::${this.id}:role/${name}`;

  async user(
    name: string,
    options: {
      policy?: Statement[];
      managed?: string[];
      groups?: string[];
      sourceAddress?: string;
      /** Who makes the user; else the account's administrator. */
      by?: Clients;
    } = {},
  ): Promise<Caller> {
    const { policy = [], managed = [], groups = [], sourceAddress = officeAddress, by = this.admin } = options;
    const { iam } = by;
    const { User } = await iam.send(new CreateUserCommand({ UserName: name }));
    if (policy.length > 0) {
      const document = { PolicyName: 'own-permissions', PolicyDocument: policyText(...policy) };
      await iam.send(new PutUserPolicyCommand({ UserName: name, ...document }));
    }
    for (const PolicyArn of managed) await iam.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn }));
    for (const GroupName of groups) await iam.send(new AddUserToGroupCommand({ UserName: name, GroupName }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
    const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {};
    return this.#caller(name, User?.Arn ?? '', { accessKeyId, secretAccessKey }, sourceAddress);
  }

  async group(name: string, policyName: string, ...policy: Statement[]): Promise<string> {
    const { iam } = this.admin;
    await iam.send(new CreateGroupCommand({ GroupName: name }));
    const document = { PolicyName: policyName, PolicyDocument: policyText(...policy) };
    await iam.send(new PutGroupPolicyCommand({ GroupName: name, ...document }));
    return name;
  }

  async managedPolicy(name: string, ...policy: Statement[]): Promise<string> {
    const document = { PolicyName: name, PolicyDocument: policyText(...policy) };
    return (await this.admin.iam.send(new CreatePolicyCommand(document))).Policy?.Arn ?? '';
  }

  async role(name: string, trust: Statement, policyName: string, ...policy: Statement[]): Promise<string> {
    const { iam } = this.admin;
    await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: policyText(trust) }));
    const document = { PolicyName: policyName, PolicyDocument: policyText(...policy) };
    await iam.send(new PutRolePolicyCommand({ RoleName: name, ...document }));
    return this.roleArn(name);
  }

  /** A session of a role, begun by somebody who may. */
  async assume(by: Caller, roleArn: string, sessionName: string): Promise<Caller> {
    const command = new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: sessionName });
    const { Credentials: issued, AssumedRoleUser } = await by.clients.sts.send(command);
    return this.#caller(sessionName, AssumedRoleUser?.Arn ?? '', taken(issued), by.sourceAddress);
  }

  /** A user's own temporary session: it outlives the key that it was begun with. */
  async sessionToken(of: Caller): Promise<Caller> {
    const { Credentials: issued } = await of.clients.sts.send(new GetSessionTokenCommand({}));
    return this.#caller(of.name, of.arn, taken(issued), of.sourceAddress);
  }

  #caller(name: string, arn: string, credentials: Credentials, sourceAddress: string): Caller {
    return { name, arn, credentials, sourceAddress, clients: clientsOf(this.#lab, credentials, sourceAddress) };
  }
}

const taken = (issued: StsCredentials | undefined): Credentials => ({
  accessKeyId: issued?.AccessKeyId ?? '',
  secretAccessKey: issued?.SecretAccessKey ?? '',
  sessionToken: issued?.SessionToken ?? '',
});
