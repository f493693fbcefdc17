import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { connectTemporal } from '../src/temporal/connect.ts';
import { startDevServer } from '../src/temporal/dev-server.ts';
import { attributeTypes } from '../src/temporal/search-attributes.ts';
import { aDecision } from '../test/support/deciding.ts';
import { decideUpdate, pendingApprovalQuery, searchAttributes } from '../workflows/messages.ts';
import type { Stretch } from './arrangement.ts';
import { askedQuery, goUpdate } from './bare-workflows.ts';
import { figure, type Figure } from './figure.ts';
import { timed } from './in-flight.ts';
import { startArranged, startIncident } from './playbook.ts';
import { percentile } from './statistics.ts';

export interface ParkedOptions {
  /** Incidents that wait for somebody. */
  parked: number;
  /** Those that are decided one after the other. */
  decided: number;
  /** What the bare workflow does before and after it waits. */
  stretches: Stretch[];
  progress: (line: string) => void;
}

/** As the incident worker keeps them. */
const cached = 1000;
const startedAtOnce = 20;

interface Parked {
  /** Bytes that the worker's process grew by. */
  memory: number;
  /** Milliseconds until each decision was answered. */
  decisions: number[];
  /** The same for the first decision after the worker was started anew. */
  restarted: number;
}

/** A thousand incidents wait over the weekend: what that holds of memory, and how soon any of them acts on Monday. */
export async function benchParked({ parked, decided, stretches, progress }: ParkedOptions): Promise<Figure[]> {
  const ours = await park('ours', { parked, decided, progress, start: startIncident, decide: approve });
  const bare = await park('bare', {
    parked,
    decided,
    progress,
    start: (client) => startArranged(client, stretches),
    decide: go,
  });
  return [
    figure(`worker's memory, ${parked} parked`, {
      value: ours.memory / 2 ** 20,
      unit: 'MiB',
      limit: bare.memory / 2 ** 20,
      goal: { atMost: 1.3 },
    }),
    figure(`decision on any of ${parked} parked, p99`, {
      value: percentile(ours.decisions, 0.99),
      unit: 'ms',
      limit: percentile(bare.decisions, 0.99),
      goal: { atMost: 1.3 },
    }),
    figure('first decision after the worker restarted', {
      value: ours.restarted,
      unit: 'ms',
      limit: bare.restarted,
      goal: { atMost: 1.3 },
    }),
  ];
}

interface Kind {
  parked: number;
  decided: number;
  progress: (line: string) => void;
  start: (client: Client) => Promise<WorkflowHandle>;
  /** Answers when it has asked, and its decision was taken. */
  decide: (handle: WorkflowHandle, measured: (work: () => Promise<unknown>) => Promise<void>) => Promise<void>;
}

/** Each kind has a server to itself: what the other left behind slows it down. */
async function park(name: 'ours' | 'bare', { parked, decided, progress, start, decide }: Kind): Promise<Parked> {
  const server = await startDevServer({ searchAttributes: attributeTypes(searchAttributes), progress });
  process.env.TEMPORAL_ADDRESS = server.address;
  process.env.TEMPORAL_NAMESPACE = server.namespace;
  const { client, close } = await connectTemporal();
  let worker = await startWorker(name, server.address);
  try {
    const before = await worker.memory();
    const handles: WorkflowHandle[] = [];
    await timed(parked, startedAtOnce, async () => {
      const handle = await start(client);
      await decide(handle, () => Promise.resolve());
      handles.push(handle);
      if (handles.length % 500 === 0) progress(`${name}: ${handles.length} of ${parked} parked`);
    });
    const memory = (await worker.memory()) - before;
    const decisions: number[] = [];
    const measured = async (work: () => Promise<unknown>) => {
      const began = performance.now();
      await work();
      decisions.push(performance.now() - began);
    };
    const every = Math.max(1, Math.floor(parked / (decided + 1)));
    const [last, ...others] = handles.filter((_, index) => index % every === 0).slice(0, decided + 1);
    for (const handle of others) await decide(handle, measured);
    await worker.stop();
    worker = await startWorker(name, server.address);
    if (last) await decide(last, measured);
    const restarted = decisions.pop() ?? Number.NaN;
    return { memory, decisions, restarted };
  } finally {
    await worker.stop();
    await close();
    await server.stop();
  }
}

async function approve(handle: WorkflowHandle, measured: (work: () => Promise<unknown>) => Promise<void>) {
  const request = await untilAsked(() => handle.query(pendingApprovalQuery));
  await measured(() => handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] }));
}

async function go(handle: WorkflowHandle, measured: (work: () => Promise<unknown>) => Promise<void>) {
  await untilAsked(async () => ((await handle.query(askedQuery)) > 0 ? true : null));
  await measured(() => handle.executeUpdate(goUpdate, { args: ['x'.repeat(500)] }));
}

async function untilAsked<T>(look: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

interface MeasuredWorker {
  memory: () => Promise<number>;
  stop: () => Promise<void>;
}

async function startWorker(name: string, address: string): Promise<MeasuredWorker> {
  const file = fileURLToPath(new URL('parked-worker.ts', import.meta.url));
  const child: ChildProcess = fork(file, [name, address, String(cached)], { stdio: 'inherit' });
  const ended = once(child, 'exit');
  const answer = async () => {
    const [bytes] = (await Promise.race([
      once(child, 'message'),
      ended.then(() => Promise.reject(new Error('the worker ended'))),
    ])) as [number];
    return bytes;
  };
  await answer();
  let stopped = false;
  return {
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
