import type { WorkflowHandle } from '@temporalio/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { authorised } from '../../activities/authorised.ts';
import { pagerNotify } from '../../activities/pager/notify.ts';
import type { AuthorisationRules } from '../../src/domain/approval/authorisation.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import type { IncidentOpening } from '../../src/domain/incident.ts';
import { taskQueues } from '../../src/domain/names.ts';
import { decideSignal, decideUpdate, incidentQuery } from '../../workflows/messages.ts';
import { anAlert, aPolicy, serviceStatement } from '../support/builders.ts';
import { aCodeDecision, aDecision, gateway, nextRequest, someRules } from '../support/deciding.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { eventually } from '../support/eventually.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { startPager, type PagerDouble } from '../support/pager.ts';
import { withWorkers } from '../support/test-workers.ts';
import type { ApprovalRules } from '../../src/domain/approval/approval-rules.ts';

/** Who is asked about what, and when they are told again: real seconds. The AWS side are doubles. */
const env = useDevEnv();
let runs = 0;

type Incident = WorkflowHandle<(opening: IncidentOpening) => Promise<IncidentReport>>;

async function incident(
  world: FakeWorld,
  approvals: Partial<ApprovalRules>,
  test: (handle: Incident) => Promise<void>,
): Promise<void> {
  const { client, nativeConnection, namespace = 'default' } = env();
  const run = async () => {
    const policy = aPolicy();
    const opening: IncidentOpening = {
      alert: anAlert(),
      policy: { ...policy, approvals: { ...policy.approvals, ...approvals } },
      policyDigest: 'policy-1',
      correlation: {},
    };
    const handle = await client.workflow.start<(o: IncidentOpening) => Promise<IncidentReport>>('ec2VmExport', {
      workflowId: `ec2-vm-export/approval-policy/${++runs}`,
      taskQueue: taskQueues.incident,
      args: [opening],
    });
    try {
      await test(handle);
    } finally {
      await handle.terminate('the test is over').catch(() => undefined);
    }
  };
  await withWorkers(nativeConnection, world, run, namespace);
}

/** Waits until the incident's timeline holds so many entries about its approvals that begin like this. */
async function told(handle: Incident, beginning: string, times = 1): Promise<void> {
  const count = async () => (await timeline(handle)).filter((text) => text.startsWith(beginning)).length;
  await eventually(async () => expect(await count()).toBe(times));
}

const timeline = async (handle: Incident): Promise<string[]> =>
  (await handle.query(incidentQuery)).timeline.filter(({ kind }) => kind === 'approval').map(({ text }) => text);

/** A world whose contain worker checks what comes with each act, as the real one does. */
function checked(world: FakeWorld, preApproved: string[]): FakeWorld {
  const { forensics, monitoring, responders } = aPolicy();
  const rules: AuthorisationRules = someRules({
    directory: { approvers: world.approvers, gatewayKeys: { [gateway.keyId]: gateway.publicKey } },
    preApproval: { preApproved, forensics, monitoring, responders },
  });
  return Object.assign(world, { contain: authorised(world.contain, () => Promise.resolve(rules)) });
}

describe('a plan under two rules', () => {
  const rules: ApprovalRules['rules'] = [
    { id: 'identity', actions: ['deny-actor', 'disable-access-keys'], approve: ['identity'], quorum: 1 },
    { id: 'buckets', approve: ['platform'], quorum: 1 },
  ];
  const world = () =>
    Object.assign(new FakeWorld(), {
      groups: [
        { id: 'identity', members: ['alice'] },
        { id: 'platform', members: ['bob'] },
      ],
    });

  it('is approved when the people of both have approved, and then done', async () => {
    const own = world();
    await incident(own, { rules }, async (handle) => {
      const request = await nextRequest(handle);
      expect(request.askedOf.map(({ group, people }) => [group, people])).toEqual([
        ['platform', ['bob']],
        ['identity', ['alice']],
      ]);
      const first = await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
      expect(first).toMatchObject({ result: 'accepted', settled: false });
      expect(first.result === 'accepted' && first.detail).toContain('of platform needed for deny-export-reads');
      expect(own.acts).toEqual([]);
      const second = await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'bob')] });
      expect(second).toMatchObject({ result: 'accepted', settled: true });
      await nextRequest(handle, request.requestId);
      expect(own.acts).toEqual(request.plan.actions.map(({ input }) => input));
    });
  });

  it('takes an approval of their own actions from one side alone, and leaves the others', async () => {
    const own = world();
    await incident(own, { rules }, async (handle) => {
      const request = await nextRequest(handle);
      const others = aDecision(request, 'approve', 'alice', { actions: ['deny-export-reads'] });
      expect(await handle.executeUpdate(decideUpdate, { args: [others] })).toMatchObject({
        result: 'refused',
        reason: 'alice may approve none of these actions: they are for platform',
      });
      const theirs = aDecision(request, 'approve', 'alice', { actions: ['deny-actor'] });
      expect(await handle.executeUpdate(decideUpdate, { args: [theirs] })).toMatchObject({ settled: true });
      await nextRequest(handle, request.requestId);
      expect(own.acts.map(({ act }) => act)).toEqual(['putInlinePolicy']);
    });
  });
});

describe('a hand-over', () => {
  const rules: ApprovalRules['rules'] = [{ id: 'all', approve: ['security', 'platform'], quorum: 1 }];
  const world = () =>
    Object.assign(new FakeWorld(), {
      groups: [
        { id: 'security', members: ['alice'] },
        { id: 'platform', members: ['bob'] },
      ],
    });
  const escalation = [{ group: 'security' }, { group: 'platform' }];

  it('puts the same plan to somebody else, decides nothing, and whoever gets it decides', async () => {
    const own = world();
    await incident(own, { rules, escalation }, async (handle) => {
      const request = await nextRequest(handle);
      expect(request.askedOf.map(({ group }) => group)).toEqual(['security']);
      const over = aDecision(request, 'hand-over', 'alice', { to: 'bob', reason: 'his systems' });
      expect(await handle.executeUpdate(decideUpdate, { args: [over] })).toEqual({
        result: 'accepted',
        settled: false,
        detail: `handed over to bob; the request stays open, due ${request.dueAt}`,
      });
      const after = await nextRequest(handle);
      const { askedOf, ...rest } = after;
      expect(rest).toEqual({ ...request, askedOf: undefined });
      expect(askedOf.slice(1)).toMatchObject([{ group: 'bob', people: ['bob'], by: 'alice' }]);
      expect(own.acts).toEqual([]);
      expect(await timeline(handle)).toContain(`handed over: alice asked bob (bob) to decide ${request.requestId}`);
      const again = aDecision(request, 'hand-over', 'alice', { to: 'bob' });
      expect(await handle.executeUpdate(decideUpdate, { args: [again] })).toEqual({
        result: 'refused',
        reason: 'it was handed over to bob by alice already',
      });

      const answer = await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'bob')] });
      expect(answer).toMatchObject({ result: 'accepted', settled: true });
      await nextRequest(handle, request.requestId);
      expect(own.acts).toEqual(request.plan.actions.map(({ input }) => input));
      const { decisions, requests = [] } = await handle.query(incidentQuery);
      expect(decisions.map(({ decision, to, answer: { result } }) => [decision, to, result])).toEqual([
        ['hand-over', 'bob', 'accepted'],
        ['hand-over', 'bob', 'refused'],
        ['approve', undefined, 'accepted'],
      ]);
      expect(requests[0]).toMatchObject({ outcome: 'approved', by: ['bob'] });
    });
  });

  it('to somebody who came onto the list later lets them decide with a code, too; nobody else has one anew', async () => {
    const own = world();
    await incident(own, { rules: [{ id: 'all', approve: ['everybody'], quorum: 1 }] }, async (handle) => {
      const request = await nextRequest(handle);
      own.approvers = [...own.approvers, { id: 'carol', name: 'Carol', principals: [] }];
      const early = aCodeDecision(request, 'reject', 'carol');
      await handle.signal(decideSignal, early);
      const over = aDecision(request, 'hand-over', 'alice', { to: 'carol' });
      expect(await handle.executeUpdate(decideUpdate, { args: [over] })).toMatchObject({ result: 'accepted' });
      const { commitments } = await nextRequest(handle);
      expect(commitments).toMatchObject(request.commitments);
      expect(Object.keys(commitments).filter((key) => !(key in request.commitments))).toEqual([
        'carol/approve',
        'carol/reject',
      ]);
      await handle.signal(decideSignal, aCodeDecision(request, 'approve', 'carol'));
      await nextRequest(handle, request.requestId);
      const { decisions } = await handle.query(incidentQuery);
      expect(decisions.map(({ decision, verifiedBy, answer: { result } }) => [decision, verifiedBy, result])).toEqual([
        ['reject', 'nothing', 'refused'],
        ['hand-over', 'gateway-signature', 'accepted'],
        ['approve', 'code', 'accepted'],
      ]);
    });
  });

  it('to a group leaves whoever handed over able to decide, too', async () => {
    const own = world();
    await incident(own, { rules, escalation }, async (handle) => {
      const request = await nextRequest(handle);
      const over = aDecision(request, 'hand-over', 'alice', { to: 'platform' });
      expect(await handle.executeUpdate(decideUpdate, { args: [over] })).toMatchObject({ settled: false });
      const reject = aDecision(request, 'reject', 'alice');
      expect(await handle.executeUpdate(decideUpdate, { args: [reject] })).toMatchObject({ settled: true });
    });
  });
});

describe('whoever is on call', () => {
  const routingKey = 'the-routing-key-of-these-tests';
  let pager: PagerDouble;
  beforeEach(async () => {
    pager = await startPager(routingKey);
  });
  afterEach(() => pager.stop());

  const world = (key = routingKey) => {
    const own = new FakeWorld();
    Object.assign(own.notify, pagerNotify({ url: pager.url, routingKey: key, linkTo: () => null }));
    return own;
  };
  const times = { remindAfter: 60_000, escalateAfter: 60_000, dueAfter: 60_000, pageAfter: 1_500 };

  it('is paged at the time of the policy, once the pager is back; the alert is resolved when somebody decides', async () => {
    pager.answers.push({ status: 503 }, { status: 429, headers: { 'retry-after': '1' } });
    await incident(world(), times, async (handle) => {
      const request = await nextRequest(handle);
      const key = `${request.incidentKey}/${request.requestId}`;
      expect(pager.requests).toBe(0);
      await told(handle, `paged: whoever is on call, about ${request.requestId}, as alert ${key}`);
      expect([...pager.open]).toEqual([key]);
      expect(pager.events).toMatchObject([{ event_action: 'trigger', dedup_key: key }]);
      const { requests = [] } = await handle.query(incidentQuery);
      expect(requests[0]?.told).toMatchObject([{ what: 'paged' }]);
      const waited = Date.parse(requests[0]!.told[0]!.at) - Date.parse(request.askedAt);
      expect(waited).toBeGreaterThanOrEqual(times.pageAfter);

      await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'reject', 'alice')] });
      await eventually(() => expect([...pager.open]).not.toContain(key));
    });
  });

  it('is left alone about what somebody decides before', async () => {
    await incident(world(), { ...times, pageAfter: 4_000 }, async (handle) => {
      const request = await nextRequest(handle);
      await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'reject', 'alice')] });
      const second = await nextRequest(handle, request.requestId);
      await told(handle, 'paged');
      expect([...pager.open]).toEqual([`${second.incidentKey}/${second.requestId}`]);
      expect(pager.requests).toBe(1);
    });
  });

  it('is left alone where the policy names no time', async () => {
    const { pageAfter, ...never } = times;
    await incident(world(), { ...never, remindAfter: pageAfter, escalateAfter: pageAfter }, async (handle) => {
      await told(handle, 'escalated');
      expect(pager.requests).toBe(0);
    });
  });

  it('cannot be paged with a key that the pager does not know: that is on record, and nothing waits for it', async () => {
    await incident(world('the-routing-key-of-nobody'), times, async (handle) => {
      const request = await nextRequest(handle);
      const gaps = async () =>
        (await handle.query(incidentQuery)).timeline.filter(({ kind }) => kind === 'gap').map(({ text }) => text);
      await eventually(async () =>
        expect((await gaps()).join('\n')).toContain(`the pager was not told about ${request.requestId}`),
      );
      expect((await gaps()).join('\n')).not.toContain('the-routing-key-of-nobody');
      const { requests = [] } = await handle.query(incidentQuery);
      expect(requests[0]?.told).toEqual([]);
      expect(await timeline(handle)).not.toContainEqual(expect.stringContaining('paged'));
      const answer = await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
      expect(answer).toMatchObject({ result: 'accepted' });
    });
  });

  it('hears that it is over when the incident is cancelled', async () => {
    await incident(world(), times, async (handle) => {
      await told(handle, 'paged');
      expect(pager.open.size).toBe(1);
      await handle.cancel();
      await eventually(() => expect(pager.open.size).toBe(0));
    });
  });
});

describe('a pre-approved action', () => {
  it('is done before anybody is asked, and the rest is asked about', async () => {
    const world = checked(new FakeWorld(), ['copy-to-forensics']);
    await incident(world, { preApproved: ['copy-to-forensics'] }, async (handle) => {
      const request = await nextRequest(handle);
      expect(world.acts.map(({ act }) => act)).toEqual(['copyExport']);
      expect(request.plan.actions.map(({ id }) => id)).not.toContain('copy-to-forensics');
      expect(request.plan.actions.map(({ id }) => id)).toContain('deny-actor');
      expect(await timeline(handle)).toContain('copy-to-forensics is pre-approved by policy policy-1');
      const { actions } = await handle.query(incidentQuery);
      expect(actions).toMatchObject([{ id: 'copy-to-forensics', requestId: 'pre-approved', status: 'applied' }]);
    });
  });

  it('that the contain worker does not list itself is refused there, and people are asked', async () => {
    const world = checked(new FakeWorld(), []);
    await incident(world, { preApproved: ['copy-to-forensics'] }, async (handle) => {
      const request = await nextRequest(handle);
      expect(world.acts).toEqual([]);
      const [refused] = (await handle.query(incidentQuery)).actions;
      expect(refused).toMatchObject({ id: 'copy-to-forensics', status: 'failed' });
      expect(refused?.detail).toContain(failureTypes.notAuthorised);
      expect(request.plan.actions.map(({ id }) => id)).toContain('copy-to-forensics');
      await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
      await nextRequest(handle, request.requestId);
      expect(world.acts.map(({ act }) => act)).toContain('copyExport');
    });
  });
});

describe('the owner of the instance', () => {
  it('does not decide where the policy leaves owners out', async () => {
    const world = new FakeWorld();
    world.instance.tags = { Owner: 'alice' };
    await incident(world, { notOwner: true }, async (handle) => {
      const request = await nextRequest(handle);
      expect(request.askedOf).toMatchObject([{ group: 'everybody', people: ['bob'] }]);
      const answer = await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
      expect(answer).toMatchObject({
        result: 'refused',
        reason: expect.stringContaining('owner of the instance') as string,
      });
    });
  });

  it('decides like everybody else where it does not; one who is not known is a gap', async () => {
    const world = new FakeWorld();
    await incident(world, { notOwner: true }, async (handle) => {
      const request = await nextRequest(handle);
      const { timeline: entries } = await handle.query(incidentQuery);
      expect(entries.map(({ text }) => text)).toContainEqual(
        expect.stringContaining('the owner of the instance is unknown'),
      );
      const answer = await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
      expect(answer).toMatchObject({ result: 'accepted' });
    });
  });
});

it('shows in Temporal UI what it waits for, from the phase to the question', async () => {
  await incident(new FakeWorld(), {}, async (handle) => {
    await nextRequest(handle);
    const stack = await handle.query<string>('__stack_trace');
    for (const file of ['ec2-vm-export/workflow.ts', 'ec2-vm-export/containment.ts', 'shared/approval-gate.ts']) {
      expect(stack).toContain(`/workflows/${file}:`);
    }
    expect(Math.max(...stack.split('\n\n').map((trace) => trace.split('\n').length))).toBeLessThanOrEqual(6);
  });
});

describe('a request that nobody settles', () => {
  const groups = [
    { id: 'security', members: ['alice'] },
    { id: 'on-call', members: ['bob'] },
  ];
  const escalation = [{ group: 'security' }, { group: 'on-call' }, { group: 'everybody' }];
  const rules: ApprovalRules['rules'] = [{ id: 'all', approve: ['security', 'on-call'], quorum: 1 }];
  const times = { remindAfter: 1_000, escalateAfter: 2_000, dueAfter: 6_000 };

  it('reminds, goes from group to group in the order of the policy, is overdue, and stays answerable', async () => {
    const world = Object.assign(new FakeWorld(), { groups });
    await incident(world, { ...times, rules, escalation }, async (handle) => {
      const first = await nextRequest(handle);
      expect(first.askedOf.map(({ group }) => group)).toEqual(['security']);
      await told(handle, 'overdue');
      const request = await nextRequest(handle);
      expect(request.overdue).toBe(true);
      expect(request.askedOf.map(({ group }) => group)).toEqual(['security', 'on-call', 'everybody']);
      const waited = request.askedOf.map(({ at }) => Date.parse(at) - Date.parse(request.askedAt));
      expect(waited[0]).toBe(0);
      expect(waited[1]).toBeGreaterThanOrEqual(2_000);
      expect(waited[2]).toBeGreaterThanOrEqual(4_000);
      expect((await timeline(handle)).map((text) => text.split(':')[0])).toEqual([
        expect.stringContaining('asked to approve'),
        'reminder',
        'escalated',
        'escalated',
        'overdue',
      ]);
      expect(world.acts).toEqual([]);
      const answer = await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'bob')] });
      expect(answer).toMatchObject({ result: 'accepted', settled: true });
    });
  });

  it('asks first who is in their hours by the clock of their own time zone', async () => {
    const timeZone = 'Pacific/Kiritimati';
    // Fourteen hours ahead of UTC all year round: five hours to either side of now there are not now in UTC.
    const local = (new Date().getUTCHours() + 14) % 24;
    const hours = { fromHour: (local + 19) % 24, toHour: (local + 5) % 24 };
    const world = Object.assign(new FakeWorld(), { groups });
    for (const [own, first] of [
      [{ ...hours, timeZone }, 'security'],
      [hours, 'on-call'],
    ] as const) {
      const steps = [{ group: 'security', hours: own }, { group: 'on-call' }];
      await incident(world, { ...times, rules, escalation: steps }, async (handle) => {
        const request = await nextRequest(handle);
        expect(request.askedOf.map(({ group }) => group)).toEqual([first]);
      });
    }
  });

  it('begins its times anew when somebody asks for more time', async () => {
    const world = Object.assign(new FakeWorld(), { groups });
    await incident(world, { ...times, rules, escalation }, async (handle) => {
      const request = await nextRequest(handle);
      await told(handle, 'overdue');
      await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'more-time', 'alice')] });
      const later = await nextRequest(handle);
      expect(later.overdue).toBe(false);
      expect(Date.parse(later.dueAt)).toBeGreaterThan(Date.parse(request.dueAt));
      await told(handle, 'reminder', 2);
    });
  });

  it('is replaced when a plan made meanwhile would do something else; decisions about it are refused and say so', async () => {
    const world = Object.assign(new FakeWorld(), { groups });
    await incident(world, { ...times, rules, escalation }, async (handle) => {
      const first = await nextRequest(handle);
      const { policy } = world.bucket;
      world.bucket = {
        ...world.bucket,
        policy: { ...policy!, Statement: [...policy!.Statement, { ...serviceStatement, Sid: 'New' }] },
      };
      const second = await nextRequest(handle, first.requestId);
      expect(second.digest).not.toBe(first.digest);
      expect(second.phase).toBe('containment');
      const late = await handle.executeUpdate(decideUpdate, { args: [aDecision(first, 'approve', 'alice')] });
      expect(late).toEqual({
        result: 'refused',
        reason: `this request is not open: it was replaced by ${second.requestId}`,
      });
      expect(world.acts).toEqual([]);
      expect(await timeline(handle)).toContain(`replaced: ${first.requestId}`);
    });
  });

  it('is not replaced when the facts cannot be read, nor when they are the same', async () => {
    const world = Object.assign(new FakeWorld(), { groups });
    await incident(world, { ...times, rules, escalation }, async (handle) => {
      const request = await nextRequest(handle);
      world.bucket = { ...world.bucket, ownedByAccount: 'unknown' };
      await told(handle, 'overdue');
      expect((await nextRequest(handle)).requestId).toBe(request.requestId);
    });
  });
});
