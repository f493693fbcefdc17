import type { ActResult, SetAccountScp } from '../../src/domain/acts/acts.ts';
import type { AccountScpFacts } from '../../src/domain/findings/facts.ts';
import type { AwsPlace } from '../ec2/contract.ts';

export interface OrganizationsObserve {
  /** `accountId` is the management account; policies are asked for by name. */
  describeAccountScps(input: AwsPlace & { targetAccount: string; policyNames: string[] }): Promise<AccountScpFacts>;
}

export interface OrganizationsContain {
  setAccountScp(input: SetAccountScp): Promise<ActResult>;
}
