import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connectTemporal } from '../../src/temporal/connect.ts';
import { startDevServer } from '../../src/temporal/dev-server.ts';
import { registerSearchAttributes, setCurrentVersion, SetupRefused } from '../../src/temporal/setup.ts';
import { temporalFor } from '../../src/temporal/temporal-for.ts';
import { TemporalUnreachable } from '../../src/temporal/unreachable.ts';
import { shared } from '../support/shared.ts';
import { quietTemporal } from '../../src/temporal/quiet.ts';
import { labelled } from '../workflows/support/sleepers.ts';

quietTemporal('WARN');
const progress = (line: string) => console.log(line);

/** A server that somebody else runs: it knows nothing of us, and we find it by the standard environment configuration. */
const foreign = shared(
  () => startDevServer({ searchAttributes: {}, progress, namespace: 'theirs' }),
  (server) => server.stop(),
);

beforeEach(() => {
  vi.stubEnv('TEMPORAL_CONFIG_FILE', '/nonexistent/temporal.toml');
  vi.stubEnv('TEMPORAL_ADDRESS', foreign().address);
  vi.stubEnv('TEMPORAL_NAMESPACE', 'theirs');
});
afterEach(() => vi.unstubAllEnvs());

test('registers search attributes on a server that somebody else runs, once', async () => {
  const { connection, client, namespace, close } = await connectTemporal();
  const attributes = { Colour: 'KEYWORD', Tags: 'KEYWORD_LIST', Loud: 'BOOL' } as const;
  expect((await registerSearchAttributes(connection, namespace, attributes)).sort()).toEqual([
    'Colour',
    'Loud',
    'Tags',
  ]);
  expect(await registerSearchAttributes(connection, namespace, attributes)).toEqual([]);
  const { count } = await client.workflow.count(`Colour = 'red' AND Tags IN ('a') AND Loud = true`);
  expect(count).toBe(0);
  await close();
});

test('refuses a search attribute that the server has with another type', async () => {
  const { connection, namespace, close } = await connectTemporal();
  await registerSearchAttributes(connection, namespace, { Shape: 'KEYWORD' });
  await expect(registerSearchAttributes(connection, namespace, { Shape: 'INT' })).rejects.toThrow(SetupRefused);
  await close();
});

test('makes a build current, so that a versioned worker gets new workflows', async () => {
  const { connection, client, namespace, nativeConnectionOptions, close } = await connectTemporal();
  await registerSearchAttributes(connection, namespace, { IncidentPhase: 'KEYWORD' });
  const version = { deploymentName: 'soar', buildId: 'b1' };
  const native = await NativeConnection.connect(nativeConnectionOptions);
  const worker = await Worker.create({
    connection: native,
    namespace,
    taskQueue: 'versioned',
    workflowsPath: fileURLToPath(new URL('../workflows/support/sleepers.ts', import.meta.url)),
    workerDeploymentOptions: { version, useWorkerVersioning: true, defaultVersioningBehavior: 'PINNED' },
  });
  await worker.runUntil(async () => {
    await setCurrentVersion(connection, namespace, version.deploymentName, version.buildId);
    await client.workflow.execute(labelled, { workflowId: 'pinned', taskQueue: 'versioned', args: ['triage'] });
  });
  await native.close();
  await close();
});

test('uses the configured server instead of starting one, and leaves it running', async () => {
  const inUse = await temporalFor({ searchAttributes: {}, progress });
  expect(inUse).toMatchObject({ startedHere: false, address: foreign().address, namespace: 'theirs' });
  await inUse.stop();
  await (await connectTemporal()).close();
});

test('says which namespace does not exist', async () => {
  vi.stubEnv('TEMPORAL_NAMESPACE', 'nowhere');
  await expect(connectTemporal()).rejects.toThrow(/namespace nowhere does not exist/);
});

test('says that nothing answers at the address', async () => {
  vi.stubEnv('TEMPORAL_ADDRESS', '127.0.0.1:1');
  const failure = connectTemporal({ connectTimeoutMs: 1000 });
  await expect(failure).rejects.toThrow(TemporalUnreachable);
  await expect(failure).rejects.toThrow(/127\.0\.0\.1:1: Failed to connect .*; is a server up there\?/);
});
