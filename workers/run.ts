import { NativeConnection, type Worker } from '@temporalio/worker';
import { loadConfig, type SoarConfig } from '../src/config/load-config.ts';
import type { WorkerRole } from '../src/domain/names.ts';
import { dataConverterFor, encryptionOf, notEncrypted } from '../src/encryption/encryption.ts';
import { connectTemporal, type TemporalConnection } from '../src/temporal/connect.ts';
import { attributeTypes } from '../src/temporal/search-attributes.ts';
import { whyUnprepared } from '../src/temporal/setup.ts';
import { searchAttributes } from '../workflows/messages.ts';
import { containWorker } from './contain.ts';
import type { MadeWorker, WorkerContext } from './context.ts';
import { detectWorker } from './detect.ts';
import { incidentWorker } from './incident.ts';
import { notifyWorker } from './notify.ts';
import { observeWorker } from './observe.ts';

const makers: Record<WorkerRole, (context: WorkerContext) => Promise<MadeWorker | MadeWorker[]>> = {
  incident: incidentWorker,
  observe: observeWorker,
  contain: containWorker,
  notify: notifyWorker,
  detect: detectWorker,
};

export interface RunningWorkers {
  /** Settles when all workers have ended; rejects when one failed. */
  finished: Promise<void>;
  /** Takes no new tasks, lets running ones finish. */
  stop: () => Promise<void>;
}

/** Starts one worker per role in this process; in production each role has a process, with AWS credentials of its own (P12). */
export async function startWorkers(options: {
  config: SoarConfig;
  temporal: TemporalConnection;
  roles: WorkerRole[];
}): Promise<RunningWorkers> {
  const { config, temporal, roles } = options;
  const connection = await NativeConnection.connect(temporal.nativeConnectionOptions);
  const made: MadeWorker[] = [];
  try {
    for (const role of roles) made.push(...[await makers[role]({ config, temporal, connection })].flat());
  } catch (error) {
    // A worker that was made and never ran would keep the process alive, and nobody would start it again.
    await Promise.allSettled(made.map(({ worker }) => endUnused(worker)));
    await connection.close();
    throw error;
  }

  const stopping = new AbortController();
  const stopAll = () => {
    stopping.abort();
    for (const { worker } of made) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  const ends = made.flatMap(({ worker, alongside }) => [
    // The SDK ends workers by itself on SIGINT and SIGTERM: what runs beside them ends with them.
    worker.run().finally(stopAll),
    ...(alongside ? [alongside(stopping.signal)] : []),
  ]);
  const finished = Promise.all(ends).then(() => connection.close());
  finished.catch(stopAll);
  await Promise.all(made.flatMap(({ polling }) => polling?.() ?? []));
  return {
    finished,
    stop: async () => {
      stopAll();
      await finished;
    },
  };
}

async function endUnused(worker: Worker): Promise<void> {
  const ended = worker.run();
  worker.shutdown();
  await ended;
}

/** `soar worker`: runs until SIGINT or SIGTERM, then drains. */
export async function runWorkers(options: {
  configPath: string;
  roles: WorkerRole[];
  warn: (line: string) => void;
  onReady?: () => void;
}): Promise<void> {
  const config = await loadConfig(options.configPath);
  const encryption = encryptionOf(config);
  if (!encryption) options.warn(notEncrypted);
  const temporal = await connectTemporal({ dataConverter: dataConverterFor(encryption) });
  try {
    if (options.roles.includes('incident')) {
      const unprepared = await whyUnprepared(temporal, attributeTypes(searchAttributes));
      if (unprepared !== null) options.warn(unprepared);
    }
    const workers = await startWorkers({ config, temporal, roles: options.roles });
    options.onReady?.();
    await workers.finished;
  } finally {
    await temporal.close();
  }
}
