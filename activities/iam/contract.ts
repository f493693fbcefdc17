import type {
  ActResult,
  PutInlinePolicy,
  RevokeRoleSessions,
  SetAccessKeyStatus,
  SetManagedPolicy,
  SetServiceCredentialStatus,
  SetTrustPolicy,
} from '../../src/domain/acts/acts.ts';
import type { PolicyUsers } from '../../src/domain/policy/policy-users.ts';
import type { AwsPlace } from '../ec2/contract.ts';
import type { PrincipalFacts, ServiceCredential } from '../../src/domain/findings/principal-facts.ts';
import type { Gap } from '../../src/domain/findings/kept.ts';

export interface IamObserve {
  /** The user or role with its keys, groups and every policy that applies to it. Fails `AwsNotFound`. */
  describePrincipal(input: AwsPlace & { type: 'user' | 'role'; name: string }): Promise<PrincipalFacts>;
  /** The user of this id, whatever its name is now; the same facts. Fails `AwsNotFound`. */
  findUser(input: AwsPlace & { userId: string }): Promise<PrincipalFacts>;
  /** Whom these policies are attached to, and who is in these groups. */
  policyUsers(input: AwsPlace & { policyArns: string[]; groups: string[] }): Promise<PolicyUsers & { gaps: Gap[] }>;
  /** Fails `AwsNotFound`. */
  serviceCredentials(input: AwsPlace & { userName: string }): Promise<ServiceCredential[]>;
  /** Names of the roles whose trust policies name one of these identity providers. */
  rolesTrusting(input: AwsPlace & { providers: string[] }): Promise<string[]>;
}

export interface IamContain {
  setAccessKeyStatus(input: SetAccessKeyStatus): Promise<ActResult>;
  setServiceCredentialStatus(input: SetServiceCredentialStatus): Promise<ActResult>;
  putInlinePolicy(input: PutInlinePolicy): Promise<ActResult>;
  revokeRoleSessions(input: RevokeRoleSessions): Promise<ActResult>;
  setTrustPolicy(input: SetTrustPolicy): Promise<ActResult>;
  setManagedPolicy(input: SetManagedPolicy): Promise<ActResult>;
}
