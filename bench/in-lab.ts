import { allBut, decide, postAlert } from '../src/lab/demo/person.ts';
import { startWorld, type World } from '../src/lab/demo/world.ts';
import { compromisedKey } from '../src/lab/scenarios/compromised-key.ts';
import type { LabCall } from '../src/lab/aws/trail.ts';
import { Stage } from '../src/lab/stage.ts';
import { arrangementOf, criticalPath } from './arrangement.ts';
import { busy } from './busy.ts';
import { figure, type Measured, type Progress } from './figure.ts';
import { incidentHistory } from './incident-history.ts';
import { median } from './statistics.ts';
import { answerAll } from './until-asked.ts';

export interface LabOptions {
  /** Incidents that are played alone, one after the other. */
  labAlone: number;
  /** Incidents whose alerts come at once. */
  labTogether: number;
  /** Whether one is played before any is counted. */
  warmUps: number;
  progress: Progress;
}

/**
 * Incidents with real HTTP to the AWS lab: the whole playbook, every request approved by people over HTTP as soon as it is
 * seen. Setting the scene is not counted, nor is what the scene's people call afterwards.
 */
export async function benchInLab({ labAlone, labTogether, warmUps, progress }: LabOptions): Promise<Measured> {
  const world = await startWorld({
    progress,
    ui: false,
    slack: false,
    rechecks: ['300ms'],
    exportMs: 200,
    // As on AWS: CloudTrail is asked again when it has had its time, not while people are about to be asked.
    sections: { containment: { checks: ['2s', '4s'], propagation: '1s', logLag: '15m' } },
  });
  try {
    if (warmUps > 0) await play(world, await alertOf(world, '-warm'));
    const alone: Played[] = [];
    for (let number = 1; number <= labAlone; number++) {
      alone.push(await play(world, await alertOf(world, `-alone${number}`)));
      progress(`in the lab: ${number} of ${labAlone} alone`);
    }
    const alerts: object[] = [];
    for (let number = 1; number <= labTogether; number++) alerts.push(await alertOf(world, `-together${number}`));
    const began = performance.now();
    await Promise.all(alerts.map((alert) => play(world, alert, lookAgain.together)));
    const perSecond = (labTogether * 1000) / (performance.now() - began);
    return measured(alone, perSecond);
  } finally {
    await world.stop();
  }
}

interface Played {
  /** Milliseconds from the alert until people are asked. */
  toRequest: number;
  /** Of these, what the reads need that have to wait for each other. */
  critical: number;
  /** Calls until people are asked, and until the incident has closed. */
  asked: LabCall[];
  all: LabCall[];
}

async function alertOf({ lab, foundation, exportMs }: World, suffix: string): Promise<object> {
  const { record } = await compromisedKey.seed(new Stage(lab, foundation, { exportMs, suffix }));
  // Access logs are late on AWS; here they are delivered before somebody looks.
  await lab.control.deliverLogs();
  return record;
}

/** Milliseconds; each look is a task for the worker that is measured, and many at once have somebody look after all of them. */
const lookAgain = { alone: 200, together: 2000 };

async function play({ files, temporal, lab }: World, alert: object, look = lookAgain.alone): Promise<Played> {
  const since = Date.now();
  const { workflowId } = await postAlert(files, alert);
  const handle = temporal.client.workflow.getHandle(workflowId);
  let askedAt: number | undefined;
  await answerAll(
    handle,
    async (request) => {
      askedAt ??= Date.parse(request.askedAt);
      await decide(files, workflowId, request, allBut(request, []));
    },
    { lookAgain: look },
  );
  const { startTime } = await handle.describe();
  const [reads] = arrangementOf(await incidentHistory(handle)).stretches;
  if (!reads || askedAt === undefined) throw new Error('the incident asked nobody');
  const all = (await lab.control.calls(since)).filter(isOurs);
  return {
    toRequest: askedAt - startTime.getTime(),
    critical: criticalPath(reads),
    asked: all.filter(({ begun }) => begun <= (askedAt ?? 0)),
    all,
  };
}

function measured(alone: Played[], perSecond: number): Measured {
  const toRequest = median(alone.map((played) => played.toRequest));
  // Each incident's own ratio: what else this machine does differs between them.
  const toCritical = median(alone.map((played) => played.toRequest / played.critical));
  const [{ asked } = { asked: [] }] = alone;
  const facts = asked.filter(({ record }) => !isSession(record)).map(factOf);
  const byService = Object.groupBy(asked, ({ record }) => record.eventSource.split('.')[0] ?? '');
  const perService = Object.entries(byService).map(([service, calls = []]) => `${service} ${calls.length}`);
  return {
    figures: [
      figure('incidents against the AWS lab', {
        value: perSecond,
        unit: '/s',
        limit: 1000 / median(alone.map(({ all }) => busy(all))),
        goal: { atLeast: 0.8 },
      }),
      figure('alert to approval request, idle machine', {
        value: toRequest,
        unit: 'ms',
        limit: toRequest / toCritical,
        goal: { atMost: 2 },
      }),
      figure('AWS calls until people are asked', {
        value: facts.length,
        unit: 'calls',
        limit: new Set(facts).size,
        goal: { atMost: 1 },
      }),
    ],
    notes: [
      `AWS calls until people are asked, by service: ${perService.join(', ')}`,
      `AWS calls of one incident in all: ${median(alone.map(({ all }) => all.length))}`,
      ...[...new Set(facts.filter((fact, index) => facts.indexOf(fact) !== index))]
        .sort()
        .map((fact) => `asked more than once: ${fact}`),
    ],
  };
}

/** Of our roles, and the sessions that our workers take. */
const isOurs = ({ record }: LabCall): boolean =>
  /assumed-role\/soar-/.test(record.userIdentity.arn ?? '') || isSession(record);

/** A session is taken again when it ends, not when a fact is wanted. */
const isSession = ({ eventSource }: LabCall['record']): boolean => eventSource === 'sts.amazonaws.com';

const factOf = ({ record: { eventName, awsRegion, requestParameters } }: LabCall): string =>
  `${eventName} ${awsRegion} ${JSON.stringify(requestParameters)}`;
