import { randomUUID } from 'node:crypto';
import type { UndoAnswer } from '../domain/plan/undo-plan.ts';
import { Negative, UsageError } from './failures.ts';
import { gatewayClient, type GatewayOptions } from './gateway-client.ts';
import { actionsText } from './plan-text.ts';
import { answerTo, styler, type Terminal } from './terminal.ts';

export interface UndoOptions extends GatewayOptions {
  action?: string[];
  reason: string;
  yes?: boolean;
}

/** Shows what would be undone, asks whether it is meant, and has the approvers asked; nothing is undone without them. */
export async function undo(ref: string, options: UndoOptions, terminal: Terminal): Promise<UndoAnswer> {
  const { action: actions, reason } = options;
  if (reason.trim() === '') throw new UsageError('--reason says why; it stays on record');
  const gateway = await gatewayClient(options, terminal);
  const { plan, incidentKey } = await gateway.undoPlan(ref, actions ?? []);
  const heading = styler(terminal)(`Undo of what ${incidentKey} did`, 'bold');
  terminal.err(`${heading}, the latest first\n${actionsText(plan, terminal)}`);
  if (plan.actions.length === 0) throw new Negative(`${incidentKey}: nothing can be undone`);
  await confirm(plan.actions.length, options, terminal);
  return gateway.undo(ref, { reason, ...(actions ? { actions } : {}) }, randomUUID());
}

async function confirm(count: number, { yes }: UndoOptions, terminal: Terminal): Promise<void> {
  if (yes) return;
  if (!terminal.ask) throw new UsageError('nobody can be asked here: add --yes');
  const what = `Ask the approvers to undo ${count === 1 ? 'this action' : `these ${count} actions`}?`;
  const answer = await answerTo(`\n${what} Type yes to send: `, terminal);
  if (answer?.toLowerCase() !== 'yes') throw new Negative('nothing was sent');
}

/** What happens now, and what to do next. */
export function askedText(answer: UndoAnswer, terminal: Pick<Terminal, 'coloured'>): string {
  const style = styler(terminal);
  if (answer.result === 'refused') return `${style('refused', 'red')}: ${style(answer.reason)}\n`;
  const { incidentKey, planned, after } = answer;
  const when = after === null ? 'the approvers are asked' : `the approvers are asked when ${after} is settled`;
  return (
    `${style('asked', 'green')}: ${planned.length} undo(s), nothing is changed yet; ${style(when)}\n` +
    `  see it with:    soar incident show ${style(incidentKey)}\n` +
    `  decide it with: soar incident decide ${style(incidentKey)} --approve | --reject\n`
  );
}
