import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { cameFrom } from '../../../activities/aws/error-place.ts';
import { toFailure } from '../../../activities/aws/failures.ts';
import type { ActInput, TargetCheck } from '../../../src/domain/acts/acts.ts';
import { failureTypes } from '../../../src/domain/failures.ts';
import { decideUpdate, incidentQuery, retryUpdate, undoUpdate } from '../../../workflows/messages.ts';
import { ids } from '../../support/builders.ts';
import { anAwsError } from '../../unit/activities/aws-double.ts';
import { aDecision, nextRequest } from '../../support/deciding.ts';
import { eventually } from '../../support/eventually.ts';
import { FakeWorld } from '../../support/fake-world.ts';
import { approveUntilRecovery, incidentsOn, inSlack, skipUntilAsked } from '../../support/incidents.ts';
import { useTimeSkippingEnv } from '../../support/time-skipping.ts';

/**
 * What AWS refuses: told to people, tried again when they ask, and undone as far as it took effect. Doubles play AWS
 * here; the lab tests have the real one.
 */
const env = useTimeSkippingEnv();
const incident = incidentsOn(env);

describe('the playbook', () => {
  it('tells people that an act failed, why, and how to have it tried again', async () => {
    const world = new FakeWorld();
    world.outcomes.putInlinePolicy = () => {
      throw ApplicationFailure.nonRetryable('iam:PutUserPolicy is refused', failureTypes.accessDenied);
    };
    await incident(world, async (handle) => {
      const request = await nextRequest(handle);
      await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
      await nextRequest(handle, request.requestId);
      const { timeline, incidentKey } = await handle.query(incidentQuery);
      const said = timeline.find(({ text }) => text.startsWith('containment:'))?.text;
      expect(said).toMatch(/not done: .*deny-actor \(failed: .*iam:PutUserPolicy is refused/);
      expect(said).toContain(`soar incident retry ${incidentKey}`);
    });
  });

  describe('an act that fails', () => {
    const halfWay = (input: ActInput): TargetCheck =>
      input.act === 'setAccessKeyStatus'
        ? { standing: 'ready', detail: 'of user mallory, AKIA1 is Inactive, AKIA2 is Active', partly: true }
        : { standing: 'done', detail: 'as it was left' };
    const denied = () => {
      throw ApplicationFailure.nonRetryable('the role lacks iam:UpdateAccessKey', failureTypes.accessDenied);
    };

    it('says what stands, is tried again when somebody asks, and not before people agree', async () => {
      const world = new FakeWorld();
      world.outcomes.setAccessKeyStatus = denied;
      world.check = halfWay;
      await incident(
        world,
        async (handle) => {
          const containment = await nextRequest(handle);
          expect(await handle.executeUpdate(retryUpdate, { args: [{ by: 'alice' }] })).toMatchObject({
            result: 'refused',
          });
          await handle.executeUpdate(decideUpdate, { args: [aDecision(containment, 'approve', 'alice')] });
          const recovery = await nextRequest(handle, containment.requestId);
          const failed = (await handle.query(incidentQuery)).actions.find(({ status }) => status === 'failed');
          expect(failed).toMatchObject({ id: 'disable-access-keys', partly: true });
          expect(failed?.detail).toMatch(/lacks iam:UpdateAccessKey; now of user mallory, AKIA1 is Inactive/);

          world.outcomes = {};
          world.check = () => ({ standing: 'done', detail: 'as it was left' });
          const asked = await handle.executeUpdate(retryUpdate, { args: [{ by: 'alice' }] });
          expect(asked).toEqual({ result: 'asked', actions: ['disable-access-keys'], after: recovery.requestId });
          await handle.executeUpdate(decideUpdate, { args: [aDecision(recovery, 'reject', 'alice')] });
          const again = await nextRequest(handle, recovery.requestId);
          expect(again.plan.actions.map(({ id }) => id)).toEqual(['disable-access-keys']);
          const before = world.acts.length;
          await handle.executeUpdate(decideUpdate, { args: [aDecision(again, 'approve', 'alice')] });
          const report = await handle.result();
          expect(world.acts.slice(before).map(({ act }) => act)).toEqual(['setAccessKeyStatus']);
          expect(report.actions.at(-1)).toMatchObject({ id: 'disable-access-keys', status: 'applied' });
        },
        { policy: { rechecks: [] } },
      );
    });

    it('again, when it was asked for or looked at again, is told to those who approved it', async () => {
      const world = new FakeWorld();
      world.outcomes.setAccessKeyStatus = denied;
      const said = inSlack(world);
      const told =
        /^tried again: 0 of 1 actions in place; not done: disable-access-keys \(failed: .*lacks iam:Upd.*soar incident retry VMX-\w+$/;
      await incident(
        world,
        async (handle) => {
          const containment = await nextRequest(handle);
          await handle.executeUpdate(decideUpdate, { args: [aDecision(containment, 'approve', 'alice')] });
          const recovery = await nextRequest(handle, containment.requestId);
          await handle.executeUpdate(retryUpdate, { args: [{ by: 'alice' }] });
          await handle.executeUpdate(decideUpdate, { args: [aDecision(recovery, 'approve', 'alice')] });
          const again = await nextRequest(handle, recovery.requestId);
          expect(said.filter((text) => told.test(text))).toEqual([]);
          await handle.executeUpdate(decideUpdate, { args: [aDecision(again, 'approve', 'alice')] });
          const looked = await skipUntilAsked(env(), handle);
          await handle.executeUpdate(decideUpdate, { args: [aDecision(looked, 'approve', 'alice')] });
          await eventually(() => expect(said.filter((text) => told.test(text))).toHaveLength(2));

          // Once its cause is gone, they hear that, too.
          world.outcomes = {};
          const later = await skipUntilAsked(env(), handle);
          await handle.executeUpdate(decideUpdate, { args: [aDecision(later, 'approve', 'alice')] });
          const { rechecks, timeline } = await handle.result();
          expect(said).toContain('tried again: 1 of 1 actions in place');
          expect(rechecks.map(({ notInPlace }) => notInPlace)).toEqual([
            ['disable-access-keys'],
            ['disable-access-keys'],
          ]);
          expect(timeline.map(({ text }) => text)).toContainEqual(
            expect.stringMatching(/^holds: \d+ checked; not in place: disable-access-keys$/),
          );
        },
        {
          policy: {
            rechecks: [3_600_000, 7_200_000],
            channels: { slack: { channel: 'C1', ownerChannels: {}, tellOwner: false } },
          },
        },
      );
    });

    it('plans by name what no plan held, once it can be read, and says where there is nothing to do', async () => {
      const world = new FakeWorld();
      let refused = true;
      const read = () => {
        if (!refused) return Promise.resolve(world.principal);
        throw ApplicationFailure.nonRetryable('iam:GetUser is refused', failureTypes.accessDenied);
      };
      Object.assign(world.observe, { describePrincipal: read, findUser: read });
      await incident(
        world,
        async (handle) => {
          const containment = await nextRequest(handle);
          const { actions, notPlanned } = containment.plan;
          expect(actions.map(({ id }) => id)).not.toContain('deny-actor');
          expect(notPlanned.find(({ what }) => what === 'contain the actor')?.why).toMatch(
            /could not be read in IAM.*soar incident retry VMX-\w+ --action disable-access-keys deny-actor$/,
          );
          await handle.executeUpdate(decideUpdate, { args: [aDecision(containment, 'approve', 'alice')] });
          const recovery = await nextRequest(handle, containment.requestId);

          refused = false;
          const named = ['deny-actor', 'stop-replication', 'monitor-exports', 'no-such'];
          const asked = await handle.executeUpdate(retryUpdate, { args: [{ by: 'alice', actions: named }] });
          expect(asked).toMatchObject({ result: 'asked', actions: named.slice(0, 2), after: recovery.requestId });
          await handle.executeUpdate(decideUpdate, { args: [aDecision(recovery, 'approve', 'alice')] });
          const again = await nextRequest(handle, recovery.requestId);
          expect(again.plan.actions.map(({ id }) => id)).toEqual(['deny-actor']);
          await handle.executeUpdate(decideUpdate, { args: [aDecision(again, 'approve', 'alice')] });
          const report = await handle.result();
          expect(report.actions.at(-1)).toMatchObject({ id: 'deny-actor', status: 'applied' });
          expect(report.timeline.map(({ text }) => text)).toContainEqual(
            expect.stringMatching(/^not asked about, because nothing of it is to be done.*: stop-replication/),
          );
        },
        { policy: { rechecks: [] } },
      );
    });

    it('in a Region that is not enabled names that Region, and so does what could not be read there', async () => {
      const off = { accountId: ids.account, region: 'ap-east-1' };
      const refused = (what: string) => {
        throw toFailure(what, cameFrom(anAwsError('OptInRequired', 401), off));
      };
      const world = new FakeWorld();
      world.observe.describeCopies = () => refused('listing images');
      world.outcomes.setAccessKeyStatus = () => refused('listing keys');
      await incident(world, async (handle) => {
        const containment = await nextRequest(handle);
        await handle.executeUpdate(decideUpdate, { args: [aDecision(containment, 'approve', 'alice')] });
        await nextRequest(handle, containment.requestId);
        const { actions, timeline } = await handle.query(incidentQuery);
        const named = 'Region ap-east-1 of account 111111111111 is not enabled: enable it';
        expect(actions.find(({ id }) => id === 'disable-access-keys')?.detail).toContain(named);
        const gaps = timeline.flatMap(({ kind, text }) => (kind === 'gap' ? [text] : []));
        expect(gaps).toContainEqual(expect.stringContaining(named));
      });
    });

    it('leaves what took effect of it to be undone', async () => {
      const world = new FakeWorld();
      world.outcomes.setAccessKeyStatus = denied;
      world.check = halfWay;
      await incident(
        world,
        async (handle) => {
          const recovery = await approveUntilRecovery(handle);
          const undo = { reason: 'the wrong user', by: 'alice', actions: ['disable-access-keys'] };
          expect(await handle.executeUpdate(undoUpdate, { args: [undo] })).toMatchObject({
            result: 'asked',
            planned: ['undo/disable-access-keys'],
          });
          // Ended while an activity runs, the server would never skip time again.
          await nextRequest(handle, recovery);
        },
        { policy: { rechecks: [3_600_000] } },
      );
    });
  });
});
