import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { actionKinds } from '../../src/domain/acts/action-kinds.ts';
import type { ActInput, ActResult } from '../../src/domain/acts/acts.ts';
import { signDecision } from '../../src/domain/approval/approval.ts';
import { requestIdOf } from '../../src/domain/approval/approval-request.ts';
import type { Authorisation } from '../../src/domain/approval/authorisation.ts';
import { digestOf } from '../../src/domain/digest.ts';
import { digestOfActions } from '../../src/domain/plan/plan.ts';
import { approveSignal, type actOnce } from './workflow.ts';
import { workflowQueue, type FaultWorld } from './world.ts';

/** How an act ended, and what its earlier attempts came to. */
export interface Ended {
  result: ActResult | null;
  /** Why it failed for good. */
  failure: string | null;
  attempts: number;
  /** Why the attempt before the last one failed. */
  retriedFor: string | null;
}

export type RunningAct = WorkflowHandle<typeof actOnce>;

/** Far more than any cell should need: the worst waits twice for a heartbeat, on a busy machine oftener. */
const longest = '120s';

/** Has an act done that everybody approved. */
export async function startAct(world: FaultWorld, workflowId: string, input: ActInput): Promise<RunningAct> {
  const running = await world.client.workflow.start<typeof actOnce>('actOnce', {
    workflowId,
    taskQueue: workflowQueue,
    args: [input],
    workflowExecutionTimeout: longest,
  });
  const requestId = requestIdOf({ phase: 'containment', number: 1 }, { runId: running.firstExecutionRunId });
  await running.signal(approveSignal, approved(world, requestId, input));
  return running;
}

function approved({ files, signingKey }: FaultWorld, requestId: string, input: ActInput): Authorisation {
  const { incidentKey } = input;
  const kind = Object.keys(actionKinds).find((candidate) => actionKinds[candidate]?.includes(input.act)) ?? '';
  const actions = [{ id: `${kind}:${requestId}`, input: digestOf(input) }];
  const digest = digestOfActions(incidentKey, requestId, actions);
  const decisions = files.approvers.map(({ id: approver }) =>
    signDecision({ requestId, digest, decision: 'approve', approver }, 'gateway', 'lab', signingKey),
  );
  return { incidentKey, requestId, actions, decisions };
}

export async function ended(running: RunningAct): Promise<Ended> {
  const outcome = await running.result().then(
    (result) => ({ result, failure: null }),
    (error: unknown) => ({ result: null, failure: reasonOf(error) }),
  );
  const { events = [] } = await running.fetchHistory();
  const last = events?.findLast(({ activityTaskStartedEventAttributes }) => activityTaskStartedEventAttributes);
  const { attempt = 0, lastFailure = null } = last?.activityTaskStartedEventAttributes ?? {};
  const retriedFor = lastFailure?.applicationFailureInfo?.type ?? lastFailure?.message ?? null;
  return { ...outcome, attempts: attempt ?? 0, retriedFor };
}

function reasonOf(error: unknown): string {
  const cause = error instanceof WorkflowFailedError ? error.cause : error;
  const origin = cause instanceof ActivityFailure ? cause.cause : cause;
  if (origin instanceof ApplicationFailure) return `${origin.type ?? 'failure'}: ${origin.message}`;
  return origin instanceof Error ? origin.message : String(error);
}
