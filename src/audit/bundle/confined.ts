import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** Reading, threads and the SDK's native part; no writing, no processes. */
const leave = ['--permission', '--allow-fs-read=*', '--allow-worker', '--allow-addons'];
/** A replay takes seconds; what takes this long does not end. */
const longest = 10 * 60_000;
const mostSaid = 100_000;

/** A process that may read and compute, and sees no environment: what it runs may be years old, and somebody else's. */
export interface Confined {
  input: Writable;
  /** Descriptor 3: the SDK logs on standard output. */
  answer: Readable;
  /** It has been given something to do: the time for that begins. */
  begins: () => void;
  /** When it has ended: what kept it from an answer, as far as it said. */
  problem: Promise<string>;
}

export function confined(script: string, patience = longest): Confined {
  const args = ['--disable-warning=SecurityWarning', ...leave, script];
  const started = spawn(process.execPath, args, { env: {}, stdio: ['pipe', 'ignore', 'pipe', 'pipe'] });
  const [input, , problems, answer] = started.stdio as unknown as [Writable, null, Readable, Readable];
  input.on('error', () => undefined); // it ended before it had read all: its problem says why
  let said = '';
  let stopped: string | undefined;
  const stop = (why: string) => {
    stopped ??= why;
    started.kill('SIGKILL');
  };
  const late = () => stop(`no answer within ${patience / 1000} s`);
  let timer = setTimeout(late, patience);
  problems.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-mostSaid);
    // The SDK's native part panics at histories that no server writes, and whoever waits for it then waits for ever.
    const [, panic] = /panicked at [^\n]*\n([^\n]+)\n/.exec(said) ?? [];
    if (panic !== undefined) stop(`the SDK gave up: ${panic}`);
  });
  const problem = new Promise<string>((resolve) => {
    started.once('close', () => {
      clearTimeout(timer);
      resolve(stopped ?? reasonIn(said));
    });
  });
  const begins = () => {
    clearTimeout(timer);
    timer = setTimeout(late, patience);
  };
  return { input, answer, begins, problem };
}

/** What Node ends with names the error in the middle, and itself in the last line. */
const reasonIn = (said: string): string =>
  (/^(?:FATAL ERROR|\w*Error\b[^:\n]*): .*$/m.exec(said)?.[0] ?? said.trim().split('\n').at(-1)) || 'it said nothing';
