import type {
  ActResult,
  PutInlinePolicy,
  RevokeRoleSessions,
  SetAccessKeyStatus,
  SetManagedPolicy,
} from '../../src/domain/acts.ts';
import type { PrincipalFacts } from '../../src/domain/facts.ts';
import type { AwsPlace } from '../ec2/contract.ts';

export interface IamObserve {
  /** The user or role with its keys, groups and every policy that applies to it. Fails `AwsNotFound`. */
  describePrincipal(input: AwsPlace & { type: 'user' | 'role'; name: string }): Promise<PrincipalFacts>;
}

export interface IamContain {
  setAccessKeyStatus(input: SetAccessKeyStatus): Promise<ActResult>;
  putInlinePolicy(input: PutInlinePolicy): Promise<ActResult>;
  revokeRoleSessions(input: RevokeRoleSessions): Promise<ActResult>;
  setManagedPolicy(input: SetManagedPolicy): Promise<ActResult>;
}
