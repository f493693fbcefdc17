import type { Client } from '@temporalio/client';
import { archiveSettings } from '../config/archive-settings.ts';
import type { SoarConfig } from '../config/load-config.ts';
import type { Alert } from '../domain/alert/alert.ts';
import { eventIndexKey, readIndexedEvent } from '../domain/alert/event-index.ts';
import { archiveReader, type ReadArchive } from './archive-reader.ts';

/** The incident that handled an alert's event before; null: none is known. */
export type SeenBefore = (alert: Alert) => Promise<{ incidentKey: string; workflowId: string } | null>;

/** Nothing where the configuration names no archive that the intake may read. */
export function configuredArchive(
  config: SoarConfig,
  client: Client,
  log: (line: string) => void,
): { seenBefore?: SeenBefore } {
  const settings = archiveSettings(config);
  return settings ? { seenBefore: archiveIndex(client, archiveReader(settings), log) } : {};
}

/** Temporal deletes late rather than early, and clocks differ. */
const margin = 3_600_000;

/**
 * Asks the archive's index about events that are older than Temporal keeps closed incidents; of younger ones Temporal
 * itself knows. An index that cannot be read knows nothing: a second incident is better than none.
 */
export function archiveIndex(client: Client, read: ReadArchive, log: (line: string) => void): SeenBefore {
  let asking: Promise<number> | undefined;
  let denied = false;
  const retention = async (): Promise<number> => {
    try {
      return await (asking ??= retentionOf(client));
    } catch (error) {
      asking = undefined;
      log(`the namespace's retention cannot be read (${String(error)}): the archive is asked about every event`);
      return 0;
    }
  };

  return async ({ eventId, time }) => {
    if (Date.now() - Date.parse(time) < (await retention()) - margin) return null;
    try {
      const content = await read(eventIndexKey(eventId));
      return content === null ? null : readIndexedEvent(content);
    } catch (error) {
      // S3 says the same of an object that is not there to whoever may not list the bucket: once is enough.
      if (denied && isDenial(error)) return null;
      denied ||= isDenial(error);
      log(`the archive's index cannot be read (${String(error)}): an old event opens an incident, seen before or not`);
      return null;
    }
  };
}

const isDenial = (error: unknown): boolean => (error as Error).name === 'AccessDenied';

/** How long the namespace keeps closed workflows, in milliseconds. */
async function retentionOf(client: Client): Promise<number> {
  const { config } = await client.withDeadline(Date.now() + 3000, () =>
    client.workflowService.describeNamespace({ namespace: client.options.namespace }),
  );
  return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) * 1000;
}
