import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { connectTemporal } from '../../src/temporal/connect.ts';
import { startDevServer } from '../../src/temporal/dev-server.ts';
import { resolveTemporalCli } from '../../src/temporal/temporal-cli.ts';
import { eventually } from '../support/eventually.ts';
import { requireTool } from '../support/shared.ts';

const progress = (line: string) => console.log(line);
const folder = mkdtempSync(join(tmpdir(), 'soar-dev-server-'));
requireTool(() => resolveTemporalCli(progress));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('starts a dev server with its UI and our search attributes', async () => {
  const server = await startDevServer({ searchAttributes: { Colour: 'KEYWORD' }, progress, ui: true });
  expect((await fetch(server.uiUrl!)).status).toBe(200);
  const { client, close } = await connectTo(server);
  expect(await client.workflow.count(`Colour = 'red'`)).toMatchObject({ count: 0 });
  await close();
  await server.stop();
});

test('keeps workflows in the database file over a restart of the dev server', async () => {
  const options = { searchAttributes: { Colour: 'KEYWORD' }, progress, dbFile: join(folder, 'temporal.db') } as const;
  const first = await startDevServer(options);
  const before = await connectTo(first);
  await before.client.workflow.start('nobodyRunsThis', { workflowId: 'kept', taskQueue: 'none' });
  await before.close();
  await first.stop();

  const second = await startDevServer(options);
  const after = await connectTo(second);
  expect((await after.client.workflow.getHandle('kept').describe()).status.name).toBe('RUNNING');
  await after.close();
  await second.stop();
});

test('ends the dev server when the process that started it is killed', async () => {
  const starter = spawn(
    process.execPath,
    [fileURLToPath(new URL('../support/dev-server-holder.ts', import.meta.url))],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const address = await new Promise<string>((resolve) =>
    starter.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim())),
  );
  expect(await accepts(address)).toBe(true);
  starter.kill('SIGKILL');
  await eventually(async () => expect(await accepts(address)).toBe(false));
});

const connectTo = ({ address, namespace }: { address: string; namespace: string }) =>
  connectTemporal({ target: { namespace, nativeConnectionOptions: { address } } });

function accepts(address: string): Promise<boolean> {
  const [host, port] = address.split(':');
  return new Promise((resolve) => {
    const socket = connect(Number(port), host);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
    socket.once('connect', () => socket.end());
  });
}
