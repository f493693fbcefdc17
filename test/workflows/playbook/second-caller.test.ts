import { describe, expect, it } from 'vitest';
import { attachAlertSignal, closeUpdate, incidentQuery } from '../../../workflows/messages.ts';
import { anAllowListEntry, anIamUser, anImageAlert, aRoleSession, ids, without } from '../../support/builders.ts';
import { nextRequest } from '../../support/deciding.ts';
import { eventually } from '../../support/eventually.ts';
import { FakeWorld } from '../../support/fake-world.ts';
import { approveAll, incidentsOn, inSlack } from '../../support/incidents.ts';
import { useTimeSkippingEnv } from '../../support/time-skipping.ts';

/**
 * An image of the same key, stored by two identities: neither answers for the other. Doubles play AWS here; the lab
 * tests have the real one.
 */
const incident = incidentsOn(useTimeSkippingEnv());

describe('the playbook', () => {
  describe('an image that somebody else has stored over itself', () => {
    const stored = { eventName: 'CreateStoreImageTask', objectKey: `${ids.image}.bin`, principal: aRoleSession() };
    const migration = without(anImageAlert(stored), 'exportTaskId');
    const arn = `arn:aws:iam::${ids.account}:user/carol`;
    const byCarol = {
      ...migration,
      eventId: 'second',
      principal: anIamUser({ name: 'carol', arn, accessKeyId: 'AKIACAROL' }),
    };
    const allowList = [anAllowListEntry({ expires: '2999-01-01T00:00:00Z' })];
    const channels = { slack: { channel: 'C1', ownerChannels: {}, tellOwner: false } };

    it('is not authorised because the first time was, and whoever approves is told that the plan leaves somebody out', async () => {
      const world = new FakeWorld();
      world.instance.tags = { Environment: 'development' };
      const said = inSlack(world);
      await incident(
        world,
        async (handle) => {
          const { plan, phase } = await nextRequest(handle);
          expect(phase).toBe('containment');
          expect(plan.notPlanned.find(({ what }) => what === 'contain user carol')?.why).toContain('AKIACAROL');
          const { findings, verdict } = await handle.query(incidentQuery);
          expect(verdict).not.toBe('authorised');
          expect(findings.find(({ id }) => id === 'other-callers')?.detail).toContain('user/carol with key AKIACAROL');
          // Beside that, each phase says why no entry of the allow-list holds.
          const news = () => said.filter((text) => text.includes('AKIACAROL') && !text.includes('allow-list entry'));
          await eventually(() => expect(news()).toHaveLength(1));
        },
        { alert: migration, attached: byCarol, policy: { allowList, channels } },
      );
    });

    it('is responded to, too, when it comes while the first time is being closed as authorised', async () => {
      const world = new FakeWorld();
      world.instance.tags = { Environment: 'development' };
      const indexEvents = world.notify.indexEvents.bind(world.notify);
      let closing = false;
      const learnt = Promise.withResolvers<undefined>();
      world.notify.indexEvents = async (input) => {
        closing = true;
        await learnt.promise;
        return indexEvents(input);
      };
      await incident(
        world,
        async (handle) => {
          await eventually(() => expect(closing).toBe(true));
          expect(await handle.query(incidentQuery)).toMatchObject({ verdict: 'authorised', phase: 'post-incident' });
          await handle.signal(attachAlertSignal, byCarol);
          await handle.query(incidentQuery);
          learnt.resolve(undefined);
          const { plan } = await nextRequest(handle);
          expect(plan.notPlanned.map(({ what }) => what)).toContain('contain user carol');
          expect(world.reports).toEqual([]);
          const { phases, verdict } = await approveAll(handle);
          expect(verdict).toBe('unauthorised-export');
          expect(phases.map(({ phase }) => phase)).toEqual([
            'triage',
            'validation',
            'post-incident',
            'investigation',
            'containment',
            'eradication',
            'recovery',
          ]);
          expect(phases[2]?.outcome).toBe('not closed: unauthorised-export now, and it is responded to');
        },
        { alert: migration, policy: { allowList } },
      );
    });

    it('is told once, also while people decide, and stands in the report', async () => {
      const world = new FakeWorld();
      const said = inSlack(world);
      await incident(
        world,
        async (handle) => {
          await nextRequest(handle);
          for (const eventId of ['second', 'third']) await handle.signal(attachAlertSignal, { ...byCarol, eventId });
          await handle.executeUpdate(closeUpdate, { args: [{ author: 'alice', reason: 'seen' }] });
          const { findings, timeline } = await handle.result();
          expect(said.filter((text) => text.startsWith('somebody else made the same call'))).toHaveLength(1);
          expect(findings.find(({ id }) => id === 'other-callers')?.detail).not.toContain(';');
          expect(timeline.map(({ text }) => text).join('\n')).not.toContain('whether the alert is true');
        },
        { alert: migration, policy: { channels } },
      );
    });
  });
});
