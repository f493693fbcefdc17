import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A process of ours that is killed and started again, over and over; whoever needs it waits until it is back. */
export class MortalProcess {
  kills = 0;
  readonly #args: string[];
  readonly #ready: string;
  #child: ChildProcess | undefined;
  #coming: Promise<void> = Promise.resolve();

  /** `ready`: what it writes to standard error when it has started. */
  constructor(args: string[], ready: string) {
    this.#args = args;
    this.#ready = ready;
  }

  start(): Promise<void> {
    this.#coming = new Promise((resolve, reject) => {
      const child = spawn(process.execPath, this.#args, { stdio: ['ignore', 'ignore', 'pipe'] });
      this.#child = child;
      let said = '';
      child.stderr.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-10_000);
        if (said.includes(this.#ready)) resolve();
      });
      child.once('exit', (code, signal) => reject(new Error(`ended with ${signal ?? code}: ${said}`)));
    });
    return this.#coming;
  }

  /** SIGKILL, and back at once. */
  async killAndRestart(): Promise<void> {
    await this.#coming;
    await this.kill();
    this.kills++;
    await this.start();
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}
