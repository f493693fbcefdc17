import { mayIsolate } from '../../src/domain/plan/account-isolation.ts';
import { scpName } from '../../src/domain/acts/created-names.ts';
import type { AccountScpFacts, ConfigFacts } from '../../src/domain/findings/facts.ts';
import type { PlanInput } from '../../src/domain/plan/planning.ts';
import { observe } from '../activities.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { observed } from '../shared/observed.ts';
import { placeOf } from '../shared/place.ts';

type AccountWide = Pick<PlanInput, 'severity' | 'accountScps' | 'config'>;

/** What binds the account as a whole; read only where the policy lets a plan change it. */
export async function accountForContainment(incident: IncidentRun): Promise<AccountWide> {
  const severity = incident.assessment?.severity ?? null;
  if (!mayIsolate({ policy: incident.policy, severity })) return { severity };
  return { severity, accountScps: await readScps(incident) };
}

export async function accountForRecovery(incident: IncidentRun): Promise<AccountWide> {
  const { organisation, configRules = [] } = incident.policy;
  return {
    ...(organisation?.denyExports ? { accountScps: await readScps(incident) } : {}),
    ...(configRules.length > 0 ? { config: await readConfig(incident) } : {}),
  };
}

/** For a plan that may hold what either phase does. */
export const accountForBoth = async (incident: IncidentRun): Promise<AccountWide> => ({
  ...(await accountForRecovery(incident)),
  ...(await accountForContainment(incident)),
});

async function readScps(incident: IncidentRun): Promise<AccountScpFacts | null> {
  const { key, opening, policy } = incident;
  const { recipientAccount: targetAccount, region } = opening.alert;
  const accountId = policy.organisation?.managementAccount ?? targetAccount;
  // No policy binds the management account: there is nothing to read.
  if (accountId === targetAccount) return null;
  const policyNames = ['isolate', 'deny-exports'].map((purpose) => scpName(key, purpose, targetAccount));
  const question = observe.describeAccountScps({ accountId, region, targetAccount, policyNames });
  return observed(incident.record, 'service control policies of the account', question);
}

const readConfig = (incident: IncidentRun): Promise<ConfigFacts | null> =>
  observed(incident.record, 'AWS Config', observe.describeConfig(placeOf(incident.opening.alert)));
