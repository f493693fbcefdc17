import type { ApprovalRequest } from '../../src/domain/approval.ts';
import type { Assessment } from '../../src/domain/assessment.ts';
import type { Phase } from '../../src/domain/incident.ts';

/** Text from outside stays text in Temporal UI, which renders Markdown. */
const code = (text: string): string => `\`${text.replaceAll('`', "'").replace(/\s+/g, ' ').slice(0, 200)}\``;

/** Inline and with spaces to break at: Temporal UI (2.42) shows nothing of a fenced block and cuts what does not fit. */
function signalInput({ requestId, digest }: ApprovalRequest): string {
  const proof = { kind: 'code', code: 'YOUR-CODE' };
  const input = { requestId, digest, decision: 'approve', approver: 'YOUR-ID', proof };
  return `\`${JSON.stringify(input, null, 1).replace(/\s+/g, ' ')}\``;
}

/** What Temporal UI shows at the top of the workflow: the state, and what to paste to decide. */
export function currentDetails(state: {
  incidentKey: string;
  phase: Phase | 'closed';
  assessment: Assessment | null;
  verdict: string | null;
  pending: ApprovalRequest | null;
}): string {
  const lines = [
    `**${state.incidentKey}**: phase **${state.phase}**, severity **${state.assessment?.severity ?? 'not assessed yet'}**, ` +
      `verdict **${state.verdict ?? 'open'}**`,
  ];
  const { pending } = state;
  if (!pending) return [...lines, '', 'Nobody is asked for anything.'].join('\n');

  lines.push(
    '',
    `### Awaiting ${pending.quorum} approval(s) until ${pending.dueAt}${pending.overdue ? ' (OVERDUE)' : ''}`,
    ...pending.plan.actions.map(
      (action) =>
        `- **${action.id}** ${code(action.title)} on ${code(action.target)}: ${action.calls.join(', ')}; ` +
        (action.reversible ? 'reversible' : '**irreversible**'),
    ),
    ...pending.plan.notPlanned.map(({ what, why }) => `- not planned: ${code(what)}, because ${code(why)}`),
    '',
    'The whole plan with before and after: query `pendingApproval`, or `soar incident show`. ' +
      'To decide here, send the signal `decide` with your own code (`soar incident codes`):',
    '',
    signalInput(pending),
    '',
    'A code is personal and works once.',
  );
  return lines.join('\n');
}
