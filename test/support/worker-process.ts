import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { WorkerRole } from '../../src/domain/names.ts';

/** What a worker is told; a whole world of a scenario has it. */
interface WorkerWorld {
  files: { config: string };
  temporal: { address: string; namespace: string };
}

/** A worker in a process of its own, as in production; it can be killed like one. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  /** What it had said when it was ready. */
  readonly said: string;

  private constructor(child: ChildProcess, said: string) {
    this.#child = child;
    this.said = said;
  }

  static async start({ files, temporal }: WorkerWorld, role: WorkerRole): Promise<WorkerProcess> {
    const child = spawn(process.execPath, ['src/cli/main.ts', 'worker', '--role', role, '--config', files.config], {
      env: { ...process.env, TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: temporal.namespace },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes('worker ready')) resolve();
      });
      child.once('exit', (code) => reject(new Error(`the worker ended with ${code}: ${said}`)));
    });
    return new WorkerProcess(child, said);
  }

  /** SIGKILL: nothing is finished, nothing is told. */
  async kill(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }

  /** SIGTERM: it finishes what it has begun. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }
}
