import { describe, expect, it } from 'vitest';
import { decideSignal, decideUpdate, incidentQuery } from '../../../workflows/messages.ts';
import { aCodeDecision, aDecision, nextRequest } from '../../support/deciding.ts';
import { eventually } from '../../support/eventually.ts';
import { FakeWorld } from '../../support/fake-world.ts';
import { incidentsOn } from '../../support/incidents.ts';
import { useTimeSkippingEnv } from '../../support/time-skipping.ts';

/** Who may decide, how often, and until when. Doubles play AWS here; the lab tests have the real one. */
const env = useTimeSkippingEnv();
const incident = incidentsOn(env);

describe('an approval', () => {
  it('that expires approves nothing, reminds, escalates and stays answerable', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      const request = await nextRequest(handle);
      await env().sleep('5h');
      const overdue = await eventually(async () => {
        const open = await nextRequest(handle);
        expect(open).toMatchObject({ requestId: request.requestId, overdue: true });
        return open;
      });
      expect(world.acts).toEqual([]);
      const { timeline } = await handle.query(incidentQuery);
      const said = timeline.filter(({ kind }) => kind === 'approval').map(({ text }) => text.split(':')[0]);
      expect(said.slice(1)).toEqual(['reminder', 'escalated', 'overdue']);

      const answer = await handle.executeUpdate(decideUpdate, { args: [aDecision(overdue, 'approve', 'alice')] });
      expect(answer).toMatchObject({ result: 'accepted', settled: true });
      await nextRequest(handle, request.requestId);
      expect(world.acts.length).toBeGreaterThan(0);
    });
  });

  it('keeps every refused decision on record with its reason, and none takes effect', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      const request = await nextRequest(handle);
      const good = aDecision(request, 'approve', 'alice');
      const refused = [
        { ...good, digest: '0'.repeat(64) },
        aDecision(request, 'approve', 'eve'),
        { ...good, approver: 'bob' },
        aDecision(request, 'approve', 'mallory'),
        { ...good, requestId: 'containment-9-ffffffff' },
        { ...aCodeDecision(request, 'approve', 'alice'), approver: 'bob' },
      ];
      for (const decision of refused) {
        expect(await handle.executeUpdate(decideUpdate, { args: [decision] })).toMatchObject({ result: 'refused' });
      }
      const { decisions, pendingApproval } = await handle.query(incidentQuery);
      expect(decisions.map(({ answer }) => answer.result === 'refused' && answer.reason)).toEqual([
        expect.stringContaining('digest'),
        expect.stringContaining('not on the list'),
        expect.stringContaining('signature'),
        expect.stringContaining('actor under investigation'),
        expect.stringContaining('not open'),
        expect.stringContaining('code'),
      ]);
      expect(pendingApproval?.requestId).toBe(request.requestId);
      expect(world.acts).toEqual([]);
    });
  });

  it('does not count from somebody who was taken off the list after the request', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      const request = await nextRequest(handle);
      world.approvers = world.approvers.filter(({ id }) => id !== 'alice');
      const answer = await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
      expect(answer).toMatchObject({ result: 'refused', reason: expect.stringContaining('not on the list') as string });
    });
  });

  it('takes effect by signal with a code from Temporal UI, once', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      const request = await nextRequest(handle);
      await handle.signal(decideSignal, aCodeDecision(request, 'approve', 'alice'));
      await nextRequest(handle, request.requestId);
      await handle.signal(decideSignal, aCodeDecision(request, 'approve', 'alice'));
      const { decisions } = await handle.query(incidentQuery);
      expect(decisions.map(({ verifiedBy, answer }) => [verifiedBy, answer.result])).toEqual([
        ['code', 'accepted'],
        ['nothing', 'refused'],
      ]);
    });
  });

  it('of an irreversible action needs two different people', async () => {
    const world = new FakeWorld();
    world.task = { ...world.task, state: 'active' };
    await incident(
      world,
      async (handle) => {
        const request = await nextRequest(handle);
        expect(request.quorum).toBe(2);
        const first = await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
        expect(first).toMatchObject({ result: 'accepted', settled: false });
        const again = await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
        expect(again).toMatchObject({ result: 'refused' });
        expect(world.acts).toEqual([]);
        const second = await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'bob')] });
        expect(second).toMatchObject({ result: 'accepted', settled: true });
        await nextRequest(handle, request.requestId);
        expect(world.acts.map(({ act }) => act)).toContain('cancelExportTask');
      },
      { policy: { runningExport: 'cancel' } },
    );
  });

  it('has one outcome when two approvers race, and both are on record', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      const request = await nextRequest(handle);
      const answers = await Promise.all([
        handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] }),
        handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'reject', 'bob')] }),
      ]);
      expect(answers.map(({ result }) => result).sort()).toEqual(['accepted', 'refused']);
      expect((await handle.query(incidentQuery)).decisions).toHaveLength(2);
    });
  });
});
