import type { TemporalConnection } from './connect.ts';

const patience = 3000;

/**
 * Rejects while no incident can be opened: Temporal does not answer, or what is encrypted for it cannot be. Keys are
 * remembered for a while, so that theirs shows some minutes later.
 */
export const ableToOpen =
  ({ client, namespace, dataConverter }: Pick<TemporalConnection, 'client' | 'namespace' | 'dataConverter'>) =>
  async (): Promise<void> => {
    await client.withDeadline(Date.now() + patience, () => client.workflowService.describeNamespace({ namespace }));
    for (const codec of dataConverter?.payloadCodecs ?? []) await codec.encode([{}]);
  };
