import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { closeUpdate, decideUpdate, incidentQuery } from '../../../workflows/messages.ts';
import { requestMessage } from '../../../src/domain/approval/request-message.ts';
import {
  anAlert,
  anAllowListEntry,
  anImageAlert,
  anImageSource,
  aPolicy,
  aRoleSession,
  aTrail,
  aTrailEvent,
  ids,
  anInstance,
} from '../../support/builders.ts';
import { aDecision, nextRequest } from '../../support/deciding.ts';
import { FakeWorld } from '../../support/fake-world.ts';
import { approveAll, exporter, type Incident, incidentsOn } from '../../support/incidents.ts';
import { useTimeSkippingEnv } from '../../support/time-skipping.ts';

/**
 * The phases in their order, from the first question to the report, and what they ask about. Doubles play AWS here;
 * the lab tests have the real one.
 */
const incident = incidentsOn(useTimeSkippingEnv());

describe('the playbook', () => {
  it('goes through its phases in order and ends with a report', async () => {
    const world = new FakeWorld();
    world.principal = exporter();
    await incident(world, async (handle) => {
      const report = await approveAll(handle);
      expect(report.phases.map(({ phase }) => phase)).toEqual([
        'triage',
        'validation',
        'investigation',
        'containment',
        'eradication',
        'recovery',
      ]);
      expect(report.verdict).toBe('unauthorised-export');
      expect(report.rechecks.map(({ result }) => result)).toEqual(['holds', 'holds']);
      expect(report.actions.length).toBeGreaterThan(4);
      expect(world.reports.map(({ closedAt }) => closedAt === null)).toEqual([true, false]);
    });
  });

  it('comes back in time while the evidence store takes no report, and ends when it has taken them', async () => {
    const world = new FakeWorld();
    const storeReport = world.notify.storeReport.bind(world.notify);
    let attempts = 0;
    world.notify.storeReport = (input) =>
      ++attempts === 1
        ? Promise.reject(ApplicationFailure.create({ message: 'no space is left', nextRetryDelay: '25 hours' }))
        : storeReport(input);
    await incident(world, async (handle) => {
      const { phases, rechecks } = await approveAll(handle);
      const began = Date.parse(phases.find(({ phase }) => phase === 'recovery')!.startedAt);
      expect(rechecks.map(({ at }) => Math.floor((Date.parse(at) - began) / 3_600_000))).toEqual([1, 24]);
      expect(world.reports.map(({ closedAt }) => closedAt === null)).toEqual([true, false]);
    });
  });

  it('asks about the machine of which an exported image was made, in its Region, and leaves its owner out', async () => {
    const world = new FakeWorld();
    world.instance = anInstance({ tags: { Owner: 'alice', DataClassification: 'confidential' } });
    world.source = anImageSource({
      machine: { instanceId: ids.instance, accountId: ids.account, region: 'us-east-1' },
    });
    const asked: unknown[] = [];
    const describeInstance = (input: unknown) => {
      asked.push(input);
      return Promise.resolve(world.instance);
    };
    world.observe.describeInstance = describeInstance;
    const traced: unknown[] = [];
    world.observe.traceImage = (input) => {
      traced.push(input);
      return Promise.resolve(world.source);
    };
    const approvals = { ...aPolicy().approvals, notOwner: true };
    await incident(
      world,
      async (handle) => {
        const request = await nextRequest(handle);
        const { findings, assessment } = await handle.query(incidentQuery);
        expect(findings.find(({ id }) => id === 'image-source')).toMatchObject({ answer: 'yes' });
        expect(findings.find(({ id }) => id === 'instance-owner')?.detail).toBe('tag Owner: alice');
        expect(assessment?.severity).toBe('high');
        expect(request.plan.notPlanned).toContainEqual({
          what: 'snapshot-volumes',
          why: expect.stringContaining('is in us-east-1: by hand') as string,
        });
        expect(traced).toMatchObject([{ accountId: ids.account, region: ids.region, imageId: ids.image }]);
        expect(new Set(asked.map((input) => JSON.stringify(input)))).toEqual(
          new Set([JSON.stringify({ accountId: ids.account, region: 'us-east-1', instanceId: ids.instance })]),
        );
        const answer = await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
        expect(answer).toMatchObject({ result: 'refused' });
      },
      { alert: anImageAlert(), policy: { snapshotVolumes: true, approvals } },
    );
  });

  it('asks nothing about a machine that is not known, or of another account, and says why', async () => {
    const world = new FakeWorld();
    const why = 'EC2 names no machine of it';
    world.source = { imageId: ids.image, why };
    const never = () => Promise.reject(ApplicationFailure.nonRetryable('no machine is known'));
    world.observe.describeInstance = never;
    world.observe.describeSoftware = never;
    const open = async (handle: Incident) => {
      await nextRequest(handle);
      const { findings, timeline } = await handle.query(incidentQuery);
      expect(timeline.filter(({ text }) => text.includes('no machine is known'))).toEqual([]);
      return findings.find(({ id }) => id === 'instance-owner')?.whyUnknown;
    };
    await incident(world, async (handle) => expect(await open(handle)).toBe(why), { alert: anImageAlert() });
    const machine = { instanceId: ids.instance, accountId: ids.outsideAccount, region: ids.region };
    world.source = anImageSource({ machine });
    await incident(
      world,
      async (handle) => expect(await open(handle)).toContain(`of account ${ids.outsideAccount}, which is not read`),
      { alert: anImageAlert() },
    );
  });

  it('closes an authorised export without asking anybody, and keeps its record', async () => {
    const world = new FakeWorld();
    world.instance.tags = { Environment: 'development' };
    await incident(
      world,
      async (handle) => {
        const report = await handle.result();
        expect(report.verdict).toBe('authorised');
        expect(report.assessment.severity).toBe('low');
        expect(world.acts).toEqual([]);
        expect(world.reports).toHaveLength(1);
      },
      {
        alert: anAlert({ principal: aRoleSession() }),
        policy: { allowList: [anAllowListEntry({ expires: '2999-01-01T00:00:00Z' })] },
      },
    );
  });

  it('asks people about an export that would be authorised, where CloudTrail has its task by another call', async () => {
    const world = new FakeWorld();
    world.instance.tags = { Environment: 'development' };
    world.calls = aTrail([aTrailEvent({ eventId: 'true-one', copies: [{ kind: 'export', id: ids.task }] })]);
    await incident(
      world,
      async (handle) => {
        const request = await nextRequest(handle);
        const view = await handle.query(incidentQuery);
        // Whoever decides on a phone reads the request, and not the thread above it.
        const { known } = requestMessage({ ...view, workflowId: handle.workflowId }, request, 'short');
        expect(known.lines[0]).toMatch(/^Is the alert contradicted\? yes: look the call up in CloudTrail before/);
        await handle.executeUpdate(closeUpdate, { args: [{ author: 'alice', reason: 'seen' }] });
        const { verdict, timeline, findings } = await handle.result();
        expect(findings.map(({ id }) => id)).toContain('alert-contradicted');
        expect(verdict).not.toBe('authorised');
        expect(timeline.map(({ text }) => text).join('\n')).toMatch(/whether the alert is true is unknown .*true-one/);
      },
      {
        alert: anAlert({ principal: aRoleSession() }),
        policy: { allowList: [anAllowListEntry({ expires: '2999-01-01T00:00:00Z' })] },
      },
    );
  });
});
