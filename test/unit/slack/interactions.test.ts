import { describe, expect, it, vi } from 'vitest';
import type { ApprovalRequest, Decision, DecisionAnswer } from '../../../src/domain/approval/approval.ts';
import type { IncidentView } from '../../../src/domain/incident.ts';
import { incidentKey } from '../../../src/domain/names.ts';
import { interactionHandler, type InteractionContext } from '../../../src/slack/interactions.ts';
import { actionIds, callbackIds, inputIds, referenceText } from '../../../src/slack/references.ts';
import { anAlert, ids } from '../../support/builders.ts';
import { aRequest } from '../cli/a-plan.ts';

const workflowId = 'ec2-vm-export/111111111111/eu-west-1/export-i-1';
const key = incidentKey(workflowId);
const [alice, stranger] = ['U0ALICE001', 'U0STRANGER'] as const;
const [irreversible, reversible] = aRequest().plan.actions as [
  ApprovalRequest['plan']['actions'][0],
  ApprovalRequest['plan']['actions'][0],
];
/** A plan that can be undone, unless a test says otherwise. */
const request = aRequest({}, [reversible, { ...reversible, id: 'second' }]);
const withIrreversible = aRequest({}, [reversible, irreversible]);
/** The words of what can be undone, beside what cannot. */
const disguised = aRequest({}, [{ ...reversible, input: irreversible.input }]);
const tooLong = aRequest(
  {},
  Array.from({ length: 60 }, (_, index) => ({ ...reversible, id: `action:${index}` })),
);
const referenceTo = (to: ApprovalRequest) => ({ workflowId, requestId: to.requestId, digest: to.digest });
const people: InteractionContext['people'] = {
  approvers: [
    { id: 'alice', name: 'Alice', principals: [] },
    { id: 'bob', name: 'Bob Jones', principals: [] },
    { id: 'mallory', name: 'Mallory', principals: [ids.userArn] },
  ],
  groups: [
    { id: 'on-call', members: ['bob'] },
    { id: 'alone', members: ['alice'] },
  ],
};
const accepted: DecisionAnswer = { result: 'accepted', settled: true, detail: 'approved: deactivate-keys' };

function slack(
  changes: Partial<InteractionContext> & { asked?: ApprovalRequest | null; answer?: DecisionAnswer } = {},
) {
  const { asked = request, answer = accepted, ...rest } = changes;
  const decided: { ref: string; decision: Decision; updateId: string }[] = [];
  const modals: { trigger: string; view: string }[] = [];
  const whispers: { member: string; text: string }[] = [];
  const view = {
    workflowId,
    alert: anAlert(),
    assessment: null,
    verdict: null,
    findings: [],
    decisions: [],
    pendingApproval: asked,
  } as unknown as IncidentView;
  const handle = interactionHandler({
    incidents: {
      decide: (ref, decision, updateId) => {
        decided.push({ ref, decision, updateId });
        return Promise.resolve(answer);
      },
    },
    keyId: 'gateway-1',
    signingKey: '11'.repeat(32),
    now: () => new Date('2026-03-02T10:12:00Z'),
    approvers: new Map([[alice, 'alice']]),
    people,
    view: () => Promise.resolve(view),
    openModal: (trigger, modal) => {
      modals.push({ trigger, view: JSON.stringify(modal) });
      return Promise.resolve();
    },
    whisper: ({ member }, text) => {
      whispers.push({ member, text });
      return Promise.resolve();
    },
    log: () => {},
    patience: 100,
    ...rest,
  });
  return { handle, decided, modals, whispers };
}

const click = (
  actionId: string,
  changes: { member?: string; to?: ApprovalRequest; value?: string; ticked?: number[] } = {},
) => ({
  type: 'block_actions',
  user: { id: changes.member ?? alice, name: 'whatever-they-chose' },
  trigger_id: 'trigger-1',
  container: { type: 'message', channel_id: 'C0INCIDENTS', message_ts: '1.2', thread_ts: '1.1' },
  state: {
    values: {
      soar_select_0: {
        [actionIds.select]: {
          type: 'checkboxes',
          selected_options: (changes.ticked ?? []).map((index) => ({ value: String(index) })),
        },
      },
    },
  },
  actions: [
    { action_id: actionId, type: 'button', value: changes.value ?? referenceText(referenceTo(changes.to ?? request)) },
  ],
});
const submit = (
  callbackId: string,
  text: string,
  reference: object = referenceTo(request),
  member: string = alice,
) => ({
  type: 'view_submission',
  user: { id: member },
  view: {
    callback_id: callbackId,
    private_metadata: JSON.stringify(reference),
    state: { values: { [inputIds.block]: { [inputIds.element]: { type: 'plain_text_input', value: text } } } },
  },
});
const later = (value: string, reason = '') => {
  const sent = submit(callbackIds.later, '');
  const values = {
    [inputIds.block]: { [inputIds.element]: { type: 'static_select', selected_option: { value } } },
    [inputIds.reason]: { [inputIds.element]: { type: 'plain_text_input', value: reason || null } },
  };
  return { ...sent, view: { ...sent.view, state: { values } } };
};
const errorsIn = (answer: unknown): string =>
  JSON.stringify((answer as { body?: { errors?: object } }).body?.errors ?? null);
const never = <T>(): Promise<T> => new Promise(() => {});

describe('a click', () => {
  it('on approve shows what would be called, and decides nothing yet', async () => {
    const { handle, decided, modals, whispers } = slack();
    expect(await handle(click(actionIds.approveAll))).toEqual({ result: 'ok' });
    expect(modals).toHaveLength(1);
    expect(modals[0]!.view).toContain('iam:UpdateAccessKey');
    expect(modals[0]!.view).toContain('you approve 2 of 2 actions');
    expect(modals[0]!.view).toContain(callbackIds.approve);
    expect([decided, whispers]).toEqual([[], []]);
  });

  it('on approve selected shows what is ticked, and nothing where nothing is', async () => {
    const { handle, decided, modals, whispers } = slack();
    await handle(click(actionIds.approveSelected, { ticked: [1] }));
    expect(modals[0]!.view).toContain('you approve 1 of 2 actions');
    await handle(click(actionIds.approveSelected));
    expect(decided).toEqual([]);
    expect(whispers.at(-1)!.text).toContain('Nothing is ticked');
  });

  it.each<[string, ApprovalRequest | null]>([
    ['replaced', { ...request, requestId: 'containment-2-0a1b2c3d' }],
    ['replaced under its name', aRequest({}, [reversible])],
    ['decided', null],
  ])('on a request that was %s approves nothing: it is for the record, in nobody’s name', async (_, asked) => {
    const { handle, decided, modals } = slack({ asked });
    await handle(click(actionIds.approveSelected, { ticked: [0] }));
    expect(decided[0]!.decision).toMatchObject({ requestId: request.requestId, approver: `slack:${alice}` });
    expect(modals).toEqual([]);
  });

  it('on what cannot be undone asks for a typed confirmation', async () => {
    const { handle, decided, modals } = slack({ asked: withIrreversible });
    expect(await handle(click(actionIds.approveAll, { to: withIrreversible }))).toEqual({ result: 'ok' });
    await handle(click(actionIds.approveSelected, { to: withIrreversible, ticked: [1] }));
    await handle(click(actionIds.approveSelected, { to: withIrreversible, ticked: [0] }));
    expect(decided).toEqual([]);
    expect(modals.map(({ view }) => view.includes(`Type ${ids.incidentKey}`))).toEqual([true, true, false]);
    expect(modals[0]!.view).toContain('IRREVERSIBLE');
  });

  it.each([
    [
      'a plan beside the digest of another',
      { ...withIrreversible, digest: request.digest },
      'does not have the digest',
    ],
    ['words beside an input that they are not about', disguised, 'claims to be reversible, and is irreversible'],
    ['a plan that no window holds', tooLong, 'too long to be shown here whole'],
  ])('on %s approves nothing, and says why', async (_, asked, why) => {
    const { handle, decided, modals } = slack({ asked });
    await handle(click(actionIds.approveAll, { to: asked }));
    expect(modals[0]!.view).toContain(why);
    expect(modals[0]!.view).toContain('Nothing is recorded');
    expect(modals[0]!.view).not.toContain('callback_id');
    // Nor where the window was opened before: which actions were ticked has to be asked of the incident again.
    const answer = await handle(submit(callbackIds.approve, '', { ...referenceTo(asked), actions: [0] }));
    if (asked !== tooLong) {
      expect(errorsIn(answer)).toContain(why);
      expect(decided).toEqual([]);
    }
  });

  it('on reject asks why, on details shows the plan', async () => {
    const { handle, decided, modals } = slack();
    await handle(click(actionIds.reject));
    await handle(click(actionIds.details));
    expect(modals.map(({ trigger }) => trigger)).toEqual(['trigger-1', 'trigger-1']);
    expect(modals[0]!.view).toContain('Why?');
    expect(modals[1]!.view).toContain(request.digest);
    expect(decided).toEqual([]);
  });

  it.each([actionIds.details, actionIds.later])('on %s of a request that is gone says so', async (action) => {
    const { handle, modals } = slack({ asked: null });
    await handle(click(action));
    expect(modals[0]!.view).toContain('not open any more');
  });

  it('on more time or hand over asks who shall decide: oneself later, or whoever may; nothing is said yet', async () => {
    const { handle, decided, modals } = slack();
    await handle(click(actionIds.later));
    const [{ view } = { view: '' }] = modals;
    const values = [...view.matchAll(/"value":"([^"]+)"/g)].map(([, value]) => value);
    // Neither oneself, nor the actor, nor a group of nobody else.
    expect(values.filter((value) => value !== 'more-time')).toEqual(['to:bob', 'to:everybody', 'to:on-call']);
    expect(view).toContain('Hand over to bob (Bob Jones)');
    expect(view).toContain('"initial_option":{"text":{"type":"plain_text","text":"You, with more time');
    expect(decided).toEqual([]);
  });

  it('of somebody who is not on the list is told to them alone, and is for the record, once', async () => {
    const { handle, decided, whispers, modals } = slack({ answer: { result: 'refused', reason: 'not on the list' } });
    for (const actionId of [actionIds.approveAll, actionIds.reject, actionIds.later, actionIds.details]) {
      await handle(click(actionId, { member: stranger }));
    }
    const said = decided.map(({ decision }) => [decision.approver, decision.decision]);
    expect(said).toEqual(['approve', 'reject', 'more-time'].map((decision) => [`slack:${stranger}`, decision]));
    const later = slack({ now: () => new Date('2026-03-02T11:12:00Z') });
    await later.handle(click(actionIds.approveAll, { member: stranger }));
    expect(later.decided[0]!.updateId).toBe(decided[0]!.updateId);
    expect(modals).toEqual([]);
    expect(whispers).toHaveLength(4);
    expect(whispers[0]).toMatchObject({ member: stranger, text: expect.stringContaining('not on the list') as string });
  });

  it('that is refused tells the reason to that person', async () => {
    const { handle, whispers } = slack({
      asked: null,
      answer: { result: 'refused', reason: 'it was rejected by bob' },
    });
    expect(await handle(click(actionIds.approveAll))).toEqual({ result: 'ok' });
    expect(whispers).toEqual([{ member: alice, text: 'Refused: it was rejected by bob.' }]);
  });

  it('with a value of somebody else decides nothing', async () => {
    const { handle, decided, whispers } = slack();
    for (const value of ['', 'x', '{}', '{"workflowId":1}']) await handle(click(actionIds.approveAll, { value }));
    expect(decided).toEqual([]);
    expect(whispers).toHaveLength(4);
  });

  it('on a checkbox or a link is acknowledged, and so is what we do not know', async () => {
    const { handle, decided, whispers } = slack();
    for (const payload of [
      click(actionIds.select),
      click(actionIds.openTemporal),
      { type: 'shortcut' },
      null,
      'x',
      {},
    ]) {
      expect(await handle(payload)).toEqual({ result: 'ok' });
    }
    expect([decided, whispers]).toEqual([[], []]);
  });
});

describe('when nothing durable happened', () => {
  it('the person hears in time that it may not be recorded', async () => {
    const { handle, whispers } = slack({ asked: null, incidents: { decide: never } });
    expect(await handle(click(actionIds.approveAll))).toEqual({ result: 'ok' });
    expect(whispers[0]!.text).toContain('may not be recorded');
  });

  it('the person sees an error where they cannot be told', async () => {
    const log = vi.fn();
    const whisper = () => Promise.reject(new Error('down'));
    const { handle } = slack({ asked: null, incidents: { decide: never }, whisper, log });
    expect(await handle(click(actionIds.approveAll))).toEqual({ result: 'failed' });
    expect(log.mock.calls.join('\n')).toContain('down');
    const away = slack({ view: () => Promise.reject(new Error('Temporal is away')), whisper: never });
    expect(await away.handle(click(actionIds.approveAll))).toEqual({ result: 'failed' });
    expect(away.decided).toEqual([]);
  });

  it('a modal that cannot be opened is no success', async () => {
    const { handle, whispers } = slack({ openModal: () => Promise.reject(new Error('expired_trigger_id')) });
    await handle(click(actionIds.reject));
    expect(whispers[0]!.text).toContain('Nothing is recorded yet');
  });

  it('what is recorded is no error, even where the person cannot be told', async () => {
    const { handle } = slack({ asked: null, whisper: () => Promise.reject(new Error('down')) });
    expect(await handle(click(actionIds.approveAll))).toEqual({ result: 'ok' });
  });
});

describe('a modal that is sent off', () => {
  it('after what would be called was shown is a signed decision of that person about that plan', async () => {
    const { handle, decided } = slack();
    expect(await handle(submit(callbackIds.approve, ''))).toEqual({ result: 'ok' });
    expect(decided).toHaveLength(1);
    expect(decided[0]).toMatchObject({
      ref: workflowId,
      decision: {
        requestId: request.requestId,
        digest: request.digest,
        decision: 'approve',
        approver: 'alice',
        proof: { kind: 'signature', channel: 'slack', keyId: 'gateway-1' },
      },
    });
    expect(decided[0]!.decision).not.toHaveProperty('actions');
    expect(decided[0]!.decision).not.toHaveProperty('reason');
    await handle(submit(callbackIds.approve, ' seen ', { ...referenceTo(request), actions: [1] }));
    expect(decided[1]!.decision).toMatchObject({ approver: 'alice', actions: ['second'], reason: 'seen' });
  });

  it('for some actions of a request that is gone approves none: it is for the record', async () => {
    const { handle, decided } = slack({ asked: null });
    await handle(submit(callbackIds.approve, '', { ...referenceTo(request), actions: [1] }));
    expect(decided[0]!.decision).toMatchObject({ approver: `slack:${alice}` });
  });

  it('twice, or repeated by Slack, is one update; another decision or person is another', async () => {
    const { handle, decided } = slack({
      approvers: new Map([
        [alice, 'alice'],
        ['U0BOB00001', 'bob'],
      ]),
    });
    await handle(submit(callbackIds.approve, ''));
    await handle(submit(callbackIds.approve, ''));
    await handle(submit(callbackIds.reject, 'no'));
    await handle(submit(callbackIds.approve, '', referenceTo(request), 'U0BOB00001'));
    const ids = decided.map(({ updateId }) => updateId);
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(3);
  });

  it('with a reason rejects', async () => {
    const { handle, decided } = slack();
    expect(await handle(submit(callbackIds.reject, ' a planned migration '))).toEqual({ result: 'ok' });
    expect(decided[0]!.decision).toMatchObject({
      decision: 'reject',
      reason: 'a planned migration',
      approver: 'alice',
    });
  });

  it.each<[string, object]>([
    ['more-time', { decision: 'more-time' }],
    ['to:on-call', { decision: 'hand-over', to: 'on-call' }],
  ])('with %s chosen says that, with the reason if there is one', async (value, expected) => {
    const { handle, decided } = slack();
    expect(await handle(later(value))).toEqual({ result: 'ok' });
    expect(await handle(later(value, ' not my systems '))).toEqual({ result: 'ok' });
    expect(decided.map(({ decision }) => decision)).toMatchObject([
      { ...expected, approver: 'alice', digest: request.digest },
      { ...expected, reason: 'not my systems' },
    ]);
    expect(decided[0]!.decision).not.toHaveProperty('reason');
    expect(decided[0]!.decision).not.toHaveProperty('actions');
  });

  it.each(['', 'bob', 'approve'])('with the choice %j, which was not made here, says nothing', async (value) => {
    const { handle, decided } = slack();
    expect(errorsIn(await handle(later(value)))).toContain('Choose who shall decide');
    expect(decided).toEqual([]);
  });

  it('shows why a hand-over is refused', async () => {
    const { handle } = slack({ answer: { result: 'refused', reason: 'eve is neither an approver nor a group' } });
    expect(errorsIn(await handle(later('to:eve')))).toContain('Refused: eve is neither');
  });

  it('without a reason does not', async () => {
    const { handle, decided } = slack();
    expect(errorsIn(await handle(submit(callbackIds.reject, '  ')))).toContain('Say why');
    expect(decided).toEqual([]);
  });

  it('with the key of the incident approves, whole or what was ticked; with another text it does not', async () => {
    const { handle, decided } = slack({ asked: withIrreversible });
    const reference = referenceTo(withIrreversible);
    expect(errorsIn(await handle(submit(callbackIds.approveForGood, 'yes', reference)))).toContain(key);
    expect(decided).toEqual([]);
    await handle(submit(callbackIds.approveForGood, key.toLowerCase(), reference));
    await handle(submit(callbackIds.approveForGood, key, { ...reference, actions: [1] }));
    expect(decided.map(({ decision }) => decision.actions)).toEqual([undefined, [irreversible.id]]);
  });

  it('by somebody who is not on the list, or with a reference of somebody else, decides nothing', async () => {
    const { handle, decided } = slack();
    expect(errorsIn(await handle(submit(callbackIds.reject, 'x', referenceTo(request), stranger)))).toContain(
      'not on the list',
    );
    expect(decided.map(({ decision }) => decision.approver)).toEqual([`slack:${stranger}`]);
    expect(errorsIn(await handle(submit(callbackIds.reject, 'x', { a: 1 })))).toContain('not made here');
    expect(decided).toHaveLength(1);
  });

  it('shows a refusal, and an answer that does not come, in the modal', async () => {
    const refused = slack({ answer: { result: 'refused', reason: 'already decided' } });
    expect(errorsIn(await refused.handle(submit(callbackIds.reject, 'x')))).toContain('already decided');
    const silent = slack({ incidents: { decide: never } });
    expect(errorsIn(await silent.handle(submit(callbackIds.reject, 'x')))).toContain('may not be recorded');
  });
});
