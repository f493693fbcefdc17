import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

export type Progress = (line: string) => void;

export interface CommandOptions {
  /** What is being done, for progress lines: "building the Temporal CLI". */
  what: string;
  limitSeconds: number;
  progress: Progress;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Asked once a second: true gives up before the limit, for a download that has stopped moving. */
  stalled?: () => boolean;
}

export type CommandResult = { ok: true; output: string } | { ok: false; reason: string };

const heartbeatSeconds = 20;
const keptOutput = 20_000;

/** Whoever waits pressed Ctrl-C: there is no next way to try. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor(what: string) {
    super(`${what} was interrupted; the same command begins it again, and keeps what is finished`);
  }
}

const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Runs a slow command with a time limit, saying every 20 s that it is still at work. Failing is a value: there is a next
 * way. Being interrupted is thrown.
 */
export function runCommand(command: string, args: string[], options: CommandOptions): Promise<CommandResult> {
  const { what, limitSeconds, progress, env = process.env, cwd, stalled } = options;
  const started = Date.now();
  return new Promise((resolve, reject) => {
    // A process group of its own, so that giving up also ends what the command has started.
    const child = spawn(command, args, { env, cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let gaveUp = '';
    const keep = (chunk: Buffer) => (output = (output + chunk.toString()).slice(-keptOutput));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);

    let seconds = 0;
    const timer = setInterval(() => {
      seconds += 1;
      if (seconds % heartbeatSeconds === 0) progress(`${what}: ${elapsed(started)} so far`);
      if (seconds >= limitSeconds) gaveUp = `no result after ${limitSeconds} s`;
      else if (stalled?.()) gaveUp = 'no progress';
      if (gaveUp) killGroup(child);
    }, 1000);
    const killWithUs = () => killGroup(child);
    process.once('exit', killWithUs);
    // A terminal's Ctrl-C does not reach that group by itself.
    let interrupted = false;
    const interrupt = () => {
      interrupted = true;
      killGroup(child);
    };
    for (const signal of signals) process.once(signal, interrupt);

    const finish = (result: CommandResult) => {
      clearInterval(timer);
      process.off('exit', killWithUs);
      for (const signal of signals) process.off(signal, interrupt);
      if (interrupted) reject(new Interrupted(what));
      else resolve(result);
    };
    child.once('error', (error) => finish({ ok: false, reason: error.message }));
    child.once('close', (code, signal) => {
      if (code === 0) finish({ ok: true, output });
      else finish({ ok: false, reason: gaveUp || lastLine(output) || `exit ${signal ?? String(code)}` });
    });
  });
}

/** "1 min 20 s" since a moment. */
export function elapsed(since: number): string {
  const seconds = Math.round((Date.now() - since) / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? '';
