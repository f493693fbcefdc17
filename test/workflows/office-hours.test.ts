import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { useDevEnv } from '../support/dev-env.ts';
import { clocks } from './support/clocks.ts';

const env = useDevEnv();
const workflowsPath = fileURLToPath(new URL('support/clocks.ts', import.meta.url));

test('a workflow reads the clocks of a time zone on both sides of a change to summer time, and again on replay', async () => {
  const { client, nativeConnection: connection } = env();
  const hours = { days: [1, 5], fromHour: 9, toHour: 17, timeZone: 'Europe/Berlin' };
  // 9:00 and 8:00 there on the Friday before; 9:00 and 17:00 there on the Monday after.
  const moments = ['2026-03-27T08:00:00Z', '2026-03-27T07:00:00Z', '2026-03-30T07:00:00Z', '2026-03-30T15:00:00Z'];
  const worker = await Worker.create({ connection, taskQueue: 'clocks', workflowsPath });
  const options = { workflowId: 'clocks', taskQueue: 'clocks', args: [hours, moments] as Parameters<typeof clocks> };
  const handle = await client.workflow.start(clocks, options);
  expect(await worker.runUntil(handle.result())).toEqual([true, false, true, false]);
  const history = await handle.fetchHistory();
  expect(history.events?.filter(({ timerStartedEventAttributes: timer }) => timer)).toHaveLength(2);
  await Worker.runReplayHistory({ workflowsPath }, history, 'clocks');
});
