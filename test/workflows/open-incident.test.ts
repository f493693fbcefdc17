import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Alert } from '../../src/domain/alert/alert.ts';
import { readIncident } from '../../src/cli/incident-show.ts';
import { incidentKey, taskQueues } from '../../src/domain/names.ts';
import { admission } from '../../src/intake/admission.ts';
import { alertCounting } from '../../src/intake/count-alerts.ts';
import { openIncident } from '../../src/intake/open-incident.ts';
import { searchAttributes } from '../../workflows/messages.ts';
import { aFailedAlert, anAlert, aPolicy } from '../support/builders.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { eventually } from '../support/eventually.ts';
import { endSignal, staysOpen } from './support/trivial-incident.ts';

const env = useDevEnv();
const context = () => ({
  client: env().client,
  policyFor: () => aPolicy(),
  correlationKey: 'a key of these tests',
  counting: alertCounting(env().client),
  admission: admission(10_000),
});
const open = (alert: Alert) => openIncident(context(), alert);

let events = 0;
const newEvent = () => `event-${(events += 1)}`;
const aboutTask = (exportTaskId: string, changes: Partial<Alert> = {}) =>
  anAlert({ exportTaskId, eventId: newEvent(), ...changes });
const runs = async (prefix: string) => {
  const found = [];
  for await (const run of env().client.workflow.list({ query: `WorkflowId STARTS_WITH '${prefix}'` })) found.push(run);
  return found;
};
const idOf = (task: string) => `ec2-vm-export/111111111111/eu-west-1/${task}`;

/** Forty alerts, ten about each of four tasks, all at once. */
const flood = (name: string, changes: Partial<Alert>) =>
  Promise.all(Array.from({ length: 40 }, (_, index) => open(aboutTask(`export-i-${name}${index % 4}`, changes))));

describe('without any worker', () => {
  test('an alert is taken in all the same', async () => {
    const task = 'export-i-nobody';
    expect(await open(aboutTask(task))).toEqual({
      result: 'opened',
      workflowId: idOf(task),
      incidentKey: incidentKey(idOf(task)),
    });
    expect((await open(aboutTask(task))).result).toBe('attached');
  });
});

describe('with a worker', () => {
  let worker: Worker;
  let running: Promise<void>;
  beforeAll(async () => {
    worker = await Worker.create({
      connection: env().nativeConnection,
      taskQueue: taskQueues.incident,
      workflowsPath: fileURLToPath(new URL('support/trivial-incident.ts', import.meta.url)),
    });
    running = worker.run();
  });
  afterAll(async () => {
    worker.shutdown();
    await running;
  });
  const result = (workflowId: string) => env().client.workflow.getHandle(workflowId).result() as Promise<unknown>;

  test('forty alerts on four tasks are four incidents that know all of them', async () => {
    const opened = await flood('open', { userAgent: staysOpen });
    expect(new Set(opened.map(({ incidentKey }) => incidentKey)).size).toBe(4);
    expect(opened.filter((one) => one.result === 'opened')).toHaveLength(4);
    for (const { workflowId } of opened.filter((one) => one.result === 'opened')) {
      await env().client.workflow.getHandle(workflowId).signal(endSignal);
      const { events } = (await result(workflowId)) as { events: string[] };
      expect(new Set(events).size).toBe(10);
    }
  });

  test('forty alerts about four events are four incidents, even when incidents close at once', async () => {
    const alerts = Array.from({ length: 40 }, (_, index) =>
      anAlert({ exportTaskId: `export-i-closed${index % 4}`, eventId: `the-event-${index % 4}` }),
    );
    const opened = await Promise.all(alerts.map(open));
    expect(opened.filter((one) => one.result === 'opened')).toHaveLength(4);
    expect(new Set(opened.map(({ workflowId }) => workflowId)).size).toBe(4);
    await eventually(async () => expect(await runs(idOf('export-i-closed'))).toHaveLength(4));
  });

  test('no alert is lost when incidents close at once, and none is in two incidents', async () => {
    const opened = await flood('hasty', {});
    // The first may all come in before one has closed; these do not.
    await Promise.all(opened.map(({ workflowId }) => result(workflowId)));
    opened.push(...(await flood('hasty', {})));
    const ids = [...new Set(opened.map(({ workflowId }) => workflowId))];
    const reached = await Promise.all(ids.map(async (id) => (await result(id)) as { events: string[] }));
    const events = reached.flatMap((incident) => incident.events);
    expect(events).toHaveLength(80);
    expect(new Set(events).size).toBe(80);
  });

  test('an event that was seen opens nothing after its incident has closed', async () => {
    const alert = aboutTask('export-i-seen');
    const opened = await open(alert);
    await result(opened.workflowId);
    expect(await open(alert)).toEqual({ ...opened, result: 'known' });
  });

  test('an event that was seen with other facts opens a successor: one of the two alerts lies', async () => {
    const lie = aboutTask('export-i-lied', { sourceAddress: '10.0.0.1' });
    const opened = await open(lie);
    await result(opened.workflowId);
    const truth = { ...lie, sourceAddress: '198.51.100.7' };
    const second = { workflowId: `${opened.workflowId}/2`, incidentKey: incidentKey(`${opened.workflowId}/2`) };
    expect(await open(truth)).toEqual({ ...second, result: 'opened' });
    await result(second.workflowId);
    expect(await open(truth)).toEqual({ ...second, result: 'known' });
    expect(await open(lie)).toEqual({ ...opened, result: 'known' });
  });

  test('an event about a machine whose name has no end is taken like any other', async () => {
    const alert = aFailedAlert({ instanceId: `i-${'a'.repeat(1990)}`, eventId: newEvent() });
    const opened = await open(alert);
    expect(opened.result).toBe('opened');
    await result(opened.workflowId);
    expect(await open(alert)).toEqual({ ...opened, result: 'known' });
  });

  test('an event that was attached opens nothing either', async () => {
    const opened = await open(aboutTask('export-i-attached', { userAgent: staysOpen }));
    const second = aboutTask('export-i-attached');
    await open(second);
    await env().client.workflow.getHandle(opened.workflowId).signal(endSignal);
    await result(opened.workflowId);
    expect(await open(second)).toEqual({ ...opened, result: 'known' });
  });

  test('a new event on a closed incident opens a successor that names it, once', async () => {
    const first = await open(aboutTask('export-i-again'));
    await result(first.workflowId);
    const next = aboutTask('export-i-again');
    const second = await open(next);
    expect(second).toEqual({
      result: 'opened',
      workflowId: `${first.workflowId}/2`,
      incidentKey: incidentKey(`${first.workflowId}/2`),
    });
    expect(await result(second.workflowId)).toMatchObject({ predecessor: first.workflowId });
    expect(await open(next)).toEqual({ ...second, result: 'known' });
    expect((await open(aboutTask('export-i-again'))).workflowId).toBe(`${first.workflowId}/3`);
    // And back: who looks at the closed one is led on.
    const successor = async (ref: string) => (await readIncident(env().client, ref)).successor;
    expect(await successor(first.workflowId)).toBe(second.workflowId);
    expect(await successor(second.workflowId)).toBe(`${first.workflowId}/3`);
    await result(`${first.workflowId}/3`);
    expect(await successor(`${first.workflowId}/3`)).toBeNull();
  });

  test('a terminated incident counts as closed', async () => {
    const alert = aboutTask('export-i-stopped', { userAgent: staysOpen });
    const opened = await open(alert);
    await env().client.workflow.getHandle(opened.workflowId).terminate('by a test');
    expect((await open(alert)).result).toBe('known');
    expect(await open(aboutTask('export-i-stopped'))).toMatchObject({
      result: 'opened',
      workflowId: `${opened.workflowId}/2`,
    });
  });

  test('refused calls of one actor are one incident, whatever the session is called', async () => {
    const refused = (session: string) =>
      aFailedAlert({
        eventId: newEvent(),
        userAgent: staysOpen,
        principal: { kind: 'assumed-role', id: `AROAEXAMPLE:${session}`, name: 'backup' },
      });
    const first = await open(refused('monday'));
    expect((await open(refused('tuesday'))).workflowId).toBe(first.workflowId);
    expect(first.workflowId).not.toMatch(/monday|AROA/);
  });

  test('Temporal shows what, where and who before it has begun, without naming a person', async () => {
    const opened = await open(aboutTask('export-i-shown', { userAgent: staysOpen }));
    const described = await env().client.workflow.getHandle(opened.workflowId).describe();
    expect(await described.staticSummary()).toBe(
      'CreateInstanceExportTask succeeded: i-0123456789abcdef0 to bucket acme-vm-exports, ' +
        'account 111111111111 eu-west-1, by an iam user',
    );
    const attributes = described.typedSearchAttributes;
    expect(attributes.get(searchAttributes.incidentKey)).toBe(opened.incidentKey);
    expect(described.memo).toEqual({});
    expect(JSON.stringify(attributes.getAll())).not.toMatch(/mallory|acme|AKIA|198\.51/);
  });
});
