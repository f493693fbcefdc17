import type { SetAccountScp } from '../../src/domain/acts/acts.ts';
import { standingOfAccountScp } from '../../src/domain/acts/standing-of-scp.ts';
import type { Target } from '../aws/act.ts';
import type { AwsClients } from '../aws/clients.ts';
import { readAccountScps, type StandingScp } from './account-scps.ts';

export interface AccountScpState extends StandingScp {
  /** Names of all policies attached to the account itself. */
  attached: string[];
}

export const organizationsTargets = (clients: AwsClients) => ({
  setAccountScp: {
    read: async (input) => {
      const { targetAccount, policyName } = input;
      const scps = await readAccountScps(clients.organizations(input), targetAccount, [policyName]);
      const [policy] = scps?.policies ?? [];
      return scps && policy ? { ...policy, attached: scps.attached } : null;
    },
    compare: standingOfAccountScp,
  } satisfies Target<SetAccountScp, AccountScpState | null>,
});
