import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { failureTypes } from '../../../src/domain/failures.ts';
import { attachAlertSignal, closeUpdate, decideSignal, incidentQuery } from '../../../workflows/messages.ts';
import { anAlert } from '../../support/builders.ts';
import { nextRequest } from '../../support/deciding.ts';
import { FakeWorld } from '../../support/fake-world.ts';
import { incidentsOn } from '../../support/incidents.ts';
import { useTimeSkippingEnv } from '../../support/time-skipping.ts';

/** What reaches an incident from outside while it waits. Doubles play AWS here; the lab tests have the real one. */
const incident = incidentsOn(useTimeSkippingEnv());

describe('an incident', () => {
  it('is not disturbed by messages that are none', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      const request = await nextRequest(handle);
      for (const nonsense of [null, 1, 'x', [], {}, { requestId: {} }, { proof: { kind: 'code' } }]) {
        await handle.signal(decideSignal, nonsense as never);
        await handle.signal(attachAlertSignal, nonsense as never);
      }
      await handle.signal(attachAlertSignal, anAlert({ eventId: 'second' }));
      const view = await handle.query(incidentQuery);
      expect(view.eventIds).toEqual([anAlert().eventId, 'second']);
      expect(view.pendingApproval?.requestId).toBe(request.requestId);
    });
  });

  it('that is closed by a person begins nothing new and reports what was not done', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      await nextRequest(handle);
      await handle.executeUpdate(closeUpdate, { args: [{ author: 'alice', reason: 'drill' }] });
      const report = await handle.result();
      expect(world.acts).toEqual([]);
      expect(report.actions.every(({ status }) => status === 'not-approved')).toBe(true);
      expect(report.actions.length).toBeGreaterThan(0);
    });
  });

  it('that is cancelled in Temporal stops before the next act and leaves a report', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      await nextRequest(handle);
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
      expect(world.acts).toEqual([]);
      expect(world.reports.at(-1)?.timeline.map(({ text }) => text)).toContain(
        'the workflow was cancelled; nothing further is changed',
      );
    });
  });

  it('goes on when a source cannot be read, and says so', async () => {
    const world = new FakeWorld();
    const denied = ApplicationFailure.nonRetryable('no such permission', failureTypes.accessDenied);
    world.observe.describeInstance = () => Promise.reject(denied);
    await incident(world, async (handle) => {
      await nextRequest(handle);
      const { timeline, findings } = await handle.query(incidentQuery);
      expect(timeline.filter(({ kind }) => kind === 'gap').map(({ text }) => text)).toContainEqual(
        expect.stringContaining('instance is unknown'),
      );
      expect(findings.some(({ answer }) => answer === 'unknown')).toBe(true);
    });
  });
});
