import { setTimeout as sleep } from 'node:timers/promises';
import { incidentQuery } from '../workflows/messages.ts';
import type { IncidentView } from '../src/domain/incident.ts';
import { postAlert } from '../src/lab/demo/person.ts';
import type { World } from '../src/lab/demo/world.ts';
import { patiently } from '../src/temporal/patiently.ts';
import { compare, score, type Compared, type Observed } from './compare.ts';
import type { EvalWorld } from './eval-world.ts';
import { EvalStage } from './eval-stage.ts';
import type { Expected, ExpectedPair } from './expected.ts';
import type { SetScene } from './scene.ts';
import { scenes, seenEverywhere } from './scenes/index.ts';

export interface Evaluation {
  scenarios: Compared[];
  precision: number;
  recall: number;
}

interface Run {
  expected: Expected;
  twin: boolean;
  set: SetScene;
  number: number;
}

/**
 * Plays scenes and twins side by side and compares what their incidents found, up to the first question to people. Alerts
 * are sent when all scenes are set: what is still being set has no past yet, and incidents look at the whole account.
 */
export async function evaluate(
  { world, tickets }: EvalWorld,
  pairs: ExpectedPair[],
  progress: (line: string) => void,
): Promise<Evaluation> {
  const runs = pairs.flatMap(runsOf).map((run, number) => ({ ...run, number }));
  const last = runs.filter(({ expected }) => seenEverywhere.includes(expected.name));
  const scenarios: Compared[] = [];
  for (const together of [runs.filter((run) => !last.includes(run)), last]) {
    scenarios.push(...(await playTogether(world, tickets, together, progress)));
  }
  return { scenarios, ...score(scenarios) };
}

function runsOf(pair: ExpectedPair): Omit<Run, 'number'>[] {
  const set = scenes[pair.name];
  if (!set) throw new Error(`${pair.name} is expected, and no scene of that name is set`);
  return [
    { expected: pair, twin: false, set },
    { expected: pair.twin, twin: true, set },
  ];
}

async function playTogether(
  world: World,
  tickets: EvalWorld['tickets'],
  runs: Run[],
  progress: (line: string) => void,
): Promise<Compared[]> {
  if (runs.length === 0) return [];
  progress(`setting ${runs.length} scene(s)`);
  const set = await Promise.all(
    runs.map(async ({ set, twin, number, expected }) => ({
      expected,
      ...(await set(new EvalStage(world.lab, world.foundation, { number, tickets }), twin)),
    })),
  );
  // Access logs are late on AWS; here they are delivered before somebody looks.
  await world.lab.control.deliverLogs();
  const opened = await Promise.all(
    set.map(async ({ records, ...scene }) => {
      // One after the other: of calls about the same thing the first is the incident's.
      const opened = new Set<string>();
      for (const record of records) opened.add((await postAlert(world.files, record)).workflowId);
      return { ...scene, workflowIds: [...opened] };
    }),
  );
  progress(`${opened.flatMap(({ workflowIds }) => workflowIds).length} incident(s) opened`);
  const compared: Compared[] = [];
  for (const { expected, names, workflowIds } of opened) {
    const views: IncidentView[] = [];
    for (const workflowId of workflowIds) views.push(await whenItAsks(world, workflowId, workflowIds.length));
    compared.push(compare(expected, names, observed(views.at(-1))));
    progress(`${expected.name} has been looked at`);
  }
  // Nobody approves anything here.
  for (const { workflowIds } of opened) await Promise.all(workflowIds.map((id) => endIncident(world, id)));
  return compared;
}

const observed = (view: IncidentView | undefined): Observed => ({
  severity: view?.assessment?.severity ?? null,
  verdict: view?.verdict ?? null,
  findings: view?.findings ?? [],
});

/** An incident that asks people, or has ended; others of its scene tell it of themselves later than all else. */
async function whenItAsks({ temporal }: World, workflowId: string, ofScene: number): Promise<IncidentView> {
  const handle = temporal.client.workflow.getHandle(workflowId);
  for (;;) {
    const { status } = await handle.describe();
    const view = await patiently(() => handle.query(incidentQuery));
    const all = (view.relatedTotal ?? 0) >= ofScene - 1;
    if ((view.pendingApproval && all) || status.name !== 'RUNNING') return view;
    await sleep(200);
  }
}

async function endIncident({ temporal }: World, workflowId: string): Promise<void> {
  const handle = temporal.client.workflow.getHandle(workflowId);
  const { status } = await handle.describe();
  if (status.name === 'RUNNING') await handle.terminate('the evaluation is over');
}
