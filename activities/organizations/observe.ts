import type { AwsClients } from '../aws/clients.ts';
import { readAccountScps } from './account-scps.ts';
import type { OrganizationsObserve } from './contract.ts';

export function organizationsObserve(clients: AwsClients): OrganizationsObserve {
  return {
    async describeAccountScps({ targetAccount, policyNames, ...place }) {
      const scps = await readAccountScps(clients.organizations(place), targetAccount, policyNames);
      if (!scps) return { accountId: targetAccount, member: false, attached: [], own: [] };
      const own = scps.policies.flatMap(({ document, targets }, index) =>
        document ? [{ name: policyNames[index] ?? '', document, targets }] : [],
      );
      return { accountId: targetAccount, member: true, attached: scps.attached, own };
    },
  };
}
