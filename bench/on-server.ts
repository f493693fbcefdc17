import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { connectTemporal } from '../src/temporal/connect.ts';
import { startDevServer } from '../src/temporal/dev-server.ts';
import { makeBundle } from '../src/temporal/kept-bundle.ts';
import { attributeTypes } from '../src/temporal/search-attributes.ts';
import { FakeWorld } from '../test/support/fake-world.ts';
import { withWorkers } from '../test/support/test-workers.ts';
import { searchAttributes } from '../workflows/messages.ts';
import { bareActivities } from './bare-activities.ts';
import { bareTaskQueue } from './bare-workflows.ts';
import { ring } from './bell.ts';
import type { Progress } from './figure.ts';
import { startedMemory } from './memory.ts';

export interface BenchServer {
  client: Client;
  address: string;
  /** Resident bytes of the server. */
  memory: () => Promise<number>;
}

/** A Temporal server for this measurement alone: what another left behind would slow it down. */
export async function onServer<T>(progress: Progress, work: (server: BenchServer) => Promise<T>): Promise<T> {
  const server = await startDevServer({ searchAttributes: attributeTypes(searchAttributes), progress });
  const { address, namespace } = server;
  const restore = setEnvironment({ TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace });
  try {
    const { client, close } = await connectTemporal();
    try {
      return await work({ client, address, memory: () => startedMemory(server.pid) });
    } finally {
      await close();
    }
  } finally {
    restore();
    await server.stop();
  }
}

/** The same, with workers in this process: for incidents on the doubles of `world`, and for bare workflows. */
export const onServerWithWorkers = <T>(
  progress: Progress,
  work: (server: BenchServer, world: FakeWorld) => Promise<T>,
  world = new FakeWorld(),
): Promise<T> =>
  onServer(progress, async (server) => {
    const { notify } = world;
    const open = notify.openRequest.bind(notify);
    notify.openRequest = (input) => {
      ring();
      return open(input);
    };
    const connection = await NativeConnection.connect({ address: server.address });
    try {
      const bareWorker = await Worker.create({
        connection,
        taskQueue: bareTaskQueue,
        workflowBundle: await bareBundle(),
        activities: bareActivities,
      });
      return await bareWorker.runUntil(() => withWorkers(connection, world, () => work(server, world)));
    } finally {
      await connection.close();
    }
  });

let bundled: ReturnType<typeof makeBundle> | undefined;
/** The code of the bare workflows, bundled once. */
export const bareBundle = (): ReturnType<typeof makeBundle> => (bundled ??= makeBundle({ workflowsPath }));
const workflowsPath = fileURLToPath(new URL('bare-workflows.ts', import.meta.url));

/** For what is started from here; undone, because whoever measures next may want a server of its own. */
function setEnvironment(values: Record<string, string>): () => void {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, values);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  };
}
