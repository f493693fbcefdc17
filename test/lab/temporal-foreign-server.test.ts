import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { connectTemporal } from '../../src/temporal/connect.ts';
import { startDevServer } from '../../src/temporal/dev-server.ts';
import { registerSearchAttributes, setCurrentVersion, SetupRefused } from '../../src/temporal/setup.ts';
import { temporalFor } from '../../src/temporal/temporal-for.ts';
import { TemporalUnreachable } from '../../src/temporal/unreachable.ts';
import { gateway } from '../support/deciding.ts';
import { shared } from '../support/shared.ts';
import { quietTemporal } from '../../src/temporal/quiet.ts';
import { WorkerProcess } from '../support/worker-process.ts';
import { soar } from '../unit/cli/a-terminal.ts';
import { leastConfig } from '../unit/config/configuration.ts';
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

test('is told what it lacks by an intake and an incident worker that start on it, and begin all the same', async () => {
  for (const name of ['TOKEN', 'CORRELATION', 'CODES']) vi.stubEnv(`TEST_SOAR_${name}`, 'sixteen characters or more');
  vi.stubEnv('TEST_SOAR_SIGNING', gateway.secretKey);
  const folder = await mkdtemp(join(tmpdir(), 'soar-intake-'));
  const file = join(folder, 'soar.yaml');
  const contents = leastConfig();
  await writeFile(
    file,
    stringify({
      ...contents,
      intake: { ...contents.intake, port: 0 },
      gateway: { ...contents.gateway, keyId: gateway.keyId },
      approvals: { ...contents.approvals, gatewayKeys: { [gateway.keyId]: gateway.publicKey } },
    }),
  );
  const { code, err } = await soar(['intake', '-c', file], { interrupted: AbortSignal.abort() });
  const temporal = { address: foreign().address, namespace: 'theirs' };
  const worker = await WorkerProcess.start({ files: { config: file }, temporal }, 'incident');
  await worker.stop();
  await rm(folder, { recursive: true });
  expect(code).toBe(0);
  for (const said of [err, worker.said]) {
    expect(said).toMatch(/warning: no incident can begin: namespace theirs lacks .*IncidentKey.*; run: soar setup\n/);
  }
  expect(err).toMatch(/intake listens on http:/);
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
  await expect(failure).rejects.toThrow(/127\.0\.0\.1:1: Failed to connect .*; is a server up there, without TLS\?/);
});
