import { activityInfo } from '@temporalio/activity';
import {
  codeCommitment,
  commitmentKey,
  decisionCode,
  type ApproverDirectory,
} from '../../src/domain/approval/approval.ts';
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
  return {
    readApprovers: async () => ({ ...(await resolved(await readPolicy())), runId: runId() }),

    async commitCodes({ requestId, digest, decisions }) {
      const { approvers } = await readPolicy();
      const commitments = approvers.flatMap(({ id }) =>
        decisions.map((decision) => {
          const code = decisionCode(codeSecret, requestId, digest, id, decision);
          return [commitmentKey(id, decision), codeCommitment(code)] as const;
        }),
      );
      return Object.fromEntries(commitments);
    },
  };
}
