import type { ApprovalRequest, DecisionAnswer } from '../../domain/approval/approval.ts';
import { peopleNeeded } from '../../domain/approval/approval-policy.ts';
import type { LabFiles } from '../lab-config.ts';
import { actionKind } from '../../domain/acts/action-id.ts';

/** Whoever sends alerts and decides does so over HTTP, as a detector and a person would. */

const json = (token: string) => ({ authorization: `Bearer ${token}`, 'content-type': 'application/json' });

async function answerOf<T>(response: Response, accepted: number[]): Promise<T> {
  const answer = (await response.json()) as T & { error?: string };
  if (!accepted.includes(response.status)) throw new Error(`${response.url}: ${answer.error ?? response.statusText}`);
  return answer;
}

export interface AlertAnswer {
  result: 'opened' | 'attached' | 'known';
  incidentKey: string;
  workflowId: string;
}

export async function postAlert({ gatewayUrl, intakeToken }: LabFiles, record: object): Promise<AlertAnswer> {
  const init = { method: 'POST', headers: json(intakeToken), body: JSON.stringify(record) };
  const { results } = await answerOf<{ results: AlertAnswer[] }>(await fetch(`${gatewayUrl}/alerts`, init), [202]);
  const [result] = results;
  if (!result) throw new Error('the intake answered without a result');
  return result;
}

const incidentUrl = ({ gatewayUrl }: LabFiles, workflowId: string, what: string): string =>
  `${gatewayUrl}/incidents/${encodeURIComponent(workflowId)}/${what}`;

/** What to send as a signal in Temporal UI, with the person's own code. */
export async function signalsFor(
  files: LabFiles,
  workflowId: string,
  token: string,
): Promise<Record<'approve' | 'reject', object>> {
  const url = incidentUrl(files, workflowId, 'codes');
  const answer = await answerOf<{ signals: Record<'approve' | 'reject', object> }>(
    await fetch(url, { headers: json(token) }),
    [200],
  );
  return answer.signals;
}

export interface Verdict {
  decision: 'approve' | 'reject';
  actions?: string[];
}

/** Everything, or everything but these kinds and what requires them; where nothing is left, nothing is approved. */
export function allBut(request: ApprovalRequest, leftOut: readonly string[]): Verdict {
  const { actions } = request.plan;
  const ids = actions.map(({ id }) => id);
  const isLeftOut = (id: string) => leftOut.includes(id) || leftOut.includes(actionKind(id));
  const kept = actions
    .filter(({ id, requires = [] }) => !isLeftOut(id) && !requires.some(isLeftOut))
    .map(({ id }) => id);
  if (kept.length === ids.length) return { decision: 'approve' };
  return kept.length === 0 ? { decision: 'reject' } : { decision: 'approve', actions: kept };
}

const reasons = { approve: 'the plan fits the findings', reject: 'nothing of this plan is wanted' };

/** Decides as many people as the actions need. Answers with why the request may still stand, or null: it is decided. */
export async function decide(
  files: LabFiles,
  workflowId: string,
  request: ApprovalRequest,
  verdict: Verdict,
): Promise<string | null> {
  const needed = verdict.decision === 'reject' ? 1 : peopleNeeded(request, verdict.actions);
  const refusals: string[] = [];
  for (const { token } of files.approvers.slice(0, needed)) {
    const { requestId, digest } = request;
    const body = JSON.stringify({ requestId, digest, ...verdict, reason: reasons[verdict.decision] });
    const url = incidentUrl(files, workflowId, 'decisions');
    const answer = await answerOf<DecisionAnswer>(
      await fetch(url, { method: 'POST', headers: json(token), body }),
      [200, 409],
    );
    if (answer.result === 'accepted' && answer.settled) return null;
    // Who has decided elsewhere, as in Slack, is refused here; the others are still needed.
    if (answer.result === 'refused') refusals.push(answer.reason);
  }
  return [...new Set(refusals)].join('; ') || 'more people are needed';
}
