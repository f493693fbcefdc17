#!/usr/bin/env node
import { createInterface } from 'node:readline/promises';
import { endProcess } from '../temporal/at-end.ts';
import { runCli } from './program.ts';
import type { Terminal } from './terminal.ts';

const { stdin, stdout, stderr, env } = process;

// Whoever reads us may stop reading: `soar incident list | head`.
stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
// A log that takes nothing, for its disk is full or its reader has gone, is no reason to stop answering alerts.
stderr.on('error', () => undefined);

let interrupted: AbortSignal | undefined;

const terminal: Terminal = {
  out: (text) => void stdout.write(text),
  err: (text) => void stderr.write(text),
  env,
  coloured: stdout.isTTY && !env.NO_COLOR && env.TERM !== 'dumb',
  columns: stdout.columns || 100,
  ask:
    stdin.isTTY && stderr.isTTY
      ? async (question) => {
          const lines = createInterface({ input: stdin, output: stderr });
          try {
            return await lines.question(question);
          } finally {
            lines.close();
          }
        }
      : undefined,
  /** Handlers only where a command waits for them: others end at once, and workers drain by Temporal's own. */
  get interrupted() {
    if (!interrupted) {
      const controller = new AbortController();
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
      interrupted = controller.signal;
    }
    return interrupted;
  },
};

process.exitCode = await runCli(process.argv.slice(2), terminal);
await endProcess();
