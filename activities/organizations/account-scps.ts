import {
  DescribePolicyCommand,
  paginateListPolicies,
  paginateListPoliciesForTarget,
  paginateListTargetsForPolicy,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { parsePolicy } from '../../src/domain/policy/policy-document.ts';
import type { ScpState } from '../../src/domain/acts/standing-of-scp.ts';
import { aws, unlessAbsent } from '../aws/failures.ts';

/** A policy of one name as it stands, seen from one account. */
export interface StandingScp extends ScpState {
  policyId: string | null;
}
export interface AccountScps {
  /** Names of the policies attached to the account itself. */
  attached: string[];
  /** By the names that were asked for. */
  policies: StandingScp[];
}

const Filter = 'SERVICE_CONTROL_POLICY';
interface Summary {
  Id?: string | undefined;
  Name?: string | undefined;
}

/** null: the account is not in the organisation. Policies have ids, which only a list tells. */
export async function readAccountScps(
  client: OrganizationsClient,
  targetAccount: string,
  policyNames: string[],
): Promise<AccountScps | null> {
  const what = `reading the service control policies of account ${targetAccount}`;
  const attached = await unlessAbsent(
    aws(what, () => summaries(paginateListPoliciesForTarget({ client }, { TargetId: targetAccount, Filter }))),
    null,
  );
  if (!attached) return null;
  const known = policyNames.every((name) => attached.some(({ Name }) => Name === name))
    ? attached
    : await aws(what, () => summaries(paginateListPolicies({ client }, { Filter })));
  const policies = await Promise.all(
    policyNames.map(async (name) => {
      const policyId = known.find(({ Name }) => Name === name)?.Id;
      return policyId === undefined ? none : await readPolicy(client, policyId, what);
    }),
  );
  // Of the account its own list tells: both lists lag behind a change, each by itself.
  const seenFrom = (policy: StandingScp): StandingScp => ({
    ...policy,
    targets: [
      ...attached.filter(({ Id }) => Id === policy.policyId).map(() => targetAccount),
      ...policy.targets.filter((target) => target !== targetAccount),
    ],
  });
  return { attached: attached.map(({ Name = '' }) => Name), policies: policies.map(seenFrom) };
}

const none: StandingScp = { policyId: null, document: null, targets: [] };

async function readPolicy(client: OrganizationsClient, PolicyId: string, what: string): Promise<StandingScp> {
  const reading = aws(what, async () => {
    const { Policy } = await client.send(new DescribePolicyCommand({ PolicyId }));
    const targets: string[] = [];
    for await (const page of paginateListTargetsForPolicy({ client }, { PolicyId })) {
      targets.push(...(page.Targets ?? []).map(({ TargetId = '' }) => TargetId));
    }
    return { content: Policy?.Content ?? '{}', targets };
  });
  const policy = await unlessAbsent(reading, null);
  return policy ? { policyId: PolicyId, document: parsePolicy(policy.content), targets: policy.targets } : none;
}

async function summaries(pages: AsyncIterable<{ Policies?: Summary[] | undefined }>): Promise<Summary[]> {
  const found: Summary[] = [];
  for await (const page of pages) found.push(...(page.Policies ?? []));
  return found;
}
