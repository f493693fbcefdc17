import type { PolicyDocument } from '../policy/policy-document.ts';
import type { Gap, Kept } from './kept.ts';

export interface NamedPolicy {
  name: string;
  document: PolicyDocument;
}

export interface ManagedPolicy {
  arn: string;
  name: string;
  document: PolicyDocument;
  /** Written by AWS: cannot be edited, only overruled. */
  awsManaged: boolean;
  /** How many principals it is attached to: an edit hits all of them. */
  attachmentCount: number;
}

export interface PrincipalPolicies {
  inline: NamedPolicy[];
  attached: ManagedPolicy[];
}

/** A user's password or key for one service, its SSH key for CodeCommit, or its certificate for requests of old. */
export interface ServiceCredential {
  credentialId: string;
  /** Absent: a service-specific credential. */
  kind?: 'ssh-key' | 'signing-certificate';
  service: string;
  status: string;
}

/** The actor's user or role as IAM has it now. */
export interface PrincipalFacts extends PrincipalPolicies, Kept {
  type: 'user' | 'role';
  name: string;
  arn: string;
  /** Path `/aws-service-role/`: AWS lets nobody change it. */
  serviceLinked: boolean;
  /** Path `/aws-reserved/sso.amazonaws.com/`: managed by Identity Center. */
  identityCenter: boolean;
  accessKeys: { accessKeyId: string; status: 'Active' | 'Inactive'; created?: string }[];
  groups: ({ name: string } & PrincipalPolicies)[];
  boundaryArn?: string;
  /** Absent: it has none. */
  tags?: Record<string, string>;
  /** Of a user: `AIDA…`, which it keeps under another name, and which another user of its name does not have. */
  userId?: string;
  /** Of a role: `AROA…`, which its sessions' ids begin with. */
  roleId?: string;
  /** Of a role: who may assume it. */
  trust?: PolicyDocument;
  gaps: Gap[];
}
