import type { Client, WorkflowHandle } from '@temporalio/client';
import { incidentWorkflowId, taskQueues } from '../src/domain/names.ts';
import { anAlert, anIamUser, aPolicy } from '../test/support/builders.ts';
import { approve } from './approve.ts';
import { arrangementOf, type Arrangement } from './arrangement.ts';
import { arranged, askedQuery, bareTaskQueue, goUpdate, type ArrangedInput } from './bare-workflows.ts';
import { untilRung } from './bell.ts';
import { figure, type Figure, type Progress } from './figure.ts';
import { timed } from './in-flight.ts';
import { incidentHistory, type IncidentHistory } from './incident-history.ts';
import { onServerWithWorkers } from './on-server.ts';
import { median } from './statistics.ts';
import { answerAll, untilAsked } from './until-asked.ts';

export interface PlaybookOptions {
  runs: number;
  /** Incidents of a run. */
  incidents: number;
  inFlight: number;
  progress: Progress;
}

/** Milliseconds: nobody is reminded within a run. */
const later = 7 * 24 * 60 * 60_000;
/** No wait of the playbook is measured: what stays is work. */
const atOnce = () =>
  aPolicy({
    rechecks: [1],
    watch: { checks: [1], propagation: 1, logLag: 1 },
    rotation: { wait: 1, remind: 1 },
    approvals: {
      ...aPolicy().approvals,
      quorum: { reversible: 1, irreversible: 1 },
      remindAfter: later,
      escalateAfter: later,
      dueAfter: later,
    },
  });

/**
 * The whole playbook with activities that answer at once and approvals that are given at once, beside a bare workflow that
 * runs as many activities with as many bytes, as parallel as the facts allow. The two take turns on one server, and
 * both are looked at once they are about to wait for somebody.
 */
export const benchPlaybook = ({ runs, incidents, inFlight, progress }: PlaybookOptions): Promise<Figure[]> =>
  onServerWithWorkers(progress, async ({ client }) => {
    const ours = await incidentHistory(await runIncident(client));
    const arrangement = arrangementOf(ours);
    const bare = await incidentHistory(await runArranged(client, arrangement));
    const rates: { ours: number; bare: number }[] = [];
    for (let run = 0; run <= runs; run++) {
      const rate = {
        ours: await perSecond(incidents, inFlight, () => runIncident(client)),
        bare: await perSecond(incidents, inFlight, () => runArranged(client, arrangement)),
      };
      if (run === 0) continue; // warms up
      rates.push(rate);
      progress(`playbook, run ${run} of ${runs}: ${rate.ours.toFixed(2)}/s, bare ${rate.bare.toFixed(2)}/s`);
    }
    return [throughput(rates), ...costs(ours, bare)];
  });

/** What a bare workflow has to do to ask and answer the same as one incident. */
export const measuredArrangement = (progress: Progress): Promise<Arrangement> =>
  onServerWithWorkers(progress, async ({ client }) => arrangementOf(await incidentHistory(await runIncident(client))));

function throughput(rates: { ours: number; bare: number }[]): Figure {
  // Each run's own ratio: what else this machine does differs between runs.
  const ratio = median(rates.map(({ ours, bare }) => ours / bare));
  const value = median(rates.map(({ ours }) => ours));
  return figure('incidents, whole playbook', {
    value,
    unit: '/s',
    limit: value / ratio,
    goal: { atLeast: 0.85 },
  });
}

const costs = (ours: IncidentHistory, bare: IncidentHistory): Figure[] => [
  figure('events of an incident', {
    value: ours.events.length,
    unit: 'events',
    limit: bare.events.length,
    goal: { atMost: 1.2 },
  }),
  figure('payloads of an incident', {
    value: ours.payloadBytes,
    unit: 'bytes',
    limit: bare.payloadBytes,
    goal: { atMost: 1.2 },
  }),
  figure('billable actions of an incident', {
    value: ours.actions,
    unit: 'actions',
    limit: bare.actions,
    goal: { atMost: 1.2 },
  }),
];

async function perSecond(count: number, inFlight: number, work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await timed(count, inFlight, work);
  return count / ((performance.now() - started) / 1000);
}

let number = 0;

/** An incident that shares nothing with the others. */
export function startIncident(client: Client): Promise<WorkflowHandle> {
  const id = ++number;
  const alert = anAlert({
    eventId: `event-${id}`,
    exportTaskId: `export-i-${id}`,
    instanceId: `i-${id}`,
    sourceAddress: `198.51.${100 + (id >> 8)}.${id & 255}`,
    principal: anIamUser({ id: `AIDA${id}`, accessKeyId: `AKIA${id}` }),
  });
  return client.workflow.start('ec2VmExport', {
    workflowId: incidentWorkflowId('ec2-vm-export', alert, 'bench'),
    taskQueue: taskQueues.incident,
    args: [{ alert, policy: atOnce(), policyDigest: 'bench', correlation: {} }],
  });
}

/** From start to close; every request is approved as soon as it is seen. */
export async function runIncident(client: Client): Promise<WorkflowHandle> {
  const handle = await startIncident(client);
  await answerAll(handle, (request) => approve(handle, request), {
    opens: (number) => untilRung(handle.workflowId, number),
  });
  return handle;
}

export function startArranged(client: Client, { stretches, input, output }: Arrangement): Promise<WorkflowHandle> {
  const described: ArrangedInput = { stretches, padding: '', output };
  const padding = 'x'.repeat(Math.max(0, input - JSON.stringify(described).length));
  return client.workflow.start(arranged, {
    workflowId: `arranged/${++number}`,
    taskQueue: bareTaskQueue,
    args: [{ ...described, padding }],
  });
}

async function runArranged(client: Client, arrangement: Arrangement): Promise<WorkflowHandle> {
  const handle = await startArranged(client, arrangement);
  let ran = 0;
  let told = 0;
  for (const { rounds, then } of arrangement.stretches) {
    ran += rounds.flat().filter((one) => !('wait' in one)).length;
    if (then === 'end') continue;
    await untilRung(handle.workflowId, ran);
    await untilAsked(async () => (await handle.query(askedQuery)) > told || null);
    await handle.executeUpdate(goUpdate, { args: ['x'.repeat(500)] });
    told += 1;
  }
  await handle.result();
  return handle;
}
