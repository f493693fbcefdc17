import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import type { IncidentOpening } from '../../src/domain/incident.ts';
import { incidentWorkflowId, taskQueues } from '../../src/domain/names.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import type { OrganisationPolicy } from '../../src/domain/response-policy.ts';
import { closeUpdate, decideUpdate, incidentQuery } from '../../workflows/messages.ts';
import { anAlert, aPolicy } from '../support/builders.ts';
import { aDecision, nextRequest } from '../support/deciding.ts';
import { endRun } from '../support/end-run.ts';
import { eventually } from '../support/eventually.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { withWorkers } from '../support/test-workers.ts';
import { betweenTimers, useTimeSkippingEnv } from '../support/time-skipping.ts';

/** An account that is isolated for a while: asked about by two, reviewed by the clock, lifted by two. */
const env = useTimeSkippingEnv();
let runs = 0;

type Incident = WorkflowHandle<(opening: IncidentOpening) => Promise<IncidentReport>>;
const hour = 3_600_000;
const organisation: OrganisationPolicy = {
  managementAccount: '444444444444',
  isolation: 'always',
  reviewAfter: 4 * hour,
  denyExports: false,
};

async function incident(world: FakeWorld, test: (handle: Incident) => Promise<void>): Promise<void> {
  const { client, nativeConnection } = env();
  await withWorkers(nativeConnection, world, async () => {
    const alert = anAlert();
    const handle = await client.workflow.start<(o: IncidentOpening) => Promise<IncidentReport>>('ec2VmExport', {
      workflowId: `${incidentWorkflowId('ec2-vm-export', alert, 'k')}-isolation-${++runs}`,
      taskQueue: taskQueues.incident,
      args: [{ alert, policy: aPolicy({ rechecks: [hour], organisation }), policyDigest: 'p', correlation: {} }],
    });
    try {
      await test(handle);
    } finally {
      await endRun(handle);
    }
  });
}

const approve = (handle: Incident, request: Awaited<ReturnType<typeof nextRequest>>, by: string) =>
  handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', by)] });
const view = (handle: Incident) => handle.query(incidentQuery);
const until = (holds: () => Promise<boolean>) => eventually(async () => expect(await holds()).toBe(true));
const scps = (world: FakeWorld) => world.acts.filter(({ act }) => act === 'setAccountScp');

/** Isolates the account alone, and leaves the later phases without changes. */
async function isolated(world: FakeWorld, handle: Incident): Promise<string> {
  const containment = await nextRequest(handle);
  const actions = ['isolate-account'];
  const decide = (by: string) =>
    handle.executeUpdate(decideUpdate, { args: [aDecision(containment, 'approve', by, { actions })] });
  expect(await decide('alice')).toMatchObject({ settled: false });
  expect(scps(world)).toHaveLength(0);
  expect(await decide('bob')).toMatchObject({ settled: true });
  await until(() => Promise.resolve(scps(world).length === 1));
  let last = containment.requestId;
  for (;;) {
    const request = await nextRequest(handle, last);
    await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'reject', 'alice')] });
    last = request.requestId;
    if (request.phase === 'recovery') return last;
  }
}

describe('an account that an incident has isolated', () => {
  it('is isolated by two people, and asked about after its time until two of them lift it', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      const last = await isolated(world, handle);

      await env().sleep('3h');
      expect((await view(handle)).pendingApproval).toBeNull();
      await env().sleep(betweenTimers);
      const first = await nextRequest(handle, last);
      expect(first.plan.actions).toMatchObject([
        { id: 'undo/isolate-account', input: { act: 'setAccountScp', targetAccount: '111111111111', after: null } },
      ]);
      await handle.executeUpdate(decideUpdate, { args: [aDecision(first, 'reject', 'alice')] });
      await env().sleep('3h');
      expect((await view(handle)).pendingApproval).toBeNull();
      await env().sleep(betweenTimers);
      const second = await nextRequest(handle, first.requestId);
      expect(await approve(handle, second, 'alice')).toMatchObject({ settled: false });
      expect(scps(world)).toHaveLength(1);
      await approve(handle, second, 'bob');

      const report = await handle.result();
      expect(scps(world)).toMatchObject([{ before: null }, { after: null }]);
      expect(report.temporary).toMatchObject([{ id: 'isolate-account', reviewAt: null, ended: 'it was lifted' }]);
      expect(report.temporary?.[0]?.asked).toHaveLength(2);
      expect(report.undos).toMatchObject([
        { by: 'temporal-soar', outcome: expect.stringContaining('0 of 1') as string },
        { by: 'temporal-soar', outcome: '1 of 1 undone' },
      ]);
    });
  });

  it('keeps the incident open beyond its rechecks, until somebody closes it, and the report says that it stands', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      await isolated(world, handle);
      await env().sleep('2h');
      expect((await view(handle)).timeline.filter(({ kind }) => kind === 'recheck')).toHaveLength(1);
      expect((await handle.describe()).status.name).toBe('RUNNING');
      await handle.executeUpdate(closeUpdate, { args: [{ author: 'alice', reason: 'goes on elsewhere' }] });
      const report = await handle.result();
      expect(report.temporary).toMatchObject([{ id: 'isolate-account', reviewAt: null, ended: null, asked: [] }]);
      expect(report.timeline.map(({ text }) => text).join()).toContain('isolate-account is still in force');
      expect(scps(world)).toHaveLength(1);
    });
  });

  it('is not asked about any more when somebody has lifted it by hand', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      const last = await isolated(world, handle);
      await env().sleep('2h');
      world.check = () => ({ standing: 'ready', detail: 'it is as it was when planned' });
      const report = await handle.result();
      expect(report.temporary).toMatchObject([
        { ended: 'it was not in force any more: it is as it was when planned', asked: [] },
      ]);
      expect(report.requests?.at(-1)?.requestId).toBe(last);
    });
  });
});
