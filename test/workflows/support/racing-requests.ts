import { condition, setHandler } from '@temporalio/workflow';
import type { DecisionRecord, RequestRecord } from '../../../src/domain/approval/approval.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import type { Principal } from '../../../src/domain/alert/principal.ts';
import { decideSignal, decideUpdate, pendingApprovalQuery } from '../../../workflows/messages.ts';
import { timelineAnnouncer } from '../../../workflows/shared/announcer.ts';
import { ApprovalGate } from '../../../workflows/shared/approval-gate.ts';
import { IncidentRecord } from '../../../workflows/shared/record.ts';
import type { ApprovalRules } from '../../../src/domain/approval/approval-rules.ts';

/** Asks about one plan as often as it is told to, through the gate of incidents and its messages, and nothing else. */
export async function racingRequests(asked: {
  times: number;
  plan: Plan;
  actor: Principal;
  rules: ApprovalRules;
}): Promise<{ requests: RequestRecord[]; decisions: DecisionRecord[] }> {
  const record = new IncidentRecord();
  const gate = new ApprovalGate({
    incidentKey: 'VMX-AAAAAAAAAA',
    actor: asked.actor,
    rules: asked.rules,
    circumstances: () => ({ severity: 'high', accountId: '111111111111', account: null }),
    record,
    announcer: timelineAnnouncer(record),
    changed: () => undefined,
  });
  setHandler(pendingApprovalQuery, () => gate.pending);
  setHandler(decideUpdate, (decision) => gate.decide(decision));
  setHandler(decideSignal, async (decision) => {
    await gate.decide(decision);
  });
  const never = () => false;
  for (let round = 0; round < asked.times; round++) {
    await gate.ask(asked.plan, never, () => Promise.resolve(asked.plan));
  }
  // The loser of the last race.
  await condition(() => record.decisions.length === 2 * asked.times);
  return { requests: gate.requests, decisions: record.decisions };
}
