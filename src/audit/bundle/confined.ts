import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** Reading, threads and the SDK's native part; no writing, no processes. */
const leave = ['--permission', '--allow-fs-read=*', '--allow-worker', '--allow-addons'];

/** A process that may read and compute, and sees no environment: what it runs may be years old, and somebody else's. */
export interface Confined {
  process: ChildProcess;
  input: Writable;
  /** Standard error. */
  problems: Readable;
  /** Descriptor 3: the SDK logs on standard output. */
  answer: Readable;
}

export function confined(script: string): Confined {
  const args = ['--disable-warning=SecurityWarning', ...leave, script];
  const started = spawn(process.execPath, args, { env: {}, stdio: ['pipe', 'ignore', 'pipe', 'pipe'] });
  const [input, , problems, answer] = started.stdio as unknown as [Writable, null, Readable, Readable];
  return { process: started, input, problems, answer };
}
