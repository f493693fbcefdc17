import { PutObjectCommand } from '@aws-sdk/client-s3';
import { randomBytes } from 'node:crypto';
import type { AdminClients } from './admin.ts';
import { writable } from './export-target.ts';
import { imageContent } from './image-content.ts';
import type { ExportTarget } from './service-grant.ts';

export type TaskState = 'active' | 'cancelling' | 'cancelled' | 'completed';

/** What instance exports, image exports and stored images have in common. */
export interface Task {
  kind: 'instance' | 'image' | 'store';
  id: string;
  account: string;
  region: string;
  state: TaskState;
  statusMessage: string;
  /** The final image is being written: too late to cancel. */
  transferring: boolean;
  description: string;
  /** The instance or image that is exported. */
  source: string;
  target: ExportTarget;
  format: string;
  startedAt: Date;
  endsAt: number;
  tags: { key: string; value: string }[];
  /** Given in the request: target environment, container format, role. */
  request: Record<string, string>;
}

export interface TaskOptions {
  /** How long a task runs. AWS takes hours. */
  exportMs: number;
  imageBytes: number;
  /** Leave the instance out of descriptions of active tasks, as AWS sometimes does. */
  sparseActiveTasks: boolean;
}

/** AWS's default: conversion tasks in progress per account and Region. */
export const MAX_ACTIVE = 5;
/** How long a cancelled task shows as `cancelling`. */
const CANCELLING_MS = 100;

/** The tasks of all accounts, in the order in which they were created, and the clock that ends them. */
export class Tasks {
  exportMs: number;
  readonly sparseActiveTasks: boolean;
  readonly #imageBytes: number;
  readonly #admin: AdminClients;
  #tasks = new Map<string, Task>();
  #timers = new Set<NodeJS.Timeout>();

  constructor(admin: AdminClients, options: TaskOptions) {
    this.#admin = admin;
    this.exportMs = options.exportMs;
    this.#imageBytes = options.imageBytes;
    this.sparseActiveTasks = options.sparseActiveTasks;
  }

  newId(prefix: string): string {
    return `${prefix}-${randomBytes(9).toString('hex').slice(0, 17)}`;
  }

  list(account: string, region: string): Task[] {
    return [...this.#tasks.values()].filter((task) => task.account === account && task.region === region);
  }

  limitReached(account: string, region: string): boolean {
    const open = this.list(account, region).filter((task) => task.state === 'active' || task.state === 'cancelling');
    return open.length >= MAX_ACTIVE;
  }

  start(task: Omit<Task, 'state' | 'statusMessage' | 'transferring' | 'startedAt' | 'endsAt'>): Task {
    const endsAt = Date.now() + this.exportMs;
    const started: Task = {
      ...task,
      state: 'active',
      statusMessage: 'Running',
      transferring: false,
      startedAt: new Date(),
      endsAt,
    };
    this.#tasks.set(task.id, started);
    this.#after(this.exportMs, () => this.#finish(started));
    return started;
  }

  cancel(task: Task): void {
    task.state = 'cancelling';
    task.statusMessage = 'Cancelling';
    this.#after(CANCELLING_MS, () => {
      task.state = 'cancelled';
      task.statusMessage = 'Cancelled by user request';
      return Promise.resolve();
    });
  }

  /** All active ones, or this one. */
  async finish(id?: string): Promise<void> {
    const tasks = [...this.#tasks.values()].filter((task) => id === undefined || task.id === id);
    await Promise.all(tasks.map((task) => this.#finish(task)));
  }

  /** EC2 does not know old tasks any more. */
  forget(id: string): void {
    this.#tasks.delete(id);
  }

  clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#tasks.clear();
  }

  /** The bucket may have changed since the task began: its policy decides again when the object is written. */
  async #finish(task: Task): Promise<void> {
    if (!isActive(task) || task.transferring) return;
    const s3 = this.#admin.s3(task.target.owner, task.region);
    try {
      const refusal = task.kind === 'instance' ? await writable(s3, task.target) : undefined;
      if (refusal) throw new Error(refusal.message);
      if (!isActive(task)) return;
      task.transferring = true;
      await s3.send(
        new PutObjectCommand({
          Bucket: task.target.bucket,
          Key: task.target.key,
          ContentType: 'application/octet-stream',
          Body: imageContent(task.id, this.#imageBytes),
        }),
      );
      task.state = 'completed';
      task.statusMessage = '';
    } catch (cause) {
      task.state = 'cancelled';
      task.statusMessage = `ClientError: ${cause instanceof Error ? cause.message : String(cause)}`;
    }
  }

  #after(ms: number, then: () => Promise<void>): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void then();
    }, ms);
    timer.unref();
    this.#timers.add(timer);
  }
}

/** A function, so that it is asked anew after a wait in which the task can have been cancelled. */
function isActive(task: Task): boolean {
  return task.state === 'active';
}
