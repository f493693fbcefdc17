import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { VICTIM } from './accounts.ts';
import { labPython } from './python.ts';

const LAUNCHER = fileURLToPath(new URL('ministack/launch.py', import.meta.url));
const START_TIMEOUT_MS = 60_000;

export interface Ministack {
  url: URL;
  stop(): Promise<void>;
}

export async function startMinistack(progress: (line: string) => void): Promise<Ministack> {
  const python = await labPython(progress);
  const port = await freePort();
  // Its standard input stays open as long as this process lives: the launcher ends itself when it closes.
  const child = spawn(python, [LAUNCHER], { stdio: ['pipe', 'ignore', 'pipe'], env: environment(port) });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
  child.stdin.on('error', () => undefined);
  const ended = once(child, 'exit');
  const url = new URL(`http://127.0.0.1:${String(port)}`);

  const stop = async () => {
    child.stdin.end();
    await Promise.race([ended, sleep(2000, undefined, { ref: false })]);
    child.kill('SIGKILL');
    await ended;
  };
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await isReady(url))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`ministack did not start: ${said.trim()}`);
    }
    await sleep(25);
  }
  return { url, stop };
}

function environment(port: number): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    // No __pycache__ beside the sources.
    PYTHONDONTWRITEBYTECODE: '1',
    AUTH: 'true',
    // It would bind all interfaces otherwise.
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    LOG_LEVEL: 'WARNING',
    MINISTACK_ACCOUNT_ID: VICTIM,
  };
}

async function isReady(url: URL): Promise<boolean> {
  try {
    return (await fetch(new URL('/_ministack/ready', url))).ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
