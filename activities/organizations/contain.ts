import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  DeletePolicyCommand,
  DetachPolicyCommand,
  UpdatePolicyCommand,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { mostScpsOfAccount } from '../../src/domain/plan/account-scp.ts';
import type { SetAccountScp } from '../../src/domain/acts/acts.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import { sameDocument, type PolicyDocument } from '../../src/domain/policy/policy-document.ts';
import { bringAbout } from '../aws/act.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, failure, isStillSettling, notYet } from '../aws/failures.ts';
import { refuseManagementAccount } from '../aws/protection.ts';
import type { OrganizationsContain } from './contract.ts';
import { organizationsTargets, type AccountScpState } from './targets.ts';

export function organizationsContain(clients: AwsClients): OrganizationsContain {
  const targets = organizationsTargets(clients);
  return {
    setAccountScp(input) {
      const client = clients.organizations(input);
      return bringAbout(input, targets.setAccountScp, async (state) => {
        if (!state) return undefined; // not in the organisation: never ready
        refuseManagementAccount(input);
        await settled(input, () =>
          input.after ? putInForce(client, input, input.after, state) : lift(client, input, state),
        );
        return undefined;
      });
    },
  };
}

async function putInForce(
  client: OrganizationsClient,
  { incidentKey, targetAccount, policyName }: SetAccountScp,
  after: PolicyDocument,
  { policyId, document, targets, attached }: AccountScpState,
): Promise<void> {
  const onAccount = targets.includes(targetAccount);
  // Before it is made: a policy that cannot be attached would be left behind.
  if (!onAccount && attached.length >= mostScpsOfAccount) {
    const message = `account ${targetAccount} has ${attached.length} service control policies (${attached.join(', ')}) and AWS allows ${mostScpsOfAccount}; detach one first`;
    throw failure(failureTypes.rejected, message);
  }
  const Content = JSON.stringify(after);
  let PolicyId = policyId;
  if (PolicyId === null) {
    const Description = `temporal-soar ${incidentKey}: made for an incident, to be lifted by an undo of it`;
    const { Policy } = await aws(`making service control policy ${policyName}`, () =>
      client.send(new CreatePolicyCommand({ Name: policyName, Description, Content, Type: 'SERVICE_CONTROL_POLICY' })),
    );
    PolicyId = Policy?.PolicySummary?.Id ?? '';
  } else if (!sameDocument(document, after)) {
    const update = new UpdatePolicyCommand({ PolicyId, Content });
    await aws(`writing service control policy ${policyName}`, () => client.send(update));
  }
  if (onAccount) return;
  const attach = new AttachPolicyCommand({ PolicyId, TargetId: targetAccount });
  await aws(`attaching service control policy ${policyName} to account ${targetAccount}`, () => client.send(attach));
}

async function lift(
  client: OrganizationsClient,
  { policyName, targetAccount }: SetAccountScp,
  { policyId, targets }: AccountScpState,
): Promise<void> {
  if (policyId === null) return;
  if (targets.includes(targetAccount)) {
    const detach = new DetachPolicyCommand({ PolicyId: policyId, TargetId: targetAccount });
    await aws(`detaching service control policy ${policyName} from account ${targetAccount}`, () =>
      client.send(detach),
    );
  }
  const remove = new DeletePolicyCommand({ PolicyId: policyId });
  await aws(`deleting service control policy ${policyName}`, () => client.send(remove));
}

/** What an earlier attempt did may not show yet: AWS then says that the policy exists, is attached, or is in use. */
async function settled(input: SetAccountScp, change: () => Promise<void>): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (!isStillSettling(error)) throw error;
    throw notYet(`service control policy ${input.policyName} does not show as it is yet`);
  }
}
