import { Negative } from './failures.ts';
import { gatewayClient, type GatewayClient, type GatewayOptions } from './gateway-client.ts';
import { planText } from './plan-text.ts';
import type { Terminal } from './terminal.ts';

/**
 * The person's codes for the plan that is asked about, which is shown with them: what Temporal UI says about it can be
 * written by whoever can write to the namespace.
 */
export async function codesFor(
  ref: string,
  options: GatewayOptions,
  terminal: Terminal,
): ReturnType<GatewayClient['codes']> {
  const gateway = await gatewayClient(options, terminal);
  const { request } = await gateway.approval(ref);
  const shown = await gateway.codes(ref);
  if (request) terminal.err(planText(request, terminal));
  if (Object.values(shown.signals).some(({ digest }) => digest !== request?.digest)) {
    throw new Negative('another plan is asked about by now; ask for codes again');
  }
  return shown;
}
