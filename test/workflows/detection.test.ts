import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ScheduleOverlapPolicy } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { detectActivities } from '../../activities/detection/detect.ts';
import { earliest, type DetectionSource, type Hit } from '../../activities/detection/source.ts';
import { failure } from '../../activities/aws/failures.ts';
import { detectionRules } from '../../src/detection/rules.ts';
import { applySchedules, scheduleOfRule } from '../../src/detection/schedules.ts';
import { detectionStatus, type LastRun } from '../../src/detection/status.ts';
import { hitTaker } from '../../src/detection/take-hit.ts';
import type { DetectionQuestion, DetectionRule, DetectionRun } from '../../src/domain/alert/detection.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import { taskQueues } from '../../src/domain/names.ts';
import { admission } from '../../src/intake/admission.ts';
import { alertCounting } from '../../src/intake/count-alerts.ts';
import { openIncident } from '../../src/intake/open-incident.ts';
import { aPolicy } from '../support/builders.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { eventually } from '../support/eventually.ts';
import { fixture } from '../support/fixtures.ts';
import { soar } from '../unit/cli/a-terminal.ts';
import { leastConfig } from '../unit/config/configuration.ts';

const env = useDevEnv();
const client = () => env().client;

/** What there is to be found; the source answers as a search engine does. */
let documents: Hit[] = [];
let questions: DetectionQuestion[] = [];
let refuses: Error | null = null;
let uncounted = 0;
const source: DetectionSource = (_, question) => {
  questions.push(question);
  if (refuses) return Promise.reject(refuses);
  const { from, to, seen, limit } = question;
  const found = documents.filter(({ id, at }) => at >= from && at < to && !seen.includes(id));
  const { hits, left } = earliest([found], limit);
  return Promise.resolve({ searched: ['here'], hits, remaining: left + uncounted, gaps: [] });
};

const record = fixture('cloudtrail/create-instance-export-task-success');
let made = 0;
/** So many exports, which came in one after the other, the last one so many seconds ago. */
const exported = (count: number, secondsAgo = 5): Hit[] =>
  Array.from({ length: count }, (_, index) => {
    const id = `event-${++made}`;
    const task = { exportTask: { exportTaskId: `export-i-${String(made).padStart(17, '0')}` } };
    return {
      id,
      at: new Date(Date.now() - secondsAgo * 1000 - (count - index)).toISOString(),
      document: { ...record, eventID: id, responseElements: task },
    };
  });

const workers: Worker[] = [];
let ends: Promise<void>[] = [];
beforeAll(async () => {
  const { nativeConnection: connection } = env();
  const workflowsPath = fileURLToPath(new URL('support/detection-workflows.ts', import.meta.url));
  const context = {
    client: client(),
    policyFor: () => aPolicy(),
    correlationKey: 'a key of these tests',
    counting: alertCounting(client()),
    admission: admission(1000),
  };
  const take = hitTaker({
    open: (alert) => openIncident(context, alert),
    keepUnread: () => Promise.resolve(),
  });
  const activities = detectActivities({ rules: detectionRules(), source, take });
  workers.push(
    await Worker.create({ connection, taskQueue: taskQueues.incident, workflowsPath }),
    await Worker.create({ connection, taskQueue: taskQueues.detect, activities }),
  );
  ends = workers.map((worker) => worker.run());
});
afterAll(async () => {
  for (const worker of workers) worker.shutdown();
  await Promise.all(ends);
});
beforeEach(() => {
  documents = [];
  questions = [];
  refuses = null;
  uncounted = 0;
});
// Each test has schedules of its own.
afterEach(() => applySchedules(client(), []));

const rule: DetectionRule = { ...detectionRules().find(({ id }) => id === 'export-task')!, interval: 86_400_000 };
const lastRun = async (): Promise<LastRun | null> => (await detectionStatus(client(), [rule]))[0]!.lastRun;

/** Runs the schedule once, out of turn but after the run before, and waits for what came of it. */
async function scheduledRun(): Promise<LastRun> {
  const before = (await lastRun())?.startedAt;
  await client().schedule.getHandle(`soar-detection/${rule.id}`).trigger(ScheduleOverlapPolicy.BUFFER_ONE);
  return eventually(async () => {
    const last = await lastRun();
    if (!last || last.startedAt === before || last.state === 'running') throw new Error('not yet');
    return last;
  });
}
async function doneRun(): Promise<DetectionRun> {
  const last = await scheduledRun();
  if (last.state !== 'done') throw new Error(JSON.stringify(last));
  return last.run;
}
const incidents = async () => {
  const { count } = await client().workflow.count("WorkflowType = 'ec2VmExport'");
  return count;
};

describe('detection on a schedule', () => {
  it('hands what a run has seen to the next one: overlapping windows open nothing twice', async () => {
    await applySchedules(client(), [rule]);
    documents = exported(2);
    expect(await doneRun()).toMatchObject({ hits: 2, opened: 2, remaining: 0 });
    documents.push(...exported(1, 2));
    expect(await doneRun()).toMatchObject({ hits: 1, opened: 1 });
    expect(questions[0]?.seen).toEqual([]);
    expect(questions[1]?.seen.toSorted()).toEqual([documents[0]!.id, documents[1]!.id]);
    expect(questions[1]!.from < questions[0]!.to).toBe(true);
  });

  it('opens the first hundred of more, says so loudly, and the rest with the next run', async () => {
    await applySchedules(client(), [rule]);
    documents = exported(130);
    const before = await incidents();
    const first = await scheduledRun();
    expect(first).toMatchObject({ state: 'done', run: { hits: 100, opened: 100, remaining: 30 } });
    const shown = await client()
      .workflow.getHandle(first.workflowId)
      .query<{ currentDetails: string }>('__temporal_workflow_metadata');
    expect(shown.currentDetails).toContain('30 MORE HIT(S) are left');

    expect(await doneRun()).toMatchObject({ hits: 30, opened: 30, remaining: 0 });
    await eventually(async () => expect((await incidents()) - before).toBe(130));
    expect(await doneRun()).toMatchObject({ hits: 0 });
  });

  it('finds what came in late, once', async () => {
    await applySchedules(client(), [rule]);
    await doneRun();
    // It shows only now, with a time that the run before has covered.
    documents = exported(1, 1800);
    expect(await doneRun()).toMatchObject({ hits: 1, opened: 1 });
    expect(await doneRun()).toMatchObject({ hits: 0 });
  });

  it('loses nothing by a run that fails: the next one begins where the last good one ended', async () => {
    await applySchedules(client(), [rule]);
    documents = exported(1);
    const good = await doneRun();
    refuses = failure(failureTypes.detectionRefused, 'searching: HTTP 401; check the key');
    expect(await scheduledRun()).toMatchObject({ state: 'failed', reason: 'searching: HTTP 401; check the key' });
    refuses = null;
    await doneRun();
    expect(questions.at(-1)?.seen).toEqual(good.state.seen.map(({ id }) => id));
  });

  it('opens nothing twice after its state is lost, also where the incident has closed', async () => {
    await applySchedules(client(), [rule]);
    documents = exported(2);
    expect(await doneRun()).toMatchObject({ opened: 2 });
    await applySchedules(client(), []);
    await applySchedules(client(), [rule]);
    const again = await doneRun();
    expect(questions.at(-1)?.seen).toEqual([]);
    expect(again).toMatchObject({ hits: 2, opened: 0 });
    expect(again.known + again.attached).toBe(2);
  });
});

describe('the schedules', () => {
  it('are made, renewed and taken away as the configuration has them; others stay', async () => {
    const [other] = detectionRules().filter(({ id }) => id !== rule.id);
    const foreign = await client().schedule.create({
      scheduleId: 'somebody-elses',
      spec: {},
      action: { type: 'startWorkflow', workflowType: 'x', taskQueue: 'x' },
    });
    expect(await applySchedules(client(), [rule, other!])).toEqual({
      created: [rule.id, other!.id],
      updated: [],
      removed: [],
    });
    await eventually(
      async () =>
        expect(await applySchedules(client(), [rule])).toMatchObject({ updated: [rule.id], removed: [other!.id] }),
      { interval: 500 },
    );
    expect(await scheduleOfRule(client(), other!.id)).toBeNull();
    expect((await foreign.describe()).scheduleId).toBe('somebody-elses');
    await foreign.delete();
  });

  it('skip a run while one is running, and stay paused when they are renewed', async () => {
    await applySchedules(client(), [rule]);
    await client().schedule.getHandle(`soar-detection/${rule.id}`).pause('for maintenance');
    await applySchedules(client(), [{ ...rule, interval: 3_600_000 }]);
    const schedule = await scheduleOfRule(client(), rule.id);
    expect(schedule).toMatchObject({
      state: { paused: true, note: 'for maintenance' },
      spec: { intervals: [{ every: 3_600_000 }] },
      policies: { overlap: 'SKIP', catchupWindow: 3_600_000 },
    });
  });
});

describe('the command', () => {
  let folder: string;
  let config: string;
  beforeEach(async () => {
    vi.stubEnv('TEMPORAL_ADDRESS', env().address);
    folder = await mkdtemp(join(tmpdir(), 'soar-detection-'));
    config = join(folder, 'soar.yaml');
    await writeFile(config, stringify({ ...leastConfig(), detection: { rules: ['export-task'] } }));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });
  const detection = (...argv: string[]) => soar(['detection', ...argv, '-c', config]);

  it('applies the rules of the configuration and shows how they are doing', async () => {
    expect((await detection('status')).err).toContain('export-task is not scheduled: soar detection apply');
    expect(await detection('apply')).toMatchObject({ code: 0, out: 'created export-task\n' });
    expect(await detection('apply')).toMatchObject({ code: 0, out: 'updated export-task\n' });

    documents = exported(2);
    uncounted = 7;
    await scheduledRun();
    const status = await detection('status');
    expect(status.code).toBe(0);
    expect(status.out).toMatch(/^RULE +SCHEDULE .*\nexport-task +running .* 2 +2 +0 +0 +0 +7$/m);
    expect(status.err).toMatch(/export-task: 7 MORE HIT\(S\) are left/);
    expect(JSON.parse((await detection('status', '--json')).out)).toMatchObject([
      { ruleId: 'export-task', lastRun: { run: { remaining: 7 } } },
    ]);

    await client().schedule.getHandle('soar-detection/export-task').pause();
    expect((await detection('status')).err).toContain('export-task is paused: it detects nothing');
  });

  it('applies that no rule is configured, and says that nothing is searched then', async () => {
    expect((await detection('apply')).err).toBe('');
    await writeFile(config, stringify({ ...leastConfig(), detection: { rules: [] } }));
    // The list of schedules lags a moment behind.
    await eventually(async () => expect(await detection('apply')).toMatchObject({ out: 'removed export-task\n' }));
    expect(await detection('apply')).toEqual({
      code: 0,
      out: '',
      err: 'no rule is configured: nothing is searched on a schedule\n',
    });
  });

  it('searches a time that has passed, in as many runs as it takes', async () => {
    documents = exported(110, 7200);
    const from = new Date(Date.now() - 10_800_000).toISOString();
    const to = new Date(Date.now() - 3_600_000).toISOString();
    const { code, out, err } = await detection('run', 'export-task', '--from', from, '--to', to);
    expect(code).toBe(0);
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => /: (\d+) hit/.exec(line)?.[1]),
    ).toEqual(['100', '10']);
    expect(err).toContain('export-task: 100 hit(s) handled, 10 left');
    expect(await detection('run', 'export-task')).toMatchObject({
      code: 0,
      out: expect.stringContaining(': 0 hit') as string,
    });
  });

  it('exits with 1 when the search is refused, and says why', async () => {
    refuses = failure(failureTypes.detectionRefused, 'searching: HTTP 403; let the key read');
    expect(await detection('run')).toMatchObject({
      code: 1,
      out: '',
      err: 'soar: searching: HTTP 403; let the key read\n',
    });
  });

  it('refuses a rule that is not there, and a time that ends before it begins', async () => {
    expect(await detection('run', 'no-rule')).toMatchObject({ code: 2 });
    expect(await detection('run', '--from', '2026-01-02', '--to', '2026-01-01')).toMatchObject({ code: 2 });
    expect((await detection('run', '--from', 'yesterday')).err).toContain('a UTC time such as');
  });
});
