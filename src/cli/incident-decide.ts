import { randomUUID } from 'node:crypto';
import type { DecisionAnswer, DecisionKind } from '../domain/approval/approval.ts';
import { misleading } from '../domain/approval/as-called.ts';
import { Negative, UsageError } from './failures.ts';
import { gatewayClient, type GatewayOptions } from './gateway-client.ts';
import { planText, proceduresText } from './plan-text.ts';
import { answerTo, styler, type Terminal } from './terminal.ts';

export interface DecideOptions extends GatewayOptions {
  approve?: boolean;
  reject?: boolean;
  moreTime?: boolean;
  handOver?: string;
  action?: string[];
  reason?: string;
  digest?: string;
  yes?: boolean;
}

/** Shows what is asked, asks whether it is meant, and sends the decision with the digest of exactly that plan (P2). */
export async function decide(ref: string, options: DecideOptions, terminal: Terminal): Promise<DecisionAnswer> {
  const decision = kindOf(options);
  if (options.action && decision !== 'approve') throw new UsageError('--action selects what --approve approves');
  const gateway = await gatewayClient(options, terminal);
  const { request, incidentKey, workflowId } = await gateway.approval(ref);
  if (!request) throw new Negative(`${incidentKey}: nothing is asked now`);
  terminal.err(planText(request, terminal));
  const procedures = proceduresText(workflowId, request.phase);
  if (procedures !== '') terminal.err(`\n${styler(terminal)('By hand', 'bold')}\n${procedures}`);
  const lie = decision === 'approve' ? misleading(request) : null;
  if (lie !== null) throw new Negative(`${lie}; nothing was sent`);
  if (options.digest !== undefined && options.digest !== request.digest) {
    throw new Negative('another plan is asked about than that of --digest; nothing was sent');
  }
  const unknown = (options.action ?? []).filter((id) => request.plan.actions.every((action) => action.id !== id));
  if (unknown.length > 0) throw new UsageError(`not in this plan: ${unknown.join(', ')}`);
  await confirm(decision, options, terminal);
  return gateway.decide(
    ref,
    {
      requestId: request.requestId,
      digest: request.digest,
      decision,
      ...(options.action ? { actions: options.action } : {}),
      ...(options.handOver === undefined ? {} : { to: options.handOver }),
      ...(options.reason === undefined ? {} : { reason: options.reason }),
    },
    randomUUID(),
  );
}

function kindOf({ approve, reject, moreTime, handOver }: DecideOptions): DecisionKind {
  const kinds: DecisionKind[] = [
    ...(approve ? (['approve'] as const) : []),
    ...(reject ? (['reject'] as const) : []),
    ...(moreTime ? (['more-time'] as const) : []),
    ...(handOver === undefined ? [] : (['hand-over'] as const)),
  ];
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    throw new UsageError('say one of --approve, --reject, --more-time, --hand-over');
  }
  return kind;
}

async function confirm(decision: DecisionKind, options: DecideOptions, terminal: Terminal): Promise<void> {
  if (options.yes) return;
  if (!terminal.ask)
    throw new UsageError('nobody can be asked here: add --yes, and --digest to say which plan is meant');
  const which = options.handOver === undefined ? options.action?.join(', ') : `to ${options.handOver}`;
  const what = which === undefined ? decision : `${decision} ${which}`;
  const answer = await answerTo(`\n${what}? Type yes to send: `, terminal);
  if (answer?.toLowerCase() !== 'yes') throw new Negative('nothing was sent');
}
