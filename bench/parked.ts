import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { pendingApprovalQuery } from '../workflows/messages.ts';
import { bundleWorkflows } from '../workers/bundle.ts';
import { approve } from './approve.ts';
import type { Arrangement } from './arrangement.ts';
import { askedQuery, goUpdate } from './bare-workflows.ts';
import { figure, type Figure, type Measured, type Progress } from './figure.ts';
import { timed } from './in-flight.ts';
import { bareBundle, onServer } from './on-server.ts';
import { startArranged, startIncident } from './playbook.ts';
import { median, percentile } from './statistics.ts';
import { untilAsked } from './until-asked.ts';

export interface ParkedOptions {
  /** Incidents that wait for somebody. */
  parked: number;
  /** Those that are decided one after the other. */
  decided: number;
  /** Workers that are started anew, one after the other. */
  restarts: number;
  /** What the bare workflow does before and after it waits. */
  arrangement: Arrangement;
  progress: Progress;
}

/** The incident worker keeps a thousand: a tenth of what is parked, as here. */
const cachedOf = (parked: number): number => Math.ceil(parked / 10);
const startedAtOnce = 16;
/** Milliseconds; thousands that are asked more often would be all that the server does. */
const lookAgain = 2_000;
/** Milliseconds, where one decision is waited for. */
const lookAgainAtOne = 100;

/** What many that wait hold. */
interface Held {
  /** Bytes that the worker's process holds when half are parked, and when all are: its cache is full long before. */
  worker: { half: number; all: number };
  /** Bytes that the server grew by. */
  server: number;
}

/** Milliseconds. */
interface Decided {
  /** Until each decision was answered. */
  decisions: number[];
  /** The same for the first decision after each restart. */
  restarted: number[];
  /** Until each worker's process polled, from its start; its code was bundled before. */
  ready: number[];
}

/**
 * Thousands of incidents wait over the weekend: what that holds of memory, and how soon any of them acts on Monday. Nobody
 * asks an incident anything before its decision comes, so most are rebuilt from their history for it, as most are that
 * waited longer than the worker's cache is deep. A decision is answered when it was checked who may decide; the next comes
 * once what it allowed is done, for a rate is not measured here. A restart is counted from the worker's readiness. Both
 * kinds are parked before anybody decides: of an activity that has ended the server keeps the time-out until it would
 * have been over, and the dev server's database reads past all of them whenever it looks for the next timer.
 */
export async function benchParked({ arrangement, ...options }: ParkedOptions): Promise<Measured> {
  const { parked } = options;
  const oursOf: Kind = { name: 'ours', code: (await bundleWorkflows()).bundle.code, parkOne: parkIncident };
  const bareOf: Kind = {
    name: 'bare',
    code: (await bareBundle()).code,
    parkOne: (client) => parkArranged(client, arrangement),
  };
  const { ours, bare } = await whileParked(oursOf, options, (held, decide) =>
    whileParked(bareOf, options, async (bareHeld, decideBare) => ({
      ours: { ...held, ...(await decide()) },
      bare: { ...bareHeld, ...(await decideBare()) },
    })),
  );
  const beside = (name: string, unit: string, pick: (kind: Held & Decided) => number): Figure =>
    figure(name, { value: pick(ours), unit, limit: pick(bare), goal: { atMost: 1.3 } });
  const figures = [
    figure(`worker's memory, ${parked} parked, over half of them`, {
      value: mebibytes(ours.worker.all),
      unit: 'MiB',
      limit: mebibytes(ours.worker.half),
      goal: { atMost: 1.3 },
    }),
    beside(`server's memory, ${parked} parked`, 'MiB', ({ server }) => mebibytes(server)),
    beside(`decision on any of ${parked} parked, p99`, 'ms', ({ decisions }) => percentile(decisions, 0.99)),
    beside('worker ready from cold', 'ms', ({ ready }) => median(ready)),
    beside('first decision after the worker restarted', 'ms', ({ restarted }) => median(restarted)),
  ];
  const held = `${Math.round(mebibytes(ours.worker.all))} MiB, bare ${Math.round(mebibytes(bare.worker.all))} MiB`;
  const middle = `${Math.round(median(ours.decisions))} ms, bare ${Math.round(median(bare.decisions))} ms`;
  return {
    figures,
    notes: [
      `a worker's process with ${parked} parked and ${cachedOf(parked)} cached: ${held}`,
      `decision on any of ${parked} parked, p50: ${middle}`,
    ],
  };
}

const mebibytes = (bytes: number): number => bytes / 2 ** 20;

/** What waits for a decision. */
interface Waiting {
  decide: () => Promise<unknown>;
  /** Until it waits for the next one. */
  done: () => Promise<unknown>;
}
interface Kind {
  name: 'ours' | 'bare';
  code: string;
  /** Starts one, and answers once it waits. */
  parkOne: (client: Client) => Promise<Waiting>;
}

/** Parks all of a kind, each kind on a server of its own: what the other left behind slows it down. */
const whileParked = <T>(
  { name, code, parkOne }: Kind,
  { parked, decided, restarts, progress }: Omit<ParkedOptions, 'arrangement'>,
  work: (held: Held, decide: () => Promise<Decided>) => Promise<T>,
): Promise<T> =>
  onServer(progress, async ({ client, address, memory }) => {
    const folder = await mkdtemp(join(tmpdir(), 'soar-bench-'));
    const codePath = join(folder, 'workflows.js');
    await writeFile(codePath, code);
    const started = () => startWorker(name, address, String(cachedOf(parked)), codePath);
    let worker = await started();
    try {
      const before = await memory();
      let half = Number.NaN;
      const waiting: Waiting[] = [];
      const began = performance.now();
      await timed(parked, startedAtOnce, async () => {
        waiting.push(await parkOne(client));
        if (waiting.length === Math.ceil(parked / 2)) half = await worker.memory();
        if (waiting.length % Math.ceil(parked / 20) !== 0) return;
        const left = ((performance.now() - began) / waiting.length) * (parked - waiting.length);
        progress(`${name}: ${waiting.length} of ${parked} parked, about ${Math.ceil(left / 60_000)} min to go`);
      });
      const held = { worker: { half, all: await worker.memory() }, server: (await memory()) - before };
      return await work(held, async () => {
        const every = Math.max(1, Math.floor(parked / (decided + restarts)));
        const chosen = waiting.filter((_, index) => index % every === 0);
        const decisions: number[] = [];
        for (const one of chosen.slice(restarts, restarts + decided)) decisions.push(await decideTook(one));
        const restarted: number[] = [];
        const ready = [worker.ready];
        for (const one of chosen.slice(0, restarts)) {
          await worker.stop();
          worker = await started();
          ready.push(worker.ready);
          restarted.push(await decideTook(one));
        }
        return { decisions, restarted, ready };
      });
    } finally {
      await worker.stop();
      await rm(folder, { recursive: true });
    }
  });

async function decideTook({ decide, done }: Waiting): Promise<number> {
  const began = performance.now();
  await decide();
  const took = performance.now() - began;
  await done();
  return took;
}

async function parkIncident(client: Client): Promise<Waiting> {
  const handle = await startIncident(client);
  const asked = () => handle.query(pendingApprovalQuery);
  const request = await untilAsked(asked, lookAgain);
  return {
    decide: () => approve(handle, request),
    done: () =>
      untilAsked(async () => {
        const next = await asked();
        return next?.requestId === request.requestId ? null : next;
      }, lookAgainAtOne),
  };
}

async function parkArranged(client: Client, arrangement: Arrangement): Promise<Waiting> {
  const handle = await startArranged(client, arrangement);
  const asked = async (times: number) => (await handle.query(askedQuery)) >= times || null;
  await untilAsked(() => asked(1), lookAgain);
  return {
    decide: () => handle.executeUpdate(goUpdate, { args: ['x'.repeat(500)] }),
    done: () => untilAsked(() => asked(2), lookAgainAtOne),
  };
}

interface MeasuredWorker {
  ready: number;
  memory: () => Promise<number>;
  stop: () => Promise<void>;
}

async function startWorker(...args: string[]): Promise<MeasuredWorker> {
  const file = fileURLToPath(new URL('parked-worker.ts', import.meta.url));
  const began = performance.now();
  const child: ChildProcess = fork(file, args, { stdio: 'inherit' });
  const ended = once(child, 'exit');
  const answer = async () => {
    const [bytes] = (await Promise.race([
      once(child, 'message'),
      ended.then(() => Promise.reject(new Error('the worker ended'))),
    ])) as [number];
    return bytes;
  };
  await answer();
  const ready = performance.now() - began;
  let stopped = false;
  return {
    ready,
    memory: () => {
      child.send('memory');
      return answer();
    },
    stop: async () => {
      if (stopped) return;
      stopped = true;
      child.kill('SIGKILL');
      await ended;
    },
  };
}
