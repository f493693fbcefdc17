import { describe, expect, it } from 'vitest';
import type { IncidentReport } from '../../../src/domain/report/report.ts';
import { decideUpdate, incidentQuery } from '../../../workflows/messages.ts';
import { aTrail, aTrailEvent, ids } from '../../support/builders.ts';
import { aDecision, nextRequest } from '../../support/deciding.ts';
import { eventually } from '../../support/eventually.ts';
import { FakeWorld } from '../../support/fake-world.ts';
import {
  approveAll,
  approveUntilRecovery,
  type Incident,
  incidentsOn,
  inSlack,
  skipUntilAsked,
} from '../../support/incidents.ts';
import { useTimeSkippingEnv } from '../../support/time-skipping.ts';

/**
 * What shows only once containment is in place, because CloudTrail lists it minutes later. Doubles play AWS here;
 * the lab tests have the real one.
 */
const env = useTimeSkippingEnv();
const incident = incidentsOn(env);

describe('the playbook', () => {
  describe('after containment', () => {
    const minute = 60_000;
    const watch = { checks: [5 * minute, 20 * minute, 60 * minute], propagation: minute, logLag: 15 * minute };
    const looks = ({ timeline }: IncidentReport) =>
      timeline.flatMap(({ text }) => /^containment ([a-z-]+):/.exec(text)?.[1] ?? []);

    it('it is looked whether it holds, until the log has told everything', async () => {
      const world = new FakeWorld();
      // The server's clock may be ahead of the one that activities read.
      const at = new Date(await env().currentTimeMs()).toISOString();
      world.outcomes.putInlinePolicy = () => ({ status: 'applied', detail: 'done', at });
      await incident(
        world,
        async (handle) => {
          const report = await approveAll(handle);
          expect(looks(report)).toEqual(['too-early', 'observed']);
          expect(report.findings.find(({ id }) => id === 'contained')).toMatchObject({ answer: 'yes' });
        },
        { policy: { watch, rechecks: [] } },
      );
    });

    it('a call that succeeds is found, said in the report and looked for again', async () => {
      const world = new FakeWorld();
      const call = aTrailEvent({ time: '2999-01-01T00:00:00Z', eventName: 'CreateUser', readOnly: false });
      world.trail = aTrail([call]);
      await incident(
        world,
        async (handle) => {
          const report = await approveAll(handle);
          expect(looks(report)).toEqual(['broken', 'broken', 'broken', 'broken']);
          expect(report.findings.find(({ id }) => id === 'contained')).toMatchObject({
            answer: 'no',
            detail: expect.stringContaining('CreateUser') as string,
          });
        },
        { policy: { watch, rechecks: [120 * minute] } },
      );
    });

    it('what was taken back and put in force again is looked at like before', async () => {
      const world = new FakeWorld();
      let takenBack = true;
      world.check = (input) =>
        input.act === 'putInlinePolicy' && input.policyName.endsWith('deny-all') && takenBack
          ? { standing: 'ready', detail: 'the policy is gone' }
          : { standing: 'done', detail: 'as it was left' };
      await incident(
        world,
        async (handle) => {
          await approveUntilRecovery(handle);
          const asked = await skipUntilAsked(env(), handle);
          expect(asked.plan.actions.map(({ id }) => id)).toEqual(['deny-actor']);
          takenBack = false;
          await handle.executeUpdate(decideUpdate, { args: [aDecision(asked, 'approve', 'alice')] });
          const report = await handle.result();
          expect(looks(report)).toEqual(['broken', 'observed', 'observed']);
          expect(report.findings.find(({ id }) => id === 'contained')).toMatchObject({
            answer: 'yes',
            detail: expect.stringContaining('mallory succeeded') as string,
          });
        },
        { policy: { watch: { ...watch, checks: [] }, rechecks: [120 * minute, 1440 * minute] } },
      );
    });
  });

  describe('what CloudTrail lists late', () => {
    const stopped = aTrailEvent({
      eventName: 'StopLogging',
      readOnly: false,
      principalArn: `arn:aws:iam::${ids.account}:user/admin`,
    });
    const quiet = { authorisedExporters: [ids.userArn], rechecks: [60_000] };
    const watch = { checks: [], propagation: 60_000, logLag: 15 * 60_000 };
    const concealment = async (handle: Incident) => {
      const { findings, assessment, timeline } = await handle.query(incidentQuery);
      const told = timeline.filter(({ text }) => text.startsWith('CloudTrail told late')).map(({ text }) => text);
      return { answer: findings.find(({ id }) => id === 'concealment')?.answer, severity: assessment?.severity, told };
    };
    const calmWorld = () => {
      const world = new FakeWorld();
      world.instance.tags = { Environment: 'staging' };
      return world;
    };

    it('raises severity while people are still asked, and is told to them', async () => {
      const world = calmWorld();
      const said = inSlack(world);
      await incident(
        world,
        async (handle) => {
          await nextRequest(handle);
          expect(await concealment(handle)).toEqual({ answer: 'no', severity: 'medium', told: [] });
          world.calls = aTrail([stopped]);
          await env().sleep('16m');
          await eventually(async () => {
            expect(await concealment(handle)).toEqual({
              answer: 'yes',
              severity: 'high',
              told: [expect.stringMatching(/StopLogging/)],
            });
          });
          await eventually(() => expect(said.join('\n')).toMatch(/^CloudTrail told late .*StopLogging/m));
        },
        { policy: { ...quiet, watch, channels: { slack: { channel: 'C1', ownerChannels: {}, tellOwner: false } } } },
      );
    });

    it('raises severity at a recheck, too', async () => {
      const world = calmWorld();
      await incident(
        world,
        async (handle) => {
          world.outcomes.putEventRule = () => {
            world.calls = aTrail([stopped]);
            return { status: 'applied', detail: 'done', at: new Date().toISOString() };
          };
          const { assessment, findings } = await approveAll(handle);
          expect(assessment.severity).toBe('high');
          expect(findings.find(({ id }) => id === 'concealment')?.answer).toBe('yes');
        },
        {
          policy: {
            ...quiet,
            watch: { ...watch, logLag: 1 },
            monitoring: { targetArn: 'arn:aws:sns:eu-west-1:111111111111:a' },
          },
        },
      );
    });
  });
});
