import { condition, setHandler, workflowInfo } from '@temporalio/workflow';
import type { ApprovalRequest, Decision } from '../../../src/domain/approval/approval.ts';
import { incidentKey } from '../../../src/domain/names.ts';
import { decideUpdate, pendingApprovalQuery } from '../../../workflows/messages.ts';

/** Asks one question, takes any decision for an answer, and ends with what it heard. */
export async function askingIncident(): Promise<Decision[]> {
  const { workflowId, runId } = workflowInfo();
  const heard: Decision[] = [];
  const request: ApprovalRequest = {
    requestId: 'containment-1-aaaaaaaa',
    incidentKey: incidentKey(workflowId),
    phase: 'containment',
    digest: 'd'.repeat(64),
    plan: { phase: 'containment', actions: [], notPlanned: [] },
    askedAt: '2026-03-02T10:10:00Z',
    dueAt: '2026-03-02T14:10:00Z',
    overdue: false,
    quorum: 1,
    needs: {},
    askedOf: [],
    runId,
    commitments: {},
  };
  setHandler(pendingApprovalQuery, () => request);
  setHandler(decideUpdate, (decision) => {
    heard.push(decision);
    return { result: 'accepted', settled: decision.decision === 'approve', detail: `heard ${heard.length}` };
  });
  await condition(() => heard.some(({ decision }) => decision === 'approve'));
  return heard;
}
