import type { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startAwsLab, type AwsLab } from '../../src/lab/aws/aws-lab.ts';
import { buildFoundation, type Foundation } from '../../src/lab/foundation.ts';
import { useAwsFiles, writeLabFiles, type LabFiles } from '../../src/lab/lab-config.ts';
import { connectTemporal } from '../../src/temporal/connect.ts';
import { startDevServer } from '../../src/temporal/dev-server.ts';
import { WorkerProcess } from '../support/worker-process.ts';

/** A cloud, a Temporal server, and contain workers in processes of their own, which can be killed. */
export interface FaultWorld {
  lab: AwsLab;
  foundation: Foundation;
  files: LabFiles;
  client: Client;
  /** Of the gateway that approvers' decisions are signed with. */
  signingKey: string;
  /** SIGKILL to all contain workers, and others in their place. */
  replaceWorkers(): Promise<void>;
  stop(): Promise<void>;
}

export const workflowQueue = 'fault-matrix';
/** Each does ten acts at a time; the cells of a fault are one or two more. */
const workerCount = 2;

export async function startFaultWorld(progress: (line: string) => void): Promise<FaultWorld> {
  const started: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const end of started.splice(0).reverse()) await end();
  };
  try {
    const lab = await startAwsLab({ exportMs: 600_000, progress });
    started.push(() => lab.stop());
    const foundation = await buildFoundation(lab);
    const files = await writeLabFiles(lab, foundation, { rechecks: [] });
    started.push(() => rm(files.folder, { recursive: true }));
    const restoreEnvironment = useAwsFiles(files);
    started.push(() => {
      restoreEnvironment();
      return Promise.resolve();
    });

    const server = await startDevServer({ searchAttributes: {}, progress });
    started.push(() => server.stop());
    const { address, namespace } = server;
    const temporal = await connectTemporal({ target: { namespace, nativeConnectionOptions: { address } } });
    started.push(() => temporal.close());
    started.push(await runWorkflows(address, namespace));

    const startWorkers = () =>
      Promise.all(
        Array.from({ length: workerCount }, () => WorkerProcess.start({ files, temporal: server }, 'contain')),
      );
    let workers = await startWorkers();
    started.push(() => Promise.all(workers.map((worker) => worker.stop())));
    return {
      lab,
      foundation,
      files,
      client: temporal.client,
      signingKey: (await readFile(join(files.folder, 'gateway.key'), 'utf8')).trim(),
      replaceWorkers: async () => {
        await Promise.all(workers.map((worker) => worker.kill()));
        workers = await startWorkers();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Runs the workflow that asks for an act; returns how it is ended. */
async function runWorkflows(address: string, namespace: string): Promise<() => Promise<void>> {
  const connection = await NativeConnection.connect({ address });
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('./workflow.ts', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  });
  const worker = await Worker.create({ connection, namespace, taskQueue: workflowQueue, workflowBundle });
  const running = worker.run();
  return async () => {
    worker.shutdown();
    await running;
    await connection.close();
  };
}
