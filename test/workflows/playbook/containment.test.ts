import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import type { ApprovalRequest } from '../../../src/domain/approval/approval.ts';
import { failureTypes } from '../../../src/domain/failures.ts';
import type { InstanceFacts } from '../../../src/domain/findings/facts.ts';
import { decideUpdate, incidentQuery } from '../../../workflows/messages.ts';
import {
  aBucket,
  aDocument,
  anAccount,
  anIamUser,
  aUser,
  ids,
  outsideStatement,
  serviceStatement,
  anInstance,
} from '../../support/builders.ts';
import { aDecision, nextRequest } from '../../support/deciding.ts';
import { eventually } from '../../support/eventually.ts';
import { FakeWorld } from '../../support/fake-world.ts';
import { incidentsOn, inSlack } from '../../support/incidents.ts';
import { useTimeSkippingEnv } from '../../support/time-skipping.ts';
import type { PrincipalFacts } from '../../../src/domain/findings/principal-facts.ts';

/**
 * What is asked, and what is then done: exactly what was approved, to targets that change meanwhile. Doubles play
 * AWS here; the lab tests have the real one.
 */
const incident = incidentsOn(useTimeSkippingEnv());

describe('the playbook', () => {
  it('acts on exactly the approved inputs, in the order of the plan: reads denied first, then the actor', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      const request = await nextRequest(handle);
      expect(world.acts).toEqual([]);
      await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
      await nextRequest(handle, request.requestId);
      expect(world.acts).toEqual(request.plan.actions.map(({ input }) => input));
      expect(request.plan.actions.slice(0, 3).map(({ id }) => id)).toEqual([
        'deny-export-reads',
        'disable-access-keys',
        'deny-actor',
      ]);
    });
  });

  it('unshares other copies as it finds them before each plan, and takes snapshots of the volumes', async () => {
    const world = new FakeWorld();
    const shared = (...sharedWith: string[]) => [{ type: 'image' as const, id: 'ami-1', sharedWith }];
    world.copies = shared(ids.outsideAccount);
    world.outcomes.setSharing = () => ({ status: 'changed', detail: 'shared more', at: new Date().toISOString() });
    const searched: string[][] = [];
    world.observe.describeCopies = ({ region, volumeIds }) => {
      searched.push(volumeIds);
      return Promise.resolve({ region, copies: world.copies, gaps: [] });
    };
    const volumesOf = ({ volumes }: InstanceFacts) => volumes.map(({ volumeId }) => volumeId);
    const found = volumesOf(world.instance);
    await incident(
      world,
      async (handle) => {
        const first = await nextRequest(handle);
        expect(first.plan.actions.map(({ id }) => id)).toContain('unshare-copies:ami-1');
        const { findings } = await handle.query(incidentQuery);
        expect(findings.find(({ id }) => id === 'copies-shared')).toMatchObject({ answer: 'yes' });

        world.copies = shared(ids.outsideAccount, '444444444444');
        const [volume] = world.instance.volumes;
        world.instance = anInstance({ volumes: [{ ...volume!, volumeId: 'vol-0later' }] });
        await handle.executeUpdate(decideUpdate, { args: [aDecision(first, 'approve', 'alice')] });
        const second = await nextRequest(handle, first.requestId);
        expect(second.plan.actions).toMatchObject([
          { id: 'unshare-copies:ami-1', input: { before: [ids.outsideAccount, '444444444444'], after: [] } },
        ]);
        expect(world.acts.find(({ act }) => act === 'snapshotVolumes')).toMatchObject({
          instanceId: ids.instance,
          volumes: found,
        });
        expect(searched.at(-1)).toEqual(['vol-0later']);
      },
      { policy: { snapshotVolumes: true } },
    );
  });

  it('leaves out what the approver did not select', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      const request = await nextRequest(handle);
      await handle.executeUpdate(decideUpdate, {
        args: [aDecision(request, 'approve', 'alice', { actions: ['deny-actor'] })],
      });
      await nextRequest(handle, request.requestId);
      expect(world.acts.map(({ act }) => act)).toEqual(['putInlinePolicy']);
      const { actions } = await handle.query(incidentQuery);
      expect(actions.filter(({ status }) => status === 'not-approved').map(({ id }) => id)).toContain(
        'deny-export-reads',
      );
    });
  });

  it('changes nothing after a rejection and goes on to the next phase', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      const request = await nextRequest(handle);
      const answer = await handle.executeUpdate(decideUpdate, {
        args: [aDecision(request, 'reject', 'alice', { reason: 'known' })],
      });
      expect(answer).toMatchObject({ result: 'accepted', settled: true });
      const next = await nextRequest(handle, request.requestId);
      expect(next.phase).not.toBe('containment');
      expect(world.acts).toEqual([]);
    });
  });

  it('plans and asks again when a target changed since it was planned', async () => {
    const world = new FakeWorld();
    let changed = true;
    world.outcomes.putInlinePolicy = () => ({
      status: changed ? 'changed' : 'applied',
      detail: changed ? 'somebody else edited the policy' : 'done',
      at: new Date().toISOString(),
    });
    await incident(world, async (handle) => {
      const first = await nextRequest(handle);
      await handle.executeUpdate(decideUpdate, { args: [aDecision(first, 'approve', 'alice')] });
      const second = await nextRequest(handle, first.requestId);
      expect(second.phase).toBe('containment');
      expect(second.plan.actions.map(({ id }) => id)).toEqual(['deny-actor']);
      expect(second.digest).not.toBe(first.digest);
      changed = false;
      await handle.executeUpdate(decideUpdate, { args: [aDecision(second, 'approve', 'alice')] });
      await nextRequest(handle, second.requestId);
      expect(
        (await handle.query(incidentQuery)).actions.filter(({ id }) => id === 'deny-actor').map(({ status }) => status),
      ).toEqual(['changed', 'applied']);
    });
  });

  it('contains the user of the id that made the call, under whatever name it has, and never who got its name', async () => {
    const world = new FakeWorld();
    const userId = anIamUser().id!;
    const called = (name: string) => aUser({ userId, name, arn: ids.userArn.replace('mallory', name) });
    let name = 'mallory';
    const users: Record<string, PrincipalFacts> = { mallory: called(name) };
    world.observe.describePrincipal = (asked) =>
      users[asked.name]
        ? Promise.resolve(users[asked.name]!)
        : Promise.reject(ApplicationFailure.nonRetryable('no such user', failureTypes.notFound));
    world.observe.findUser = (asked) => Promise.resolve(asked.userId === userId ? called(name) : aUser());
    world.outcomes.putInlinePolicy = (input) => {
      const holder = input.act === 'putInlinePolicy' ? input.holder.name : '';
      return { status: holder === name ? 'applied' : 'gone', detail: holder, at: new Date().toISOString() };
    };
    await incident(world, async (handle) => {
      const first = await nextRequest(handle);
      const deny = ({ plan }: ApprovalRequest) => plan.actions.find(({ id }) => id === 'deny-actor');
      expect(deny(first)).toMatchObject({ input: { holder: { name: 'mallory' }, userId } });
      // While people decide: once with nobody of its old name, once with somebody else.
      name = 'svc-deploy';
      delete users.mallory;
      await handle.executeUpdate(decideUpdate, { args: [aDecision(first, 'approve', 'alice')] });
      const second = await nextRequest(handle, first.requestId);
      expect(second.phase).toBe('containment');
      expect(deny(second)).toMatchObject({
        input: { holder: { name }, userId },
        mayBreak: [expect.stringContaining('its name was mallory')],
      });
      name = 'svc-backup';
      users['svc-deploy'] = aUser({ userId: 'AIDAINNOCENT', name: 'svc-deploy' });
      await handle.executeUpdate(decideUpdate, { args: [aDecision(second, 'approve', 'alice')] });
      const third = await nextRequest(handle, second.requestId);
      expect(deny(third)).toMatchObject({ input: { holder: { name }, userId } });
      await handle.executeUpdate(decideUpdate, { args: [aDecision(third, 'approve', 'alice')] });
      await nextRequest(handle, third.requestId);
      const { actions } = await handle.query(incidentQuery);
      expect(actions.filter(({ id }) => id === 'deny-actor').map(({ status, detail }) => [status, detail])).toEqual([
        ['gone', 'mallory'],
        ['gone', 'svc-deploy'],
        ['applied', 'svc-backup'],
      ]);
    });
  });

  it('asks about a plan of more actions than the policy allows in several requests', async () => {
    await incident(
      new FakeWorld(),
      async (handle) => {
        const asked: string[] = [];
        let request = await nextRequest(handle);
        while (request.phase === 'containment') {
          asked.push(...request.plan.actions.map(({ id }) => id));
          expect(request.plan.actions).toHaveLength(1);
          await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
          request = await nextRequest(handle, request.requestId);
        }
        expect(asked.length).toBeGreaterThan(2);
        expect(new Set(asked).size).toBe(asked.length);
        const { actions } = await handle.query(incidentQuery);
        expect(actions.map(({ id, status }) => [id, status])).toEqual(asked.map((id) => [id, 'applied']));
      },
      { policy: { actionLimit: 1 } },
    );
  });

  it('gives up on a target that changes under every plan, and tells people to do it by hand', async () => {
    const world = new FakeWorld();
    const said = inSlack(world);
    world.outcomes.putInlinePolicy = () => ({
      status: 'changed',
      detail: 'somebody else edited the policy',
      at: new Date().toISOString(),
    });
    await incident(
      world,
      async (handle) => {
        for (let after: string | undefined, phase = 'containment'; phase === 'containment';) {
          const request = await nextRequest(handle, after);
          ({ phase } = request);
          after = request.requestId;
          if (phase !== 'containment') break;
          await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
        }
        const { timeline } = await handle.query(incidentQuery);
        expect(timeline.find(({ text }) => text.startsWith('containment:'))?.text).toContain(
          'not done: deny-actor (changed: somebody else edited the policy)',
        );
        await eventually(() => expect(said.join('\n')).toMatch(/not done, because it changed each of 5 times/));
      },
      { policy: { channels: { slack: { channel: 'C1', ownerChannels: {}, tellOwner: false } } } },
    );
  });

  it('locks up, copies and deletes an export that was left to finish, once it is written', async () => {
    const world = new FakeWorld();
    world.task = { ...world.task, state: 'active' };
    world.bucket = aBucket({ policy: aDocument(serviceStatement, outsideStatement) });
    world.outcomes.editBucketPolicy = () => {
      // The service finishes, and nobody outside is let in any more.
      world.task = { ...world.task, state: 'completed' };
      world.bucket = aBucket();
      return { status: 'applied', detail: 'done', at: '2026-03-02T10:30:00Z' };
    };
    const roles = { observe: `${ids.roleArn}/soar-o`, contain: `${ids.roleArn}/soar-c` };
    await incident(
      world,
      async (handle) => {
        const first = await nextRequest(handle);
        const asked = ({ plan }: ApprovalRequest) => plan.actions.map(({ id }) => id);
        expect(asked(first)).not.toEqual(expect.arrayContaining(['lock-bucket']));
        expect(asked(first)).not.toEqual(expect.arrayContaining(['delete-original']));
        await handle.executeUpdate(decideUpdate, { args: [aDecision(first, 'approve', 'alice')] });
        const second = await nextRequest(handle, first.requestId);
        expect(asked(second)).toEqual(['lock-bucket', 'copy-to-forensics', 'delete-original']);
        for (const person of ['alice', 'bob']) {
          await handle.executeUpdate(decideUpdate, { args: [aDecision(second, 'approve', person)] });
        }
        await nextRequest(handle, second.requestId);
        expect(world.acts.slice(-3).map(({ act }) => act)).toEqual(['editBucketPolicy', 'copyExport', 'deleteExport']);
      },
      {
        policy: {
          account: anAccount({ roles }),
          responders: [`${ids.roleArn}/soar-*`],
          lockBucket: 'when-outside',
          deleteOriginal: 'after-copy',
        },
      },
    );
  });

  it('deletes nothing when the copy has failed', async () => {
    const world = new FakeWorld();
    world.outcomes.copyExport = () => {
      throw ApplicationFailure.create({ type: failureTypes.rejected, message: 'not copied', nonRetryable: true });
    };
    await incident(
      world,
      async (handle) => {
        const request = await nextRequest(handle);
        for (const person of ['alice', 'bob']) {
          await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', person)] });
        }
        await nextRequest(handle, request.requestId);
        expect(world.acts.map(({ act }) => act)).not.toContain('deleteExport');
        const { actions } = await handle.query(incidentQuery);
        expect(actions.find(({ id }) => id === 'delete-original')).toMatchObject({
          status: 'failed',
          detail: 'not done: copy-to-forensics is not in place',
        });
      },
      { policy: { deleteOriginal: 'after-copy' } },
    );
  });
});
