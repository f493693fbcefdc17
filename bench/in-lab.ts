import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allBut, decide } from '../src/lab/demo/person.ts';
import { play } from '../src/lab/demo/play.ts';
import { startWorld, type World } from '../src/lab/demo/world.ts';
import { compromisedKey } from '../src/lab/scenarios/compromised-key.ts';
import type { TrailRecord } from '../src/lab/aws/trail-record.ts';
import { arrangementOf, criticalPath } from './arrangement.ts';
import { figure, type Figure, type Progress } from './figure.ts';
import { incidentHistory } from './incident-history.ts';

export interface LabBench {
  figures: Figure[];
  /** Calls of AWS's API from the alert to the first request, by service. */
  calls: Record<string, number>;
  /** Those that were made with the same parameters more than once. */
  repeated: string[];
}

/** One incident on an idle machine, with real HTTP to the AWS lab: until people are asked, and what AWS was asked for it. */
export async function benchInLab(progress: Progress): Promise<LabBench> {
  const world = await startWorld({ progress, ui: false, slack: false, rechecks: ['300ms'], exportMs: 200 });
  const folder = await mkdtemp(join(tmpdir(), 'soar-bench-'));
  try {
    progress('in the lab: one incident to warm up, one to measure');
    await playOne(world, folder, '-warm');
    const since = new Date().toISOString();
    const { workflowId, runId, askedAt } = await playOne(world, folder, '-cold');
    const handle = world.temporal.client.workflow.getHandle(workflowId, runId);
    const { startTime } = await handle.describe();
    const [reads] = arrangementOf(await incidentHistory(handle));
    if (!reads) throw new Error('the incident asked nobody');
    const records = await world.lab.control.trail({ since });
    const calls = records.filter((record) => isOurs(record) && record.eventTime <= askedAt);
    const seen = calls.map(callOf);
    return {
      figures: [
        figure('alert to approval request, idle machine', {
          value: Date.parse(askedAt) - startTime.getTime(),
          unit: 'ms',
          limit: criticalPath(reads),
          goal: { atMost: 2 },
        }),
        figure('AWS calls until people are asked', {
          value: seen.length,
          unit: 'calls',
          limit: new Set(seen).size,
          goal: { atMost: 1 },
        }),
      ],
      calls: Object.fromEntries(
        Object.entries(Object.groupBy(calls, ({ eventSource }) => eventSource)).map(([service, of = []]) => [
          service,
          of.length,
        ]),
      ),
      repeated: [...new Set(seen.filter((call, index) => seen.indexOf(call) !== index))].sort(),
    };
  } finally {
    await world.stop();
    await rm(folder, { recursive: true });
  }
}

/** Until it has closed; nobody decides before all that was asked of AWS until then stands in the trail, which notes seconds. */
async function playOne(world: World, folder: string, suffix: string) {
  let askedAt: string | undefined;
  const result = await play(world, compromisedKey, {
    suffix,
    folder,
    replay: false,
    progress: () => undefined,
    onAsked: async (request, workflowId) => {
      if (askedAt === undefined) await new Promise((resolve) => setTimeout(resolve, 1100));
      askedAt ??= request.askedAt;
      await decide(world.files, workflowId, request, allBut(request, []));
    },
  });
  return { workflowId: result.workflowId, runId: result.runId, askedAt: askedAt ?? '' };
}

/** STS is left out: a session is taken again when it ends, not when a fact is wanted. */
const isOurs = ({ userIdentity, eventSource }: TrailRecord): boolean =>
  /assumed-role\/soar-/.test(userIdentity.arn ?? '') && eventSource !== 'sts.amazonaws.com';

const callOf = ({ eventName, awsRegion, requestParameters }: TrailRecord): string =>
  `${eventName} ${awsRegion} ${JSON.stringify(requestParameters)}`;
