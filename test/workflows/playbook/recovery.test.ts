import { describe, expect, it } from 'vitest';
import { credentialUpdate, decideUpdate, incidentQuery } from '../../../workflows/messages.ts';
import { aRead, aTrail, aTrailEvent, ids, someReads } from '../../support/builders.ts';
import { aDecision } from '../../support/deciding.ts';
import { FakeWorld } from '../../support/fake-world.ts';
import {
  approveAll,
  approveUntilRecovery,
  exporter,
  incidentsOn,
  inSlack,
  skipUntilAsked,
} from '../../support/incidents.ts';
import { useTimeSkippingEnv } from '../../support/time-skipping.ts';

/**
 * Days that pass in milliseconds: rechecks, drift, and what has to be rotated. Doubles play AWS here; the lab tests
 * have the real one.
 */
const env = useTimeSkippingEnv();
const incident = incidentsOn(env);

describe('the playbook', () => {
  it('checks recovery after hours and days, and drift re-opens', async () => {
    const world = new FakeWorld();
    let drift = true;
    const reads = new Map<string, number>();
    world.check = (input) => {
      if (input.act === 'putEventRule' && drift) return { standing: 'changed', detail: 'the rule was disabled' };
      const target = JSON.stringify(input);
      if (input.act !== 'putEventRule') reads.set(target, (reads.get(target) ?? 0) + 1);
      return { standing: 'done', detail: 'as it was left' };
    };
    await incident(
      world,
      async (handle) => {
        await approveUntilRecovery(handle);
        const opened = Date.parse((await handle.query(incidentQuery)).timeline.at(-1)!.at);
        world.trail = aTrail([
          aTrailEvent({ eventName: 'DisableRule', readOnly: false, time: '2999-01-01T00:00:00Z' }),
        ]);
        // Time skips while a result is awaited; the incident then asks about the drift.
        const reopened = await skipUntilAsked(env(), handle);
        expect(reopened.plan.actions.map(({ id }) => id)).toEqual(['monitor-exports']);
        expect(Date.parse(reopened.askedAt) - opened).toBeGreaterThanOrEqual(3_600_000);
        drift = false;
        await handle.executeUpdate(decideUpdate, { args: [aDecision(reopened, 'approve', 'alice')] });
        const report = await handle.result();
        expect(report.rechecks.map(({ result }) => result)).toEqual(['drift', 'holds', 'holds']);
        expect(report.rechecks[0]?.drifted).toMatchObject([
          {
            id: 'monitor-exports',
            causes: [{ eventName: 'DisableRule', principalArn: ids.userArn }],
            change: expect.any(Array) as unknown[],
          },
        ]);
        // What containment did is read back once in each, for the drift and for whether it holds.
        expect(new Set(reads.values())).toEqual(new Set([3]));
        const days = (Date.parse(report.closedAt!) - opened) / 86_400_000;
        expect(days).toBeGreaterThanOrEqual(6.9);
      },
      {
        policy: {
          rechecks: [3_600_000, 86_400_000, 7 * 86_400_000],
          watch: { checks: [], propagation: 1000, logLag: 900_000 },
        },
      },
    );
  });

  it('notices what was shared, copied or signed and shows after containment only, and asks about that alone', async () => {
    const world = new FakeWorld();
    world.outcomes.setSharing = () => {
      world.copies = [];
      // The double's bucket does not take the deny of its copy.
      world.reads = someReads();
      return { status: 'applied', detail: 'unshared', at: new Date().toISOString() };
    };
    await incident(
      world,
      async (handle) => {
        await approveUntilRecovery(handle);
        world.copies = [{ type: 'image', id: 'ami-0later', sharedWith: [ids.outsideAccount] }];
        const bob = `arn:aws:iam::${ids.account}:user/bob`;
        world.reads = someReads({
          reads: [aRead({ requester: bob, presigned: true, signedBy: ids.accessKey })],
          copies: [{ time: '2026-03-02T10:20:00Z', requester: bob, bucket: ids.bucket, key: 'taken.ova' }],
        });
        const reopened = await skipUntilAsked(env(), handle);
        expect(reopened.plan.actions.map(({ id }) => id)).toEqual([
          expect.stringMatching(/^deny-copy-reads:/),
          'unshare-copies:ami-0later',
          'disable-access-keys:bob',
        ]);
        await handle.executeUpdate(decideUpdate, { args: [aDecision(reopened, 'approve', 'alice')] });
        const { rechecks, findings } = await handle.result();
        expect(rechecks.map(({ result }) => result)).toEqual(['drift', 'holds']);
        // The signer is watched like everybody who was contained at once.
        expect(findings.find(({ id }) => id === 'contained')).toMatchObject({ answer: 'yes' });
        expect(rechecks[0]?.drifted).toMatchObject([
          { id: expect.stringMatching(/^deny-copy-reads:/) as string },
          { id: 'unshare-copies:ami-0later', detail: expect.stringContaining('Stop sharing image') as string },
          { id: 'disable-access-keys:bob', detail: expect.stringMatching(/^known since.*Switch off/) as string },
        ]);
      },
      { policy: { watch: { checks: [], propagation: 1, logLag: 1 }, rechecks: [3_600_000, 86_400_000] } },
    );
  });

  it('tells people of a download that shows only when recovery is looked at again, once', async () => {
    const world = new FakeWorld();
    const said = inSlack(world);
    world.reads = someReads();
    await incident(
      world,
      async (handle) => {
        await approveUntilRecovery(handle);
        world.reads = someReads({ reads: [aRead({ requester: `arn:aws:iam::${ids.outsideAccount}:user/mallory` })] });
        const report = await handle.result();
        const found = said.filter((text) =>
          text.startsWith('looked again, and found: the exported image was downloaded'),
        );
        expect(found).toHaveLength(1);
        expect(found[0]).toContain('the exported image was read outside the organisation');
        expect(report.timeline.map(({ text }) => text)).toContain(found[0]);
      },
      {
        policy: {
          rechecks: [3_600_000, 86_400_000],
          channels: { slack: { channel: 'C1', ownerChannels: {}, tellOwner: false } },
        },
      },
    );
  });

  describe('what has to be rotated', () => {
    const day = 86_400_000;

    it('keeps the incident open until it is said of each that it is done, and stays on the report', async () => {
      const world = new FakeWorld();
      world.principal = exporter();
      await incident(
        world,
        async (handle) => {
          const open = async () =>
            ((await handle.query(incidentQuery)).credentials ?? []).filter(({ status }) => status === 'open');
          await approveUntilRecovery(handle);
          const named = await handle.executeUpdate(credentialUpdate, { args: [{ what: 'TLS key', by: 'alice' }] });
          expect(named).toMatchObject({ id: 'named/1', status: 'open' });
          const unknown = handle.executeUpdate(credentialUpdate, {
            args: [{ credential: 'key/none', status: 'rotated', by: 'alice' }],
          });
          await expect(unknown).rejects.toThrow('Workflow Update failed');
          const all = await open();
          expect(all.map(({ id }) => id)).toEqual([`key/${ids.accessKey}`, 'password/mallory', 'machine', 'named/1']);
          for (const { id } of all) {
            expect((await handle.describe()).status.name).toBe('RUNNING');
            const said = { credential: id, status: 'rotated' as const, by: 'alice' };
            await handle.executeUpdate(credentialUpdate, { args: [said] });
          }
          const report = await handle.result();
          expect(report.credentials?.map(({ status, by }) => [status, by])).toEqual(
            all.map(() => ['rotated', 'alice']),
          );
        },
        { policy: { rechecks: [], rotation: { wait: 30 * day, remind: day } } },
      );
    });

    it('does not keep it open for ever: what is left is listed as open', async () => {
      const world = new FakeWorld();
      await incident(
        world,
        async (handle) => {
          const report = await approveAll(handle);
          expect(report.credentials?.every(({ status }) => status === 'open')).toBe(true);
          expect(Date.parse(report.closedAt!) - Date.parse(report.openedAt)).toBeGreaterThan(30 * day);
        },
        { policy: { rechecks: [], rotation: { wait: 30 * day, remind: day } } },
      );
    });
  });
});
