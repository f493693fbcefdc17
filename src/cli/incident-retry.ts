import type { RetryAnswer } from '../domain/plan/retry.ts';
import { styler, type Terminal } from './terminal.ts';

/** What happens now, and what to do next. */
export function retryText(
  ref: string,
  { actions, after }: Extract<RetryAnswer, { result: 'asked' }>,
  terminal: Pick<Terminal, 'coloured'>,
): string {
  const style = styler(terminal);
  const when = after === null ? 'the approvers are asked' : `the approvers are asked when ${after} is settled`;
  return (
    `${style('asked', 'green')}: ${style(actions.join(', '))}; ${style(when)}, nothing is changed yet\n` +
    `  see it with:    soar incident show ${style(ref)}\n` +
    `  decide it with: soar incident decide ${style(ref)} --approve | --reject\n`
  );
}
