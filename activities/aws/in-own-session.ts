import type { ActInput, ActResult } from '../../src/domain/acts.ts';
import type { AwsClients } from './clients.ts';

type Acts = Record<string, (input: ActInput, ...rest: unknown[]) => Promise<ActResult>>;

/** Gives every act clients of its own, whose session can do nothing but this act on this target (ADR 21). */
export function inOwnSession<T extends object>(clients: AwsClients, make: (clients: AwsClients) => T): T {
  const names = Object.keys(make(clients));
  const acts = names.map((name) => [
    name,
    async (input: ActInput, ...rest: unknown[]): Promise<ActResult | undefined> =>
      (make(clients.forAct(input)) as Acts)[name]?.(input, ...rest),
  ]);
  return Object.fromEntries(acts) as T;
}
