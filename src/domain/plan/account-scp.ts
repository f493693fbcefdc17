import { partitionOf } from '../policy/arns.ts';
import { scpName, sid } from '../acts/created-names.ts';
import type { AccountScpFacts } from '../findings/facts.ts';
import type { PlanInput, Proposal } from './planning.ts';
import type { PlannedAction } from './plan.ts';
import { sameDocument, type PolicyDocument, type Statement } from '../policy/policy-document.ts';
import { arnMatches } from '../alert/principal.ts';
import { asJson } from '../json.ts';

/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html */
export const mostScpsOfAccount = 5;
const longestScp = 5_120;

export interface AccountScp extends Pick<PlannedAction, 'title' | 'sources' | 'mayBreak'> {
  kind: string;
  /** What the policy is for, as part of its name. */
  purpose: string;
  statement: Omit<Statement, 'Sid'>;
  /** Follows what the undo does. */
  undo?: string;
}

/** A service control policy of ours on the incident's account, as an action; or why there is none. */
export function accountScp(input: PlanInput, scp: AccountScp): Proposal {
  const { kind: what, title, sources, mayBreak, purpose } = scp;
  const { incidentKey, alert, policy, accountScps } = input;
  const account = alert.recipientAccount;
  const managementAccount = policy.organisation?.managementAccount ?? null;
  if (managementAccount === null) {
    return { what, why: 'no management account is configured (organisation.management): attach the policy by hand' };
  }
  if (account === managementAccount) {
    const why = `${account} is the management account: no service control policy binds it; contain its principals one by one`;
    return { what, why };
  }
  if (!accountScps) return { what, why: 'the organisation could not be read: attach the policy by hand' };
  if (!accountScps.member) {
    return { what, why: `account ${account} is not in the organisation of ${managementAccount}: act in its own` };
  }
  const policyName = scpName(incidentKey, purpose, account);
  const after: PolicyDocument = {
    Version: '2012-10-17',
    Statement: [{ Sid: sid(incidentKey, sidOf(purpose)), ...scp.statement }],
  };
  const refusal = whyNot(accountScps, policyName, after);
  if (refusal !== null) return { what, why: refusal };
  const own = ownOf(accountScps, policyName);
  // One that is as planned but binds nobody is what a killed attempt left: there was none before it.
  const before = own && !sameDocument(own.document, after) ? own.document : null;
  const undone = before ? `puts policy ${policyName} back as it was` : `detaches and deletes policy ${policyName}`;
  return {
    id: what,
    title,
    sources,
    target: `arn:${partitionOf(alert.region)}:iam::${account}:root`,
    calls: own
      ? ['organizations:UpdatePolicy', 'organizations:AttachPolicy']
      : ['organizations:CreatePolicy', 'organizations:AttachPolicy'],
    before: asJson(before),
    after: asJson(after),
    reversible: true,
    undo: scp.undo === undefined ? undone : `${undone}. ${scp.undo}`,
    mayBreak,
    input: {
      act: 'setAccountScp',
      incidentKey,
      accountId: managementAccount,
      region: alert.region,
      targetAccount: account,
      policyName,
      before,
      after,
    },
  };
}

const ownOf = ({ own }: AccountScpFacts, policyName: string) => own.find(({ name }) => name === policyName);

/** A Sid holds letters and digits only. */
const sidOf = (purpose: string): string =>
  purpose.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());

function whyNot(facts: AccountScpFacts, policyName: string, after: PolicyDocument): string | null {
  const { accountId, attached } = facts;
  const own = ownOf(facts, policyName);
  const elsewhere = own?.targets.filter((target) => target !== accountId) ?? [];
  if (elsewhere.length > 0) {
    return `policy ${policyName} is attached to ${elsewhere.join(', ')}, too: somebody else uses it; look who did that`;
  }
  if (own && sameDocument(own.document, after) && own.targets.length > 0)
    return `policy ${policyName} is in force already`;
  const { length } = JSON.stringify(after);
  if (length > longestScp) {
    return `the policy has ${length} characters, AWS takes ${longestScp}: shorten the list of those whom it exempts`;
  }
  if (attached.length >= mostScpsOfAccount && !attached.includes(policyName)) {
    return `account ${accountId} has ${attached.length} service control policies (${attached.join(', ')}) and AWS allows ${mostScpsOfAccount}: detach one, or attach this one to its unit by hand`;
  }
  return null;
}

/** Whether one of the patterns can match a role of the account. */
export const namesRoleOf = (account: string, patterns: string[]): boolean =>
  patterns.some((pattern) => {
    const [, , service = '', , of = '', resource = ''] = pattern.split(':');
    return arnMatches('iam', service) && arnMatches(account, of) && /^(role|\*)/.test(resource);
  });
