import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { HistoryFile } from '../history-file.ts';
import type { ReplayResult } from '../replay.ts';
import { fails, holds, type Check } from './checks.ts';

const child = fileURLToPath(new URL('replay-child.ts', import.meta.url));
/** Reading, threads and the SDK's native part; no writing, no processes. */
const leave = ['--permission', '--allow-fs-read=*', '--allow-worker', '--allow-addons'];

/** The code of the bundle does again what the history says that it did, payload by payload. */
export async function checkReplay(history: HistoryFile, code: string): Promise<Check> {
  const { result, problem } = await replayed(history, code);
  if (!result) return fails('replay', `the replay did not end: ${problem}`);
  return result.matches
    ? holds('replay', `${result.compared} commands and results, all as recorded`)
    : fails('replay', result.differences[0] ?? 'it differs');
}

async function replayed(history: HistoryFile, code: string): Promise<{ result: ReplayResult | null; problem: string }> {
  const args = ['--disable-warning=SecurityWarning', ...leave, child];
  const replay = spawn(process.execPath, args, { env: {}, stdio: ['pipe', 'ignore', 'pipe', 'pipe'] });
  const [input, , problems, answer] = replay.stdio as unknown as [Writable, null, Readable, Readable];
  input.on('error', () => undefined); // it ended before it had read all: its exit says why
  input.end(JSON.stringify({ history, code }));
  const [out, problem] = await Promise.all([text(answer), text(problems), once(replay, 'close')]);
  try {
    return { result: JSON.parse(out) as ReplayResult, problem };
  } catch {
    return { result: null, problem: problem.trim().split('\n').at(-1) ?? 'it said nothing' };
  }
}
