import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { useTimeSkippingEnv } from '../support/time-skipping.ts';
import { labelled, weekLong } from './support/sleepers.ts';

const env = useTimeSkippingEnv();
const workflowsPath = fileURLToPath(new URL('support/sleepers.ts', import.meta.url));

test('passes seven days of a workflow in less than ten seconds', async () => {
  const { client, nativeConnection: connection } = env();
  const worker = await Worker.create({ connection, taskQueue: 'week', workflowsPath });
  const started = Date.now();
  const days = await worker.runUntil(client.workflow.execute(weekLong, { workflowId: 'week', taskQueue: 'week' }));
  expect(days).toBe(7);
  expect(Date.now() - started).toBeLessThan(10_000);
});

test('accepts our search attributes on the time-skipping server', async () => {
  const { client, nativeConnection: connection } = env();
  const worker = await Worker.create({ connection, taskQueue: 'label', workflowsPath });
  const handle = await client.workflow.start(labelled, { workflowId: 'label', taskQueue: 'label', args: ['triage'] });
  await worker.runUntil(handle.result());
  const { typedSearchAttributes } = await handle.describe();
  expect(JSON.stringify(typedSearchAttributes)).toContain('triage');
});
