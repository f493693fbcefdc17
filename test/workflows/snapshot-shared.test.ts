import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { incidentWorkflowId, taskQueues } from '../../src/domain/names.ts';
import type { IncidentOpening } from '../../src/domain/incident.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import { decideUpdate } from '../../workflows/messages.ts';
import { aPolicy, aShareAlert, aUser, ids } from '../support/builders.ts';
import { aDecision, nextRequest } from '../support/deciding.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { withWorkers } from '../support/test-workers.ts';
import { useTimeSkippingEnv } from '../support/time-skipping.ts';

/** The second playbook on the same core: approvals, acts, rechecks and the report are those of the first. */
const env = useTimeSkippingEnv();

async function incident(alert = aShareAlert()) {
  const opening: IncidentOpening = { alert, policy: aPolicy(), policyDigest: 'p', correlation: {} };
  const workflow = 'ebsSnapshotShared';
  return env().client.workflow.start<(o: IncidentOpening) => Promise<IncidentReport>>(workflow, {
    workflowId: incidentWorkflowId('ebs-snapshot-shared', alert, 'k'),
    taskQueue: taskQueues.incident,
    args: [opening],
  });
}

const shared = (...sharedWith: string[]) => [{ type: 'snapshot' as const, id: 'snap-0123456789abcdef0', sharedWith }];

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

  it('that nobody can read says what is left to people, and not that it holds', async () => {
    const world = new FakeWorld();
    const refused = () =>
      Promise.reject(ApplicationFailure.nonRetryable(`refused ${'x'.repeat(400)}`, 'AwsAccessDenied'));
    Object.assign(world.observe, { describeCopies: refused, describePrincipal: refused, findUser: refused });
    await withWorkers(env().nativeConnection, world, async () => {
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
});
