import type { WorkflowHandle } from '@temporalio/client';
import type { ApprovalRequest } from '../src/domain/approval/approval.ts';
import { aDecision } from '../test/support/deciding.ts';
import { decideUpdate } from '../workflows/messages.ts';

/** Approves the whole plan; answers once the incident has checked who decided. */
export async function approve(handle: WorkflowHandle, request: ApprovalRequest): Promise<void> {
  const answer = await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
  if (answer.result !== 'accepted') throw new Error(`the decision was refused: ${answer.reason}`);
}
