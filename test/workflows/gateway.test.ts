import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findIncident, IncidentNotFound } from '../../src/approvals/find-incident.ts';
import { incidentsIn } from '../../src/approvals/incidents.ts';
import { signDecision, type DecisionKind } from '../../src/domain/approval/approval.ts';
import { incidentKey } from '../../src/domain/names.ts';
import { searchAttributes } from '../../workflows/messages.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { eventually } from '../support/eventually.ts';
import { askingIncident } from './support/asking-incident.ts';

const env = useDevEnv();
const incidents = () => incidentsIn(env().client);
const decision = (kind: DecisionKind) =>
  signDecision(
    { requestId: 'containment-1-aaaaaaaa', digest: 'd'.repeat(64), decision: kind, approver: 'bob' },
    'gateway',
    'gateway-1',
    '11'.repeat(32),
  );

let worker: Worker;
let running: Promise<void>;
beforeAll(async () => {
  worker = await Worker.create({
    connection: env().nativeConnection,
    taskQueue: 'asking',
    workflowsPath: fileURLToPath(new URL('support/asking-incident.ts', import.meta.url)),
  });
  running = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await running;
});

const start = (name: string) => {
  const workflowId = `ec2-vm-export/111111111111/eu-west-1/${name}`;
  return env().client.workflow.start(askingIncident, {
    workflowId,
    taskQueue: 'asking',
    typedSearchAttributes: [{ key: searchAttributes.incidentKey, value: incidentKey(workflowId) }],
  });
};

test('an incident is found by workflow id, and by its key in any case', async () => {
  const { workflowId } = await start('found');
  const expected = { workflowId, incidentKey: incidentKey(workflowId), running: true, status: 'RUNNING' };
  expect(await findIncident(env().client, workflowId)).toMatchObject(expected);
  await eventually(async () =>
    expect(await findIncident(env().client, incidentKey(workflowId).toLowerCase())).toMatchObject(expected),
  );
  const key = incidentKey(workflowId);
  for (const copied of [`\`${key}\``, ` *${key}*:`, `"${key}".`]) {
    expect(await findIncident(env().client, copied)).toMatchObject(expected);
  }
});

test('what nobody knows is not found', async () => {
  await expect(findIncident(env().client, 'VMX-AAAAAAAAAA')).rejects.toThrow(IncidentNotFound);
  await expect(findIncident(env().client, "x' OR 'a' = 'a")).rejects.toThrow(IncidentNotFound);
  await expect(findIncident(env().client, '')).rejects.toThrow(IncidentNotFound);
});

test('a decision sent twice is heard once, a closed incident refuses', async () => {
  const handle = await start('decided');
  const asked = await incidents().pendingApproval(handle.workflowId);
  expect(asked.request?.requestId).toBe('containment-1-aaaaaaaa');

  const first = await incidents().decide(handle.workflowId, decision('more-time'), 'once');
  const second = await incidents().decide(handle.workflowId, decision('more-time'), 'once');
  expect([first, second]).toEqual([
    { result: 'accepted', settled: false, detail: 'heard 1' },
    { result: 'accepted', settled: false, detail: 'heard 1' },
  ]);
  expect(await incidents().decide(handle.workflowId, decision('approve'), 'last')).toMatchObject({ settled: true });
  expect(await handle.result()).toHaveLength(2);
  expect(await incidents().decide(handle.workflowId, decision('approve'), 'late')).toEqual({
    result: 'refused',
    reason: 'the incident has closed',
  });
  expect((await incidents().pendingApproval(handle.workflowId)).request).toBeNull();
});
