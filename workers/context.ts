import type { NativeConnection, Worker, WorkerOptions } from '@temporalio/worker';
import type { SoarConfig } from '../src/config/load-config.ts';
import type { TemporalConnection } from '../src/temporal/connect.ts';

/** What every worker is made from. */
export interface WorkerContext {
  config: SoarConfig;
  temporal: TemporalConnection;
  connection: NativeConnection;
}
/** A worker, and what is left to do once it polls. */
export interface MadeWorker {
  worker: Worker;
  polling?: () => Promise<void>;
  /** Runs beside the worker until it is told to stop; when it fails, all workers of the process end. */
  alongside?: (stopped: AbortSignal) => Promise<void>;
}

/** What all workers have in common: where they work, and how payloads are encrypted there. */
export const inTemporal = ({
  namespace,
  dataConverter,
}: TemporalConnection): Pick<WorkerOptions, 'namespace' | 'dataConverter'> => ({
  namespace,
  ...(dataConverter ? { dataConverter } : {}),
});
