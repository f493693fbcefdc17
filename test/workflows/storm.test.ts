import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { beforeEach, describe, expect, test } from 'vitest';
import { listIncidents } from '../../src/cli/incident-list.ts';
import { taskQueues } from '../../src/domain/names.ts';
import { searchAttributes } from '../../workflows/messages.ts';
import { admission } from '../../src/intake/admission.ts';
import { alertCounting } from '../../src/intake/count-alerts.ts';
import { openIncident, type IntakeContext } from '../../src/intake/open-incident.ts';
import { anAlert, aPolicy } from '../support/builders.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { eventually } from '../support/eventually.ts';

const env = useDevEnv();
const [stormy, quiet] = ['111111111111', '222222222222'] as const;
let noted: { account: string; subject: string }[];
beforeEach(() => {
  noted = [];
});

const intake = (perMinute: number): IntakeContext => ({
  client: env().client,
  policyFor: () => aPolicy(),
  correlationKey: 'a key of these tests',
  counting: alertCounting(env().client),
  admission: admission(perMinute),
});
const about = (recipientAccount: string, exportTaskId: string, eventId = exportTaskId) =>
  anAlert({ recipientAccount, exportTaskId, eventId });

/** Few slots, as where every worker is busy. */
async function withFewSlots(run: () => Promise<void>): Promise<void> {
  const connection = env().nativeConnection;
  const workflows = await Worker.create({
    connection,
    taskQueue: taskQueues.incident,
    workflowsPath: fileURLToPath(new URL('support/noting-incident.ts', import.meta.url)),
    maxConcurrentWorkflowTaskExecutions: 2,
    maxConcurrentWorkflowTaskPolls: 2,
    maxCachedWorkflows: 10,
  });
  const activities = await Worker.create({
    connection,
    taskQueue: taskQueues.observe,
    activities: { note: (account: string, subject: string) => Promise.resolve(noted.push({ account, subject })) },
    maxConcurrentActivityTaskExecutions: 1,
  });
  const ends = [workflows.run(), activities.run()];
  try {
    await run();
  } finally {
    workflows.shutdown();
    activities.shutdown();
    await Promise.all(ends);
  }
}
const position = (account: string) => noted.findIndex((one) => one.account === account);

describe('a storm of one account', () => {
  test('begins in its turn by admission alone, and what is attached meanwhile does not wake it', async () => {
    const context = intake(6);
    const tasks = Array.from({ length: 20 }, (_, number) => `export-i-waits${number}`);
    const opened = [];
    for (const task of tasks) opened.push(await openIncident(context, about(stormy, task)));
    expect(opened.every(({ result }) => result === 'opened')).toBe(true);
    expect((await openIncident(context, about(stormy, 'export-i-waits19', 'again'))).result).toBe('attached');
    await openIncident(context, about(quiet, 'export-i-admitted'));
    await withFewSlots(async () => {
      await eventually(() => expect(position(stormy)).not.toBe(-1));
      await eventually(() => expect(position(quiet)).not.toBe(-1));
    });
    // One every ten seconds, in the order in which they came: of twenty, the first few by now.
    const begun = noted.filter(({ account }) => account === stormy).map(({ subject }) => subject);
    expect(begun).toEqual(tasks.slice(0, begun.length));
    expect(begun.length).toBeLessThan(tasks.length / 2);
    // Until then it is found by its key and its account, and on the list.
    const last = opened.at(-1)!;
    const listed = await listIncidents(env().client, { open: true, limit: 1000 });
    const shown = listed.find(({ incidentKey }) => incidentKey === last.incidentKey);
    expect(shown).toMatchObject({ accountId: stormy, status: 'RUNNING', phase: null });
    const waiting = await env().client.workflow.getHandle(last.workflowId).describe();
    expect(waiting.typedSearchAttributes.get(searchAttributes.incidentKey)).toBe(last.incidentKey);
    expect(waiting.typedSearchAttributes.get(searchAttributes.accountId)).toBe(stormy);
  });

  test('of alerts that are sent again takes nobody a place', async () => {
    const context = intake(12);
    for (let time = 0; time < 5; time++) await openIncident(context, about(stormy, 'export-i-repeated'));
    const { workflowId } = await openIncident(context, about(stormy, 'export-i-second'));
    const { raw } = await env().client.workflow.getHandle(workflowId).describe();
    const { startTime, executionTime } = raw.workflowExecutionInfo ?? {};
    expect(executionTime).toEqual(startTime);
  });

  test('does not delay the first alert of another where the server is fair', async () => {
    const context = intake(10_000);
    for (let number = 0; number < 300; number += 20) {
      const part = Array.from({ length: 20 }, (_, index) => about(stormy, `export-i-fair${number + index}`));
      await Promise.all(part.map((alert) => openIncident(context, alert)));
    }
    await openIncident(context, about(quiet, 'export-i-other'));
    await withFewSlots(async () => {
      await eventually(() => expect(position(quiet)).not.toBe(-1));
    });
    expect(position(quiet)).toBeLessThan(100);
  });
});
