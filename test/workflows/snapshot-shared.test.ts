import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { pagerNotify } from '../../activities/pager/notify.ts';
import type { ApprovalRules } from '../../src/domain/approval/approval-rules.ts';
import { incidentWorkflowId, taskQueues } from '../../src/domain/names.ts';
import type { IncidentOpening } from '../../src/domain/incident.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import { attachAlertSignal, decideUpdate, incidentQuery } from '../../workflows/messages.ts';
import { anIamUser, aPolicy, aShareAlert, aUser, ids } from '../support/builders.ts';
import { aDecision, nextRequest } from '../support/deciding.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { startPager } from '../support/pager.ts';
import { withWorkers } from '../support/test-workers.ts';
import { useTimeSkippingEnv } from '../support/time-skipping.ts';

/** The second playbook on the same core: approvals, acts, rechecks and the report are those of the first. */
const env = useTimeSkippingEnv();

async function incident(alert = aShareAlert(), approvals: Partial<ApprovalRules> = {}) {
  const policy = aPolicy();
  const opening: IncidentOpening = {
    alert,
    policy: { ...policy, approvals: { ...policy.approvals, ...approvals } },
    policyDigest: 'p',
    correlation: {},
  };
  const workflow = 'ebsSnapshotShared';
  return env().client.workflow.start<(o: IncidentOpening) => Promise<IncidentReport>>(workflow, {
    workflowId: incidentWorkflowId('ebs-snapshot-shared', alert, 'k'),
    taskQueue: taskQueues.incident,
    args: [opening],
  });
}

const shared = (...sharedWith: string[]) => [{ type: 'snapshot' as const, id: 'snap-0123456789abcdef0', sharedWith }];

/** Nobody can tell how it is shared, nor who shared it. */
function unreadable(): FakeWorld {
  const world = new FakeWorld();
  const refused = () =>
    Promise.reject(ApplicationFailure.nonRetryable(`refused ${'x'.repeat(400)}`, 'AwsAccessDenied'));
  Object.assign(world.observe, { describeCopies: refused, describePrincipal: refused, findUser: refused });
  return world;
}

describe('a snapshot that was shared outside', () => {
  it('is unshared and its actor contained once somebody approves exactly that, and watched for days', async () => {
    const world = new FakeWorld();
    world.principal = aUser();
    world.copies = shared(ids.outsideAccount);
    await withWorkers(env().nativeConnection, world, async () => {
      const handle = await incident();
      const request = await nextRequest(handle);
      expect(request.plan.actions.map(({ input }) => input.act)).toEqual([
        'setSharing',
        'setAccessKeyStatus',
        'putInlinePolicy',
      ]);
      expect(world.acts).toEqual([]);
      world.copies = shared();
      await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
      const report = await handle.result();
      expect(world.acts.map(({ act }) => act)).toEqual(['setSharing', 'setAccessKeyStatus', 'putInlinePolicy']);
      expect(report).toMatchObject({ playbook: 'ebs-snapshot-shared', verdict: 'unauthorised-export' });
      expect(report.assessment.severity).toBe('high');
      expect(report.rechecks.map(({ result }) => result)).toEqual(['holds', 'holds']);
      expect(report.phases.map(({ phase }) => phase)).toEqual(['triage', 'validation', 'containment', 'recovery']);
    });
  });

  it('is closed without a question where it stays inside the organisation', async () => {
    const world = new FakeWorld();
    world.copies = shared(ids.account);
    await withWorkers(env().nativeConnection, world, async () => {
      const handle = await incident(aShareAlert({ sharedWith: [ids.account], eventId: 'inside' }));
      expect(await handle.result()).toMatchObject({ verdict: 'authorised', actions: [], decisions: [] });
    });
  });

  it('is responded to after all where another alert names somebody else who made the call', async () => {
    const world = new FakeWorld();
    world.principal = aUser();
    world.copies = shared(ids.account);
    const indexEvents = world.notify.indexEvents.bind(world.notify);
    const [closing, told] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    world.notify.indexEvents = async (input) => {
      closing.resolve(undefined);
      await told.promise;
      return indexEvents(input);
    };
    const inside = aShareAlert({ sharedWith: [ids.account], eventId: 'ours' });
    const arn = `arn:aws:iam::${ids.account}:user/carol`;
    const byCarol = aShareAlert({ eventId: "carol's", principal: anIamUser({ name: 'carol', arn }) });
    await withWorkers(env().nativeConnection, world, async () => {
      const handle = await incident(inside);
      await closing.promise;
      expect(await handle.query(incidentQuery)).toMatchObject({ verdict: 'authorised' });
      world.copies = shared(ids.outsideAccount);
      await handle.signal(attachAlertSignal, byCarol);
      expect(await handle.query(incidentQuery)).toMatchObject({ verdict: 'undetermined' });
      told.resolve(undefined);
      const request = await nextRequest(handle);
      expect(request.plan.actions.map(({ id }) => id)).toContain('unshare-copies:snap-0123456789abcdef0');
      expect(request.plan.notPlanned.map(({ what }) => what)).toContain('contain user carol');
      world.copies = shared();
      await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
      const { phases } = await handle.result();
      expect(phases.map(({ phase }) => phase)).toEqual([
        ...['triage', 'validation', 'post-incident', 'containment', 'recovery'],
      ]);
    });
  });

  it('that nobody can read says what is left to people, and not that it holds', async () => {
    await withWorkers(env().nativeConnection, unreadable(), async () => {
      const handle = await incident(aShareAlert({ eventId: 'refused' }));
      const report = await handle.result();
      expect(report.actions).toEqual([]);
      const contained = report.phases.find(({ phase }) => phase === 'containment')?.outcome;
      expect(contained).toMatch(
        /^nothing was changed; take back the share of snap-0123456789abcdef0 with account 333333333333/,
      );
      expect(contained).toContain('--action unshare-copies:snap-0123456789abcdef0');
      expect(contained).toContain('contain the actor: iam-user');
      expect(report.rechecks.map(({ result }) => result)).toEqual(['unknown', 'unknown']);
      const watched = report.phases.find(({ phase }) => phase === 'recovery')?.outcome;
      expect(watched).toBe('2 recheck(s), 0 with drift, 2 could not see everything');
    });
  });

  it('that nobody can read pages whoever is on call, for nobody is asked; it is resolved when the incident ends', async () => {
    const routingKey = 'the-routing-key-of-these-tests';
    const pager = await startPager(routingKey);
    const world = unreadable();
    Object.assign(world.notify, pagerNotify({ url: pager.url, routingKey, linkTo: () => null }));
    await withWorkers(env().nativeConnection, world, async () => {
      // Requests are paged about after an hour; this has none.
      const handle = await incident(aShareAlert({ eventId: 'paged' }), { pageAfter: 3_600_000 });
      const { incidentKey, requests, timeline } = await handle.result();
      const dedup_key = `${incidentKey}/uncontained`;
      expect(requests ?? []).toEqual([]);
      expect(pager.events).toMatchObject([
        { event_action: 'trigger', dedup_key, payload: { severity: 'critical', class: 'not contained' } },
        { event_action: 'resolve', dedup_key },
      ]);
      expect(timeline.map(({ text }) => text)).toContainEqual(
        `paged: whoever is on call, as containment could plan nothing, as alert ${dedup_key}`,
      );

      await (await incident(aShareAlert({ eventId: 'not paged' }))).result();
      expect(pager.requests).toBe(2);
    });
    await pager.stop();
  });
});
