import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  DescribePolicyCommand,
  ListPoliciesCommand,
  ListTargetsForPolicyCommand,
} from '@aws-sdk/client-organizations';
import { scpName } from '../../../src/domain/acts/created-names.ts';
import { region } from '../../../src/lab/clients.ts';
import { incidentKey, type Row } from '../row.ts';

/** Accounts of the organisation where nothing is; AWS attaches five policies to one at most. */
let accounts = 700_000_000_000;

/** Policy and attachment are two calls. */
export const setAccountScp: Row = {
  service: 'organizations',
  calls: [{ operation: 'CreatePolicy' }, { operation: 'AttachPolicy' }],
  noInverse: null,
  scene: ({ foundation: { management, roles } }) => {
    const targetAccount = String(++accounts);
    const policyName = scpName(incidentKey, 'isolate', targetAccount);
    const { organizations } = management.admin;
    const after = {
      Version: '2012-10-17',
      Statement: [{ Sid: 'VMXFAULTSFAULIsolate', Effect: 'Deny', Action: '*', Resource: '*' }],
    };
    const Filter = 'SERVICE_CONTROL_POLICY';
    return Promise.resolve({
      input: {
        act: 'setAccountScp',
        incidentKey,
        accountId: management.id,
        region,
        targetAccount,
        policyName,
        before: null,
        after,
      },
      role: { arn: roles.organisation.contain, of: management },
      names: targetAccount,
      arn: '*',
      state: async () => {
        const { Policies = [] } = await organizations.send(new ListPoliciesCommand({ Filter }));
        const PolicyId = Policies.find(({ Name }) => Name === policyName)?.Id;
        if (PolicyId === undefined) return null;
        const { Policy } = await organizations.send(new DescribePolicyCommand({ PolicyId }));
        const { Targets = [] } = await organizations.send(new ListTargetsForPolicyCommand({ PolicyId }));
        return { content: Policy?.Content ?? '', targets: Targets.map(({ TargetId = '' }) => TargetId) };
      },
      after: () => ({ content: JSON.stringify(after), targets: [targetAccount] }),
      change: async () => {
        const Content = JSON.stringify({ Version: '2012-10-17', Statement: [] });
        const made = { Name: policyName, Description: 'by somebody else', Content, Type: Filter } as const;
        const { Policy } = await organizations.send(new CreatePolicyCommand(made));
        const PolicyId = Policy?.PolicySummary?.Id;
        await organizations.send(new AttachPolicyCommand({ PolicyId, TargetId: targetAccount }));
      },
      remove: 'the plan makes the policy: there is none yet that could be gone',
    });
  },
};
