import { shortened } from '../../src/domain/approval/request-message.ts';
import type { ActionRecord } from '../../src/domain/plan/plan.ts';

/** Reasons of AWS can be long, and the outcome of a phase is one line. */
const longestReason = 300;

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

const notDone = ({ id, status, detail }: ActionRecord): string =>
  status === 'failed' || status === 'changed'
    ? `${id} (${status}: ${shortened(detail, longestReason)})`
    : `${id} (${status})`;
