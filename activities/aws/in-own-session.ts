import type { ActInput, ActResult } from '../../src/domain/acts/acts.ts';
import type { AwsClients } from './clients.ts';
import { refuseProtectedTags } from './protected-tags.ts';
import { refuseProtectedAccount, type Protection } from './protection.ts';

type Acts = Record<string, (input: ActInput, ...rest: unknown[]) => Promise<ActResult>>;

/**
 * Gives every act clients of its own, whose session can do nothing but this act on this target (ADR 21), and the list of
 * what is protected as it stands when the act begins: it may have grown since the plan was approved.
 */
export function inOwnSession<T extends object>(
  clients: AwsClients,
  readProtection: () => Promise<Protection>,
  make: (clients: AwsClients, protection: Protection) => T,
): T {
  const names = Object.keys(make(clients, { principals: [], buckets: [] }));
  const acts = names.map((name) => [
    name,
    async (input: ActInput, ...rest: unknown[]): Promise<ActResult | undefined> => {
      const protection = await readProtection();
      refuseProtectedAccount(input, protection);
      const own = clients.forAct(input);
      await refuseProtectedTags(own, input, protection);
      return (make(own, protection) as Acts)[name]?.(input, ...rest);
    },
  ]);
  return Object.fromEntries(acts) as T;
}
