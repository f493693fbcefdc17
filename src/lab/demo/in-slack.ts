import type { ApprovalRequest } from '../../domain/approval/approval.ts';
import { peopleNeeded } from '../../domain/approval/approval-policy.ts';
import type { IncidentReport } from '../../domain/report/report.ts';
import { actionIds, callbackIds, inputIds } from '../../slack/references.ts';
import { proof, type Proof } from '../probes.ts';
import type { Message, SlackLab } from '../slack/slack-lab.ts';
import type { Seen } from '../slack/submission-answer.ts';
import type { Verdict } from './person.ts';
import { incidentsChannel, members } from '../slack-workspace.ts';

/** Where the request stands in Slack; decided or not. */
const messageOf = (lab: SlackLab, requestId: string): Message | undefined =>
  lab.messages(incidentsChannel).find(({ blocks = [] }) => {
    const footer = blocks.find(({ type, ...rest }) => type === 'context' && textOf(rest).includes(requestId));
    return footer !== undefined;
  });
const textOf = (value: unknown): string => JSON.stringify(value ?? null);

/** As many people as the actions need look at the message and press its buttons. */
export async function decideInSlack(
  lab: SlackLab,
  approvers: { id: string }[],
  request: ApprovalRequest,
  verdict: Verdict,
  settled: AbortSignal,
): Promise<void> {
  const on = await lab.until(() => settled.aborted || messageOf(lab, request.requestId));
  const needed = verdict.decision === 'reject' ? 1 : peopleNeeded(request, verdict.actions);
  for (const { id } of approvers.slice(0, needed)) {
    // Somebody else was faster: their decision stands.
    if (on === true || settled.aborted) return;
    await press(lab, on, members[id] ?? '', request, verdict, settled);
  }
}

async function press(
  lab: SlackLab,
  on: Message,
  member: string,
  request: ApprovalRequest,
  { decision, actions }: Verdict,
  settled: AbortSignal,
): Promise<void> {
  const chosen = request.plan.actions.flatMap(({ id }, index) => (actions?.includes(id) ? [String(index)] : []));
  const button = decision === 'reject' ? actionIds.reject : actions ? actionIds.approveSelected : actionIds.approveAll;
  expectDone(await lab.click({ on, member, actionId: button, ...(actions ? { checked: chosen } : {}) }));
  const view = lab.modal(member);
  if (!view) return;
  // What cannot be undone takes the incident's key, typed; a rejection its reason.
  const text = decision === 'reject' ? 'nothing of this plan is wanted' : request.incidentKey;
  const values = view.callback_id === callbackIds.approve ? {} : { [inputIds.element]: text };
  let seen = await lab.submit({ view, member, values });
  // A slow answer looks like none; sent again, it counts once.
  for (let again = 0; again < 3 && !seen.ok && !settled.aborted; again++) {
    seen = await lab.submit({ view, member, values });
  }
  if (seen.ok) return;
  await lab.close(view, member);
  if (!settled.aborted) expectDone(seen);
}

function expectDone({ ok, error, errors }: Seen): void {
  if (!ok) throw new Error(`Slack shows an error: ${textOf(errors ?? error)}`);
}

/** Nobody can press what was decided, and everybody sees by whom it was. */
export function rewrittenInSlack(lab: SlackLab, { requests = [], decisions }: IncidentReport): Proof {
  const wrong = requests.filter(({ requestId, outcome, by }) => {
    const shown = textOf(messageOf(lab, requestId)?.blocks);
    const named = by.every((person) => shown.includes(`${person} `));
    return shown.includes('"button"') || !shown.toLowerCase().includes(`*${outcome}`) || !named;
  });
  const inSlack = decisions.filter(({ channel, answer }) => channel === 'slack' && answer.result === 'accepted');
  return proof(
    'Slack shows how every request ended, with nothing left to press',
    wrong.length === 0,
    wrong.length > 0
      ? `not so: ${wrong.map(({ requestId }) => requestId).join(', ')}`
      : `${requests.length} message(s) rewritten; ${inSlack.length} decision(s) were made in Slack`,
  );
}
