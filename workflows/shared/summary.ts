import { shortened } from '../../src/domain/approval/request-message.ts';
import type { ActionRecord, Plan } from '../../src/domain/plan/plan.ts';

/** Reasons of AWS can be long, and the outcome of a phase is one line. */
const longestReason = 300;
const mostReasons = 5;

/** "3 of 4 actions in place", what is not, and of what failed why, with what people can do about it. */
export function summary(acts: ActionRecord[], incidentKey: string): string {
  if (acts.length === 0) return 'nothing was changed';
  const open = acts.filter(({ status }) => status !== 'applied' && status !== 'already' && status !== 'gone');
  const missing = open.length === 0 ? '' : `; not done: ${open.map(notDone).join('; ')}`;
  const again = open.some(({ status }) => status === 'failed')
    ? `; once the cause is gone: soar incident retry ${incidentKey}`
    : '';
  return `${acts.length - open.length} of ${acts.length} actions in place${missing}${again}`;
}

/** Of what was asked about again no phase will tell: what became of it, or null where people left out all of it. */
export const triedAgain = (acts: ActionRecord[], incidentKey: string): string | null =>
  acts.some(({ status }) => status !== 'not-approved') ? `tried again: ${summary(acts, incidentKey)}` : null;

const notDone = ({ id, status, detail }: ActionRecord): string =>
  status === 'failed' || status === 'changed'
    ? `${id} (${status}: ${shortened(detail, longestReason)})`
    : `${id} (${status})`;

/** Where nobody was asked anything, no message has said yet what containment cannot do. */
export function whyNothing(notPlanned: Plan['notPlanned'], incidentKey: string): string {
  const reasons = notPlanned.map(({ what, why }) => `${what}: ${why}`);
  const shown = reasons.slice(0, mostReasons).map((reason) => shortened(reason, longestReason));
  const left = reasons.length - shown.length;
  return `${shown.map((reason) => `; ${reason}`).join('')}${left > 0 ? `; and ${left} more: soar incident show ${incidentKey}` : ''}`;
}
