import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import type { ActInput } from '../../src/domain/acts/acts.ts';
import type { IncidentOpening } from '../../src/domain/incident.ts';
import { invert } from '../../src/domain/acts/invert.ts';
import { incidentWorkflowId, taskQueues } from '../../src/domain/names.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import type { ResponsePolicy } from '../../src/domain/response-policy.ts';
import { closeUpdate, decideUpdate, incidentQuery, undoUpdate } from '../../workflows/messages.ts';
import { anAlert, aPolicy } from '../support/builders.ts';
import { aDecision, nextRequest, type DecideOptions } from '../support/deciding.ts';
import { endRun } from '../support/end-run.ts';
import { eventually } from '../support/eventually.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { withWorkers } from '../support/test-workers.ts';
import { betweenTimers, useTimeSkippingEnv } from '../support/time-skipping.ts';

/** The undo of what an open incident did, over days that pass in milliseconds. */
const env = useTimeSkippingEnv();
let runs = 0;

type Incident = WorkflowHandle<(opening: IncidentOpening) => Promise<IncidentReport>>;
const hour = 3_600_000;
const why = { by: 'carol', reason: 'the export was ordered by the owner' };

async function incident(
  world: FakeWorld,
  test: (handle: Incident) => Promise<void>,
  policy: Partial<ResponsePolicy> = {},
): Promise<void> {
  const { client, nativeConnection } = env();
  await withWorkers(nativeConnection, world, async () => {
    const alert = anAlert();
    const handle = await client.workflow.start<(o: IncidentOpening) => Promise<IncidentReport>>('ec2VmExport', {
      workflowId: `${incidentWorkflowId('ec2-vm-export', alert, 'k')}-undo-${++runs}`,
      taskQueue: taskQueues.incident,
      args: [{ alert, policy: aPolicy({ rechecks: [hour], ...policy }), policyDigest: 'p', correlation: {} }],
    });
    try {
      await test(handle);
    } finally {
      await endRun(handle);
    }
  });
}

const decide = async (
  handle: Incident,
  decision: 'approve' | 'reject',
  after?: string,
  options: DecideOptions & { by?: string } = {},
) => {
  const request = await nextRequest(handle, after);
  await handle.executeUpdate(decideUpdate, { args: [aDecision(request, decision, options.by ?? 'alice', options)] });
  return request;
};
/** Approves everything up to recovery, and waits until it is done. */
async function upToRecovery(handle: Incident): Promise<string> {
  for (let after: string | undefined; ;) {
    const { requestId, phase, plan } = await decide(handle, 'approve', after);
    after = requestId;
    if (phase !== 'recovery') continue;
    await until(async () => (await view(handle)).actions.some(({ id }) => id === plan.actions.at(-1)?.id));
    return requestId;
  }
}
const until = (holds: () => Promise<boolean>) => eventually(async () => expect(await holds()).toBe(true));
const view = (handle: Incident) => handle.query(incidentQuery);
async function outcome(handle: Incident, index = 0): Promise<string> {
  const said = async () => (await view(handle)).undos?.[index]?.outcome ?? 'asked';
  await until(async () => (await said()) !== 'asked');
  return said();
}
const inverses = (acts: ActInput[]) => acts.flatMap((act) => invert(act) ?? []).reverse();

describe('the undo of what an open incident did', () => {
  it('is planned in reverse, asked, and done after the yes alone', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      const last = await upToRecovery(handle);
      const done = [...world.acts];
      const answer = await handle.executeUpdate(undoUpdate, { args: [why] });
      expect(answer).toMatchObject({ result: 'asked', after: null });

      const request = await nextRequest(handle, last);
      expect(world.acts).toEqual(done);
      expect(request.plan.actions.map(({ input }) => input)).toEqual(inverses(done));
      expect(request.plan.notPlanned.map(({ what }) => what)).toEqual(['undo/copy-to-forensics']);
      await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
      const count = request.plan.actions.length;
      expect(await outcome(handle)).toBe(`${count} of ${count} undone`);
      expect(world.acts.slice(done.length)).toEqual(inverses(done));
      expect((await view(handle)).undos).toMatchObject([why]);
    });
  });

  it('that is rejected, or left out, changes nothing', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      const last = await upToRecovery(handle);
      const done = [...world.acts];
      await handle.executeUpdate(undoUpdate, { args: [why] });
      const { requestId } = await decide(handle, 'reject', last);
      expect(await outcome(handle)).toMatch(/^0 of \d+ undone; not undone: .*undo\/deny-actor \(not-approved\)/);
      expect(world.acts).toEqual(done);

      const actions = ['deny-actor', 'disable-access-keys'];
      await handle.executeUpdate(undoUpdate, { args: [{ ...why, actions }] });
      const second = await decide(handle, 'approve', requestId, { actions: ['undo/disable-access-keys'] });
      expect(second.plan.actions.map(({ id }) => id)).toEqual(['undo/deny-actor', 'undo/disable-access-keys']);
      expect(await outcome(handle, 1)).toBe('1 of 2 undone; not undone: undo/deny-actor (not-approved)');
      expect(world.acts.slice(done.length).map(({ act }) => act)).toEqual(['setAccessKeyStatus']);
    });
  });

  it('leaves alone what another open incident counts on, also when that is known only once people have decided', async () => {
    const world = new FakeWorld();
    const other = { id: 'undo/disable-access-keys', incidentKey: 'VMX-OTHER', what: 'its key being off' };
    let asked = 0;
    await incident(world, async (handle) => {
      const last = await upToRecovery(handle);
      const done = [...world.acts];
      const actions = ['deny-actor', 'disable-access-keys'];
      world.neighbours = () => ({ kept: [other], unasked: [] });
      await handle.executeUpdate(undoUpdate, { args: [{ ...why, actions }] });
      const first = await decide(handle, 'approve', last);
      expect(first.plan.actions.map(({ id }) => id)).toEqual(['undo/deny-actor']);
      expect(first.plan.notPlanned).toEqual([
        { what: 'undo/disable-access-keys', why: expect.stringContaining('incident VMX-OTHER') as string },
      ]);
      expect(await outcome(handle)).toMatch(/^1 of 1 undone; undo\/disable-access-keys stays: incident VMX-OTHER/);

      world.neighbours = () => ({ kept: asked++ === 0 ? [] : [other], unasked: [] });
      await handle.executeUpdate(undoUpdate, { args: [{ ...why, actions: ['disable-access-keys'] }] });
      await decide(handle, 'approve', first.requestId);
      expect(await outcome(handle, 1)).toContain('undo/disable-access-keys (failed)');
      expect(world.acts.slice(done.length).map(({ act }) => act)).toEqual(['putInlinePolicy']);
    });
  });

  it('is no drift: nobody is asked to do it again', async () => {
    const world = new FakeWorld();
    // The actor's policy is gone, as it should be; the rule of the monitoring was disabled by somebody.
    world.check = (input) =>
      input.act === 'putEventRule' || (input.act === 'putInlinePolicy' && input.policyName.endsWith('-deny-all'))
        ? { standing: 'changed', detail: 'it is not there' }
        : { standing: 'done', detail: 'as it was left' };
    await incident(world, async (handle) => {
      const last = await upToRecovery(handle);
      await handle.executeUpdate(undoUpdate, { args: [{ ...why, actions: ['deny-actor'] }] });
      const undo = await decide(handle, 'approve', last);
      await outcome(handle);
      await env().sleep(betweenTimers);
      const drift = await nextRequest(handle, undo.requestId);
      expect(drift.plan.actions.map(({ id }) => id)).toEqual(['monitor-exports']);
      await handle.executeUpdate(decideUpdate, { args: [aDecision(drift, 'approve', 'alice')] });
      const report = await handle.result();
      expect(report.rechecks[0]?.drifted.map(({ id }) => id)).toEqual(['monitor-exports']);
    });
  });

  it('is no drift either where it is done while everything is looked at', async () => {
    const world = new FakeWorld();
    world.check = ({ act }) =>
      act === 'setAccessKeyStatus'
        ? { standing: 'changed', detail: 'the key is on' }
        : { standing: 'done', detail: 'as it was left' };
    const looking = Promise.withResolvers<undefined>();
    const undone = Promise.withResolvers<undefined>();
    const checkAct = world.observe.checkAct.bind(world.observe);
    world.observe.checkAct = async (input) => {
      looking.resolve(undefined);
      if (input.act === 'putEventRule') await undone.promise;
      return checkAct(input);
    };
    await incident(world, async (handle) => {
      const last = await upToRecovery(handle);
      // Time stands still while something is looked at.
      const later = env().sleep(betweenTimers);
      await looking.promise;
      await handle.executeUpdate(undoUpdate, { args: [{ ...why, actions: ['disable-access-keys'] }] });
      await decide(handle, 'approve', last);
      await outcome(handle);
      undone.resolve(undefined);
      await later;
      expect((await handle.result()).rechecks).toMatchObject([{ result: 'holds', drifted: [] }]);
    });
  });

  it('keeps the incident open until it is decided, and a drift that is found meanwhile waits', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      const last = await upToRecovery(handle);
      await handle.executeUpdate(undoUpdate, { args: [{ ...why, actions: ['deny-actor'] }] });
      const undo = await nextRequest(handle, last);
      world.check = ({ act }) => ({ standing: act === 'copyExport' ? 'done' : 'changed', detail: 'changed' });
      await env().sleep('2h');
      const rechecked = await eventually(async () => {
        const entries = (await view(handle)).timeline.filter(({ kind }) => kind === 'recheck');
        expect(entries).toHaveLength(1);
        return entries;
      });
      expect(rechecked[0]?.text).not.toMatch(/deny-actor:/);
      expect((await view(handle)).pendingApproval?.requestId).toBe(undo.requestId);
      await handle.executeUpdate(decideUpdate, { args: [aDecision(undo, 'approve', 'alice')] });
      const mending = await nextRequest(handle, undo.requestId);
      expect(mending.plan.actions.map(({ id }) => id)).not.toContain('deny-actor');
      expect(mending.plan.actions.length).toBeGreaterThan(0);
      await handle.executeUpdate(decideUpdate, { args: [aDecision(mending, 'reject', 'alice')] });
      expect((await handle.result()).undos).toMatchObject([{ outcome: '1 of 1 undone' }]);
    });
  });

  it('waits its turn while another plan is being decided', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      const { requestId } = await decide(handle, 'approve');
      const asked = await nextRequest(handle, requestId);
      const answer = await handle.executeUpdate(undoUpdate, { args: [{ ...why, actions: ['deny-actor'] }] });
      expect(answer).toMatchObject({ result: 'asked', after: asked.requestId, planned: ['undo/deny-actor'] });
      expect((await view(handle)).pendingApproval?.requestId).toBe(asked.requestId);
      await handle.executeUpdate(decideUpdate, { args: [aDecision(asked, 'reject', 'alice')] });
      const undo = await nextRequest(handle, asked.requestId);
      expect(undo.plan.actions.map(({ id }) => id)).toEqual(['undo/deny-actor']);
    });
  });

  it('refuses where somebody else changed the target, and does not ask again', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      const last = await upToRecovery(handle);
      world.outcomes.putInlinePolicy = () => ({ status: 'changed', detail: 'changed by somebody else', at: '' });
      await handle.executeUpdate(undoUpdate, { args: [{ ...why, actions: ['deny-actor'] }] });
      await decide(handle, 'approve', last);
      expect(await outcome(handle)).toBe('0 of 1 undone; not undone: undo/deny-actor (changed)');
      expect((await view(handle)).pendingApproval).toBeNull();
    });
  });

  it('is refused while nothing stands, while another is decided, and when the incident ends', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      await nextRequest(handle);
      const ask = () => handle.executeUpdate(undoUpdate, { args: [why] });
      expect(await ask()).toEqual({ result: 'refused', reason: 'nothing can be undone: nothing was changed' });
      await upToRecovery(handle);
      expect(await ask()).toMatchObject({ result: 'asked' });
      expect(await ask()).toMatchObject({ result: 'refused', reason: expect.stringContaining('another') as string });
      await expect(handle.executeUpdate(undoUpdate, { args: [{ by: 'x' } as never] })).rejects.toThrow();
      const done = [...world.acts];
      await handle.executeUpdate(closeUpdate, { args: [{ author: 'alice', reason: 'drill' }] });
      const report = await handle.result();
      expect(world.acts).toEqual(done);
      expect(report.undos).toMatchObject([{ outcome: expect.stringMatching(/^0 of \d+ undone/) as string }]);
    });
  });
});
