import { activityInfo } from '@temporalio/activity';
import {
  codeCommitment,
  commitmentKey,
  decisionCode,
  type ApproverDirectory,
  type InRun,
} from '../../src/domain/approval/approval.ts';
import { digestOfActions } from '../../src/domain/plan/plan.ts';
import { requestIdOf } from '../../src/domain/approval/approval-request.ts';
import type { DirectoryNotify } from './contract.ts';
import { slackGroups, type ReadSlackGroup } from './slack-groups.ts';

/** `readPolicy` reads the configuration anew: whoever was taken off the list while people decided no longer counts. */
export function directory(
  readPolicy: () => Promise<ApproverDirectory>,
  codeSecret: string,
  readSlackGroup: ReadSlackGroup = () => Promise.reject(new Error('Slack is not connected')),
): DirectoryNotify {
  const resolved = slackGroups(readSlackGroup);
  /** The run that asks, see `InRun`; after a reset it is another one. */
  const runId = (): string => activityInfo().workflowExecution?.runId ?? '';
  const readApprovers = async (): Promise<InRun<ApproverDirectory>> => ({
    ...(await resolved(await readPolicy())),
    runId: runId(),
  });
  const commitmentsFor = (
    { approvers }: ApproverDirectory,
    { requestId, digest, decisions }: { requestId: string; digest: string; decisions: string[] },
  ): Record<string, string> => {
    const commitments = approvers.flatMap(({ id }) =>
      decisions.map((decision) => {
        const code = decisionCode(codeSecret, requestId, digest, id, decision);
        return [commitmentKey(id, decision), codeCommitment(code)] as const;
      }),
    );
    return Object.fromEntries(commitments);
  };
  return {
    readApprovers,

    async openRequest({ decisions, ...identity }) {
      const directory = await readApprovers();
      const requestId = requestIdOf(identity, directory);
      const digest = digestOfActions(identity.incidentKey, requestId, identity.actions);
      return { directory, requestId, commitments: commitmentsFor(directory, { requestId, digest, decisions }) };
    },

    commitCodes: async (input) => commitmentsFor(await readPolicy(), input),
  };
}
