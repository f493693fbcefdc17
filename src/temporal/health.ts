import type { TemporalConnection } from './connect.ts';

const patience = 3000;

/**
 * Rejects while Temporal does not answer, or no key can be opened. Keys are remembered for a while, so that theirs shows
 * some minutes later; that there is no room for a new one does not show here.
 */
export const ableToOpen =
  ({ client, namespace, dataConverter }: Pick<TemporalConnection, 'client' | 'namespace' | 'dataConverter'>) =>
  async (): Promise<void> => {
    await client.withDeadline(Date.now() + patience, () => client.workflowService.describeNamespace({ namespace }));
    for (const codec of dataConverter?.payloadCodecs ?? []) await codec.encode([{}]);
  };
