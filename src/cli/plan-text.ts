import { placeOf } from '../domain/acts/account-concerned.ts';
import type { ApprovalRequest } from '../domain/approval/approval.ts';
import { asCalled, contradictions, hasOwnDigest } from '../domain/approval/as-called.ts';
import { changeLines } from '../domain/acts/change.ts';
import type { Json } from '../domain/json.ts';
import type { Plan } from '../domain/plan/plan.ts';
import { byHand } from '../approvals/by-hand.ts';
import { leftOutParts } from '../domain/report/left-out.ts';
import { plainText } from '../domain/escape.ts';
import { styler, table, wrapped, type Terminal } from './terminal.ts';
import type { Phase } from '../domain/phase.ts';

/** The request as the gateway shows it. */
export type ShownRequest = Omit<ApprovalRequest, 'commitments'>;

/**
 * All that an approver has to see (P2): every action with its calls, its target, before and after, and the way back.
 * Nothing is shortened: what is not seen is not approved.
 */
export function planText(request: ShownRequest, terminal: Pick<Terminal, 'coloured' | 'columns'>): string {
  const style = styler(terminal);
  const { plan, quorum } = request;
  return [
    `${style(`Plan of ${plan.phase}`, 'bold')}, request ${style(request.requestId)}, due ${style(request.dueAt)}` +
      (request.overdue ? style(' OVERDUE', 'red') : ''),
    `needs ${quorum} approval(s) by different people; digest ${style(request.digest)}`,
    ...(hasOwnDigest(request)
      ? []
      : [style('MISLEADS: this digest is of another plan than the one below', 'red', 'bold')]),
    'calls, resource and change are read from what would run; what the plan says, undo and may break are its words',
    actionsText(plan, terminal),
  ].join('\n');
}

/** Every action of the plan as its input says it, and what the plan leaves out. */
export function actionsText(
  plan: Pick<Plan, 'actions' | 'notPlanned'>,
  terminal: Pick<Terminal, 'coloured' | 'columns'>,
): string {
  const style = styler(terminal);
  const lines: string[] = [];
  plan.actions.forEach((planned, index) => {
    const action = asCalled(planned);
    const row = (label: string, text: string) => {
      const width = Math.max(40, terminal.columns - labelWidth - 5);
      return wrapped(text, width).map((line, at) => `     ${(at === 0 ? label : '').padEnd(labelWidth)}${line}`);
    };
    lines.push(
      '',
      `${String(index + 1).padStart(3)}. ${style(action.id, 'bold')}  ` +
        (action.reversible ? style('reversible', 'green') : style('IRREVERSIBLE', 'red', 'bold')),
      ...contradictions(planned).flatMap((what) => row('MISLEADS', what)),
      ...row('calls', action.calls.join(', ')),
      ...row('on', action.target),
      ...row('in', placeOf(action.input)),
      ...change(action.before, action.after),
      ...row('plan says', action.title),
      ...row('undo', action.undo),
      ...action.mayBreak.flatMap((what) => row('may break', what)),
    );
  });
  for (const { title, items } of leftOutParts(plan.notPlanned)) {
    lines.push('', style(title, 'bold'));
    for (const { what, why } of items) lines.push(`  - ${style(what)}: ${style(why)}`);
  }
  return lines.join('\n') + '\n';
}

/** Which pages say what people do by hand in this phase; empty where there are none. */
export const proceduresText = (workflowId: string, phase: Phase): string =>
  table(
    byHand(workflowId, phase).map(({ title, path }) => [title, path]),
    '  ',
  );

const labelWidth = 11;

/** Short values stand beside their label; of documents every line that changes, and what stays in a line each. */
function change(before: Json, after: Json): string[] {
  const short = [before, after].map((value) =>
    value === null ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value),
  );
  if (short.every((text) => text.length <= 100)) {
    return ['before', 'after'].map(
      (label, index) => `     ${label.padEnd(labelWidth)}${plainText(short[index] ?? '')}`,
    );
  }
  const prefix = `     ${'change'.padEnd(labelWidth)}`;
  const lines = changeLines(before, after).map(({ mark, text }) => `${mark} ${text}`);
  return lines.map((line, index) => (index === 0 ? prefix : ' '.repeat(prefix.length)) + line);
}
