import { spawn } from 'node:child_process';

/**
 * Starts a server that ends when this process ends, even by SIGKILL: a shell beside it waits on a pipe that only this
 * process holds. In a process group of its own, so that Ctrl-C in a terminal reaches us first and we can finish in order.
 */
const watchdog = `
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
(cat <&3 >/dev/null 2>&1; kill -"$0" "$server" 2>/dev/null; sleep 5; kill -9 "$server" 2>/dev/null) >/dev/null 2>&1 &
watcher=$!
exec 3<&-
wait "$server"
code=$?
kill "$watcher" 2>/dev/null
exit "$code"`;

export interface OwnedProcess {
  /** Of the shell that watches it; undefined where nothing could be started. */
  pid: number | undefined;
  /** The last lines that it wrote. */
  output: () => string;
  /** Resolves with a description when it ends, wanted or not. */
  ended: Promise<string>;
  stop: () => Promise<void>;
}

const keptOutput = 8_000;

/** `stopSignal`: KILL where there is nothing to finish, which saves a second or so. */
export function startOwned(command: string, args: string[], stopSignal: 'TERM' | 'KILL' = 'TERM'): OwnedProcess {
  const child = spawn('/bin/sh', ['-c', watchdog, stopSignal, command, ...args], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer) => (output = (output + chunk.toString()).slice(-keptOutput));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.stdin.on('error', () => undefined);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`ended with ${signal ?? `exit code ${String(code)}`}`));
  });
  // A forgotten server must not keep the process alive; the pipe ends it together with us.
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr])
    (stream as unknown as { unref?: () => void }).unref?.();
  return {
    pid: child.pid,
    output: () => output,
    ended,
    stop: async () => {
      child.ref();
      child.stdin.end();
      await ended;
    },
  };
}
