import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { useDevEnv } from '../support/dev-env.ts';
import { eventually } from '../support/eventually.ts';
import { labelled } from './support/sleepers.ts';

const env = useDevEnv();
const workflowsPath = fileURLToPath(new URL('support/sleepers.ts', import.meta.url));

test('finds a workflow by our search attributes on the dev server', async () => {
  const { client, nativeConnection: connection } = env();
  const worker = await Worker.create({ connection, taskQueue: 'label', workflowsPath });
  await worker.runUntil(
    client.workflow.execute(labelled, { workflowId: 'label', taskQueue: 'label', args: ['containment'] }),
  );
  // The list lags a moment behind the workflow.
  await eventually(async () => {
    const { count } = await client.workflow.count(`IncidentPhase = 'containment' AND ExecutionStatus = 'Completed'`);
    expect(count).toBe(1);
  });
});
