import { describe, expect, it } from 'vitest';
import {
  decisionCode,
  signDecision,
  type ApprovalRequest,
  type Decision,
  type DecisionRecord,
} from '../../src/domain/approval/approval.ts';
import type { Message } from '../../src/lab/slack/slack-lab.ts';
import { actionIds, referenceText } from '../../src/slack/references.ts';
import { decideSignal, decideUpdate, incidentQuery } from '../../workflows/messages.ts';
import { aPolicy, serviceStatement } from '../support/builders.ts';
import { aCodeDecision, aDecision, gateway, nextRequest } from '../support/deciding.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { eventually } from '../support/eventually.ts';
import { shared } from '../support/shared.ts';
import { soar } from '../unit/cli/a-terminal.ts';
import {
  channel,
  members,
  startDecisionStage,
  tokenOf,
  type DecisionStage,
  type Incident,
  type Person,
} from './support/decision-stage.ts';

/**
 * Whoever must not decide, on every way on which one can decide. The doors know all of the people: what is refused here is
 * refused by the incident itself, which reads its own list.
 */
const env = useDevEnv();
const stage = shared(
  () => startDecisionStage(env()),
  (started) => started.stop(),
);

const { approvals } = aPolicy();
const twoPeople = { approvals: { ...approvals, quorum: { reversible: 2, irreversible: 2 } } };
let runs = 0;

async function incident(
  test: (handle: Incident, request: ApprovalRequest) => Promise<void>,
  policy: Parameters<DecisionStage['start']>[1] = twoPeople,
): Promise<void> {
  const acted = stage().world.acts.length;
  const handle = await stage().start(`matrix-${++runs}`, policy);
  try {
    await test(handle, await nextRequest(handle));
  } finally {
    await handle.terminate('the test is over').catch(() => undefined);
    stage().world.acts.splice(acted);
  }
}

/** What somebody says to a request, whether or not it is still asked. */
interface Said {
  request: Pick<ApprovalRequest, 'requestId' | 'digest'>;
  approver: Person;
  digest?: string;
}
type Say = (said: Said) => Promise<unknown>;

/** The message that asks; the channel has those of other tests, too. */
const inSlack = ({ digest }: ApprovalRequest): Promise<Message> => {
  const { lab } = stage();
  const asks = ({ blocks }: Message) => JSON.stringify(blocks).includes(digest.slice(0, 16));
  return lab.until(() => lab.messages(channel).find(asks));
};

/** A way to decide, made ready while the first request is open. */
const ways: [string, (handle: Incident, request: ApprovalRequest) => Promise<Say>][] = [
  [
    'a click in Slack',
    async (handle, shown) => {
      const { lab } = stage();
      const on = await inSlack(shown);
      const click = (member: string) => lab.payloadOf({ on, actionId: actionIds.approveAll, member });
      const early = click(members.alice);
      const isOpen = () => JSON.stringify(lab.messages(channel).find(({ ts }) => ts === on.ts)).includes('"button"');
      return async ({ request: { requestId, digest }, approver, digest: other }) => {
        const member = members[approver];
        const value = referenceText({ workflowId: handle.workflowId, requestId, digest: other ?? digest });
        const actions = [{ action_id: actionIds.approveAll, type: 'button', value }];
        await lab.send({ ...(isOpen() ? click(member) : early), user: { id: member }, actions });
        // What is not asked now is shown in no window.
        const view = lab.modal(member);
        if (!view) return;
        expect(await lab.submit({ view, member })).toMatchObject({ ok: false });
        await lab.close(view, member);
      };
    },
  ],
  [
    'the gateway, as the CLI calls it',
    ({ workflowId }) =>
      Promise.resolve(async ({ request: { requestId, digest }, approver, digest: other }) => {
        const response = await fetch(`${stage().url}/incidents/${encodeURIComponent(workflowId)}/decisions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${tokenOf(approver)}`, 'content-type': 'application/json' },
          body: JSON.stringify({ requestId, digest: other ?? digest, decision: 'approve' }),
        });
        expect(response.status).toBe(409);
      }),
  ],
  [
    'a code in Temporal UI',
    (handle) =>
      Promise.resolve(({ request: { requestId, digest }, approver, digest: other }) => {
        const code = decisionCode(gateway.codeSecret, requestId, digest, approver, 'approve');
        const decision: Decision = {
          requestId,
          digest: other ?? digest,
          decision: 'approve',
          approver,
          proof: { kind: 'code', code },
        };
        return handle.signal(decideSignal, decision);
      }),
  ],
  [
    'an update of the Temporal API with a gateway’s signature',
    (handle) =>
      Promise.resolve(async ({ request: { requestId, digest }, approver, digest: other }) => {
        const said = { requestId, digest: other ?? digest, decision: 'approve' as const, approver };
        const decision = signDecision(
          { ...said, decidedAt: new Date().toISOString() },
          'gateway',
          gateway.keyId,
          gateway.secretKey,
        );
        expect(await handle.executeUpdate(decideUpdate, { args: [decision] })).toMatchObject({ result: 'refused' });
      }),
  ],
];

const recordOf = async (handle: Incident): Promise<DecisionRecord[]> => (await handle.query(incidentQuery)).decisions;

/** The incident's next decision on record was refused for this reason, and nothing came of it. */
async function refusedNext(handle: Incident, before: number, reason: RegExp): Promise<void> {
  await eventually(async () => expect(await recordOf(handle)).toHaveLength(before + 1));
  const { answer, verifiedBy } = (await recordOf(handle))[before]!;
  expect(answer).toEqual({ result: 'refused', reason: expect.stringMatching(reason) as string });
  expect(verifiedBy).toBe('nothing');
}

async function refused(handle: Incident, say: () => Promise<unknown>, reason: RegExp): Promise<void> {
  const { decisions, pendingApproval } = await handle.query(incidentQuery);
  const acted = stage().world.acts.length;
  await say();
  await refusedNext(handle, decisions.length, reason);
  expect((await handle.query(incidentQuery)).pendingApproval).toEqual(pendingApproval);
  expect(stage().world.acts).toHaveLength(acted);
}

describe.each(ways)('%s takes no effect and is on record with its reason', (_way, ready) => {
  it('from whoever may not decide, or about another plan', async () => {
    await incident(async (handle, request) => {
      const { world } = stage();
      const say = await ready(handle, request);
      const by = (approver: Person) => say({ request, approver });

      const digest = 'f'.repeat(64);
      await refused(handle, () => say({ request, approver: 'alice', digest }), /digest is not that of the plan/);
      await refused(handle, () => by('dora'), /dora is not on the list/);
      await refused(handle, () => by('mallory'), /mallory is the actor under investigation/);
      const before = world.approvers;
      world.approvers = before.filter(({ id }) => id !== 'carol');
      await refused(handle, () => by('carol'), /carol is not on the list/);
      world.approvers = before;
      await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
      await refused(handle, () => by('alice'), /alice has approved already/);
    });
  });

  it('on a request that was decided', async () => {
    await incident(async (handle, request) => {
      const say = await ready(handle, request);
      await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'reject', 'alice')] });
      await nextRequest(handle, request.requestId);
      await refused(handle, () => say({ request, approver: 'bob' }), /not open: it was rejected by alice/);
    });
  });

  it('on a request that was replaced', async () => {
    const { world } = stage();
    const { bucket } = world;
    await incident(
      async (handle, request) => {
        const say = await ready(handle, request);
        const { policy } = bucket;
        const Statement = [...policy!.Statement, { ...serviceStatement, Sid: 'New' }];
        world.bucket = { ...bucket, policy: { ...policy!, Statement } };
        await nextRequest(handle, request.requestId);
        world.bucket = bucket;
        await refused(handle, () => say({ request, approver: 'bob' }), /not open: it was replaced by/);
      },
      { approvals: { ...approvals, remindAfter: 2000, escalateAfter: 6000, dueAfter: 10_000 } },
    );
  });
});

it('a member of the Slack workspace who is no approver is told so, and the attempt is on record once', async () => {
  await incident(async (handle, request) => {
    const { lab } = stage();
    const on = await inSlack(request);
    const press = () => lab.click({ on, actionId: actionIds.approveAll, member: members.eve });
    await refused(handle, press, /^slack:U0EVE00001 is not on the list/);
    expect(JSON.stringify(lab.ephemeral(members.eve))).toContain('not on the list');
    await press();
    expect(await recordOf(handle)).toHaveLength(1);
  });
});

describe('sent straight to Temporal', () => {
  const later = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
  const signed = (request: ApprovalRequest) => aDecision(request, 'approve', 'alice');
  const wrongKey = '22'.repeat(32);
  const forgeries: [string, (request: ApprovalRequest) => Decision, RegExp][] = [
    [
      'a forged signature',
      (request) => ({ ...signed(request), proof: { ...signatureOf(signed(request)), signature: 'ab'.repeat(64) } }),
      /signature does not match/,
    ],
    [
      'a signature under another key',
      (request) => signDecision(unsigned(signed(request)), 'gateway', gateway.keyId, wrongKey),
      /signature does not match/,
    ],
    [
      'a signature of a gateway that nobody knows',
      (request) => signDecision(unsigned(signed(request)), 'gateway', 'gateway-9', wrongKey),
      /no gateway has the key gateway-9/,
    ],
    ['an old decision', (request) => ({ ...signed(request), decidedAt: later(-60) }), /signature does not match/],
    ['one from the future', (request) => ({ ...signed(request), decidedAt: later(60) }), /signature does not match/],
    [
      'one in another person’s name',
      (request) => ({ ...signed(request), approver: 'bob' }),
      /signature does not match/,
    ],
    [
      'one whose channel was changed',
      (request) => ({ ...signed(request), proof: { ...signatureOf(signed(request)), channel: 'slack' } }),
      /signature does not match/,
    ],
    [
      'one for fewer actions than were signed',
      (request) => ({ ...signed(request), actions: [request.plan.actions[0]!.id] }),
      /signature does not match/,
    ],
    [
      'a hand-over to another than was signed',
      (request) => ({ ...aDecision(request, 'hand-over', 'alice', { to: 'bob' }), to: 'carol' }),
      /signature does not match/,
    ],
    [
      'a hand-over to nobody on the list',
      (request) => aDecision(request, 'hand-over', 'alice', { to: 'dora' }),
      /dora is neither an approver nor a group/,
    ],
    [
      'a hand-over to the actor',
      (request) => aDecision(request, 'hand-over', 'alice', { to: 'mallory' }),
      /mallory is the actor under investigation/,
    ],
    [
      'a hand-over by the actor',
      (request) => aDecision(request, 'hand-over', 'mallory', { to: 'alice' }),
      /mallory is the actor under investigation/,
    ],
    [
      'a hand-over to oneself',
      (request) => aDecision(request, 'hand-over', 'alice', { to: 'alice' }),
      /nobody hands over to themselves/,
    ],
    [
      'a hand-over with the code for a rejection',
      (request) => ({ ...aCodeDecision(request, 'reject', 'bob'), decision: 'hand-over', to: 'alice' }),
      /no code is for hand-over/,
    ],
    [
      'one about a request of another incident',
      (request) => aDecision({ ...request, requestId: 'containment-1-ffffffff' }, 'approve', 'alice'),
      /not open: this run of the incident never asked it/,
    ],
    [
      'the code of another person',
      (request) => ({ ...aCodeDecision(request, 'approve', 'alice'), approver: 'bob' }),
      /code is not the one for this person/,
    ],
    [
      'the code for another decision',
      (request) => ({ ...aCodeDecision(request, 'reject', 'alice'), decision: 'approve' }),
      /code is not the one for this person/,
    ],
    [
      'the code for another request',
      (request) => ({
        ...aCodeDecision({ ...request, requestId: 'containment-9-ffffffff' }, 'approve', 'alice'),
        requestId: request.requestId,
      }),
      /code is not the one for this person/,
    ],
  ];

  it('each forgery is recorded, as update and as signal, and takes no effect', async () => {
    await incident(async (handle, request) => {
      for (const [what, forge, reason] of forgeries) {
        const update = () => handle.executeUpdate(decideUpdate, { args: [forge(request)] });
        await refused(handle, update, reason).catch((cause: unknown) => fail(what, cause));
        const signal = () => handle.signal(decideSignal, forge(request));
        // A code is burnt at first sight, whoever sent it.
        const again = reason.source.startsWith('code') ? /code was used before/ : reason;
        await refused(handle, signal, again).catch((cause: unknown) => fail(what, cause));
      }
    });
  });

  it('hundreds of forgeries do not keep a decision that counts off the record', async () => {
    await incident(async (handle, request) => {
      const forgery = { ...signed(request), digest: 'f'.repeat(64) };
      await Promise.all(Array.from({ length: 205 }, () => handle.signal(decideSignal, forgery)));
      await handle.executeUpdate(decideUpdate, { args: [signed(request)] });
      const decisions = await recordOf(handle);
      expect(decisions).toHaveLength(200);
      expect(decisions.at(-1)).toMatchObject({ approver: 'alice', answer: { result: 'accepted' } });
    });
  });

  it('a decision that was taken from the history and sent again is refused', async () => {
    await incident(async (handle, request) => {
      for (const decision of [aDecision(request, 'more-time', 'alice'), signed(request)]) {
        const answer = await handle.executeUpdate(decideUpdate, { args: [decision] });
        expect(answer).toMatchObject({ result: 'accepted', settled: false });
        await refused(handle, () => handle.signal(decideSignal, decision), /this decision was sent before/);
      }
    });
  });
});

const unsigned = ({ proof: _, ...said }: Decision) => said;
const signatureOf = ({ proof }: Decision) => {
  if (proof.kind !== 'signature') throw new Error('it carries a code');
  return proof;
};
const fail = (what: string, cause: unknown): never => {
  throw new Error(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
};

describe('the HTTP doors', () => {
  it('refuse what is forged, stale, from the future, sent again or signed with another secret: counted, and in no history', async () => {
    await incident(async (handle, request) => {
      const { lab, url, log } = stage();
      const on = await inSlack(request);
      await lab.click({ on, actionId: actionIds.approveAll, member: members.mallory });
      const view = await lab.until(() => lab.modal(members.mallory));
      const press = lab.payloadOf({ view, member: members.mallory });
      const messages = async () => {
        const { events = [] } = await handle.fetchHistory();
        const outside = ['workflowExecutionUpdateAcceptedEventAttributes', 'workflowExecutionSignaledEventAttributes'];
        return events!.filter((event) => outside.some((kind) => kind in event && event[kind as keyof typeof event]))
          .length;
      };
      /** By the access log. */
      const counted = (route: string) =>
        Number(
          log
            .map((line) => /^(.+) 401 .*, refused here since the start: (\d+)$/.exec(line))
            .findLast((found) => found?.[1] === route)?.[2] ?? 0,
        );

      expect(await lab.send(press)).toMatchObject({ result: 'acknowledged' });
      await refusedNext(handle, 0, /mallory is the actor/);
      const sent = lab.deliveries.at(-1)!;
      const before = { messages: await messages(), refused: counted('POST /slack/interactions') };
      expect(before.messages).toBe(1);

      const minutes = (count: number) => new Date(Date.now() + count * 60_000);
      const attempts = [
        () => lab.send(press, { secret: 'the secret of nobody' }),
        () => lab.send(press, { at: minutes(-6) }),
        () => lab.send(press, { at: minutes(6) }),
        () => lab.replay(sent),
        () => lab.replay({ ...sent, body: sent.body.replace(members.mallory, members.alice) }),
        () => lab.replay({ ...sent, headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
      ];
      for (const attempt of attempts) expect(await attempt()).toEqual({ result: 'refused', status: 401 });
      expect(counted('POST /slack/interactions') - before.refused).toBe(attempts.length);

      const decisions = `${url}/incidents/${encodeURIComponent(handle.workflowId)}/decisions`;
      for (const authorization of ['', 'Bearer of-nobody', `Basic ${tokenOf('alice')}`]) {
        const { status } = await fetch(decisions, { method: 'POST', headers: { authorization }, body: '{}' });
        expect(status).toBe(401);
      }
      expect(counted('POST /incidents/:ref/decisions')).toBe(3);
      expect(await messages()).toBe(before.messages);
      expect(await recordOf(handle)).toHaveLength(1);
    });
  });
});

it('while Slack is down for the whole window the incident waits, CLI and Temporal UI decide, Slack catches up after', async () => {
  const { lab, world } = stage();
  await lab.down();
  const acted = world.acts.length;
  await incident(
    async (handle, request) => {
      const due = async () => expect((await handle.query(incidentQuery)).pendingApproval?.overdue).toBe(true);
      await eventually(due);
      expect(world.acts).toHaveLength(acted);

      const terminal = { env: { SOAR_GATEWAY: stage().url, SOAR_TOKEN: tokenOf('alice') } };
      const decided = await soar(['incident', 'decide', handle.workflowId, '--approve', '--yes'], terminal);
      expect(decided.code, decided.err).toBe(0);
      await handle.signal(decideSignal, aCodeDecision(request, 'approve', 'bob'));
      const next = await nextRequest(handle, request.requestId);
      expect(world.acts.length).toBeGreaterThan(acted);
      const channels = (await recordOf(handle)).map(({ approver, channel: by }) => [approver, by]);
      expect(channels).toEqual([
        ['alice', 'gateway'],
        ['bob', 'temporal-ui'],
      ]);

      await lab.up();
      const { ts } = await inSlack(request);
      await inSlack(next);
      await lab.until(() =>
        JSON.stringify(lab.messages(channel).find((each) => each.ts === ts)).includes('*Approved.*'),
      );
    },
    { approvals: { ...twoPeople.approvals, remindAfter: 500, escalateAfter: 1000, dueAfter: 1500 } },
  );
});
