import { describe, expect, it } from 'vitest';
import {
  codeCommitment,
  commitmentKey,
  decisionCode,
  decisionText,
  markOf,
  type ApprovalRequest,
  type ApproverDirectory,
  type Decision,
  type RequestRecord,
} from '../../../../src/domain/approval/approval.ts';
import { recordOf } from '../../../../src/domain/approval/approval-request.ts';
import { isDecision } from '../../../../src/domain/shape.ts';
import { missingFor, planDigest, type Plan, type PlannedAction } from '../../../../src/domain/plan/plan.ts';
import { anActionRecord, anIamUser, aRoleSession, ids } from '../../../support/builders.ts';
import { aCodeDecision, aDecision, gateway } from '../../../support/deciding.ts';
import { judgePerson, judgeRequest, type GateState } from '../../../../src/domain/approval/judgement.ts';

const anAction = (id: string, changes: Partial<PlannedAction> = {}): PlannedAction => ({
  id,
  title: id,
  sources: [],
  target: 'arn:aws:ec2:::x',
  calls: [],
  before: null,
  after: null,
  reversible: true,
  undo: '',
  mayBreak: [],
  input: {
    act: 'cancelExportTask',
    exportTaskId: id,
    incidentKey: ids.incidentKey,
    accountId: ids.account,
    region: ids.region,
  },
  ...changes,
});
const plan: Plan = {
  phase: 'containment',
  actions: [anAction('one'), anAction('two', { reversible: false })],
  notPlanned: [],
};
const digest = planDigest(ids.incidentKey, 'containment-1', plan);

const aRequest = (): ApprovalRequest => ({
  requestId: 'containment-1',
  incidentKey: ids.incidentKey,
  phase: 'containment',
  digest,
  plan,
  askedAt: '2026-03-02T10:20:00Z',
  dueAt: '2026-03-02T14:20:00Z',
  overdue: false,
  quorum: 2,
  needs: {
    one: { rule: 'default', groups: ['everybody'], quorum: 1 },
    two: { rule: 'default', groups: ['everybody'], quorum: 2 },
  },
  askedOf: [],
  runId: 'run',
  commitments: Object.fromEntries(
    ['alice', 'bob'].flatMap((approver) =>
      ['approve', 'reject'].map((decision) => [
        commitmentKey(approver, decision),
        codeCommitment(decisionCode(gateway.codeSecret, 'containment-1', digest, approver, decision)),
      ]),
    ),
  ),
});
const aGate = (changes: Partial<GateState> = {}): GateState => ({
  request: aRequest(),
  approvals: [],
  burnt: new Set(),
  settled: false,
  owners: [],
  ...changes,
});
const directory: ApproverDirectory = {
  approvers: [
    { id: 'alice', name: 'Alice', principals: ['arn:aws:iam::*:user/alice'] },
    { id: 'bob', name: 'Bob', principals: ['arn:aws:iam::*:role/backup'] },
  ],
  gatewayKeys: { [gateway.keyId]: gateway.publicKey },
  policyDigest: 'p',
};
const actor = anIamUser();
/** The same signature in other letters. */
const upperCased = ({ proof }: Decision): Decision['proof'] =>
  proof.kind === 'signature' ? { ...proof, signature: proof.signature.toUpperCase() } : proof;

describe('a decision', () => {
  it('counts when a listed person approves exactly this plan with a signed decision', () => {
    const decision = aDecision(aRequest(), 'approve', 'alice');
    expect(judgeRequest(decision, aGate())).toBeNull();
    expect(judgePerson(decision, aGate(), directory, actor)).toEqual({
      verifiedBy: 'gateway-signature',
      channel: 'gateway',
    });
  });

  it.each([
    ['about nothing that is open', { requestId: 'containment-0' }, 'not open'],
    ['about another plan', { digest: '0'.repeat(64) }, 'digest'],
  ])('is refused when it is %s', (_, changes, reason) => {
    const decision = { ...aDecision(aRequest(), 'approve', 'alice'), ...changes };
    expect(judgeRequest(decision, aGate())).toContain(reason);
  });

  it('is refused once the request is settled', () => {
    expect(judgeRequest(aDecision(aRequest(), 'reject', 'bob'), aGate({ settled: true }))).toBe('already decided');
  });

  it('is refused from somebody who is not on the list', () => {
    const decision = aDecision(aRequest(), 'approve', 'eve');
    expect(judgePerson(decision, aGate(), directory, actor)).toEqual({
      refused: 'eve is not on the list of approvers',
    });
  });

  it.each(['decision', 'approver', 'digest', 'requestId', 'decidedAt', 'reason'] as const)(
    'is refused when %s was changed after it was signed',
    (field) => {
      const signed = aDecision(aRequest(), 'reject', 'bob', { reason: 'no' });
      const changed = {
        ...signed,
        [field]: field === 'decision' ? 'approve' : field === 'approver' ? 'alice' : 'other',
      };
      expect(judgePerson(changed, aGate(), directory, actor)).toEqual({
        refused: 'the signature does not match the decision',
      });
    },
  );

  it('is refused when actions were added to the signed selection', () => {
    const signed = aDecision(aRequest(), 'approve', 'alice', { actions: ['one'] });
    expect(judgePerson({ ...signed, actions: ['one', 'two'] }, aGate(), directory, actor)).toEqual({
      refused: 'the signature does not match the decision',
    });
  });

  it('is refused when no gateway of the configuration has signed it', () => {
    const signed = aDecision(aRequest(), 'approve', 'alice');
    const decision = { ...signed, proof: { ...signed.proof, keyId: 'other' } };
    expect(judgePerson(decision, aGate(), directory, actor)).toEqual({ refused: 'no gateway has the key other' });
  });

  it('is refused from the actor under investigation, also when acting through a role', () => {
    const alice = anIamUser({ arn: 'arn:aws:iam::111111111111:user/alice' });
    const refusal = { refused: 'alice is the actor under investigation' };
    expect(judgePerson(aDecision(aRequest(), 'reject', 'alice'), aGate(), directory, alice)).toEqual(refusal);
    expect(judgePerson(aDecision(aRequest(), 'approve', 'bob'), aGate(), directory, aRoleSession())).toEqual({
      refused: 'bob is the actor under investigation',
    });
    const taken = ['arn:aws:iam::111111111111:user/alice', 'arn:aws:sts::222222222222:assumed-role/backup/bob'];
    for (const who of ['alice', 'bob']) {
      const decision = aDecision(aRequest(), 'reject', who);
      const refused = { refused: `${who} is the actor under investigation` };
      expect(judgePerson(decision, aGate(), directory, actor, taken)).toEqual(refused);
    }
  });

  it('does not count twice from the same person', () => {
    const approvals = [{ approver: 'alice' }] as GateState['approvals'];
    const again = judgePerson(aDecision(aRequest(), 'approve', 'alice'), aGate({ approvals }), directory, actor);
    expect(again).toEqual({ refused: 'alice has approved already: another person is needed' });
  });

  it('counts once: its signature is in the history for others to send again', () => {
    const decision = aDecision(aRequest(), 'more-time', 'alice');
    const burnt = new Set([markOf(decision)]);
    const copy = { ...decision, proof: upperCased(decision) };
    for (const again of [decision, copy]) {
      expect(judgePerson(again, aGate({ burnt }), directory, actor)).toEqual({
        refused: 'this decision was sent before',
      });
    }
    const anew = aDecision(aRequest(), 'more-time', 'alice', { reason: 'once more' });
    expect(judgePerson(anew, aGate({ burnt }), directory, actor)).toMatchObject({ verifiedBy: 'gateway-signature' });
  });

  it('must select the same actions as the approval before it', () => {
    const approvals = [{ approver: 'bob', actions: ['one'] }] as GateState['approvals'];
    const other = judgePerson(aDecision(aRequest(), 'approve', 'alice'), aGate({ approvals }), directory, actor);
    expect(other).toHaveProperty('refused', expect.stringContaining('another selection'));
    const same = aDecision(aRequest(), 'approve', 'alice', { actions: ['one'] });
    expect(judgePerson(same, aGate({ approvals }), directory, actor)).not.toHaveProperty('refused');
  });

  it('approves all of the plan with every action selected, too', () => {
    const every = aRequest().plan.actions.map(({ id }) => id);
    const approvals = [{ approver: 'bob', actions: every.toReversed() }] as GateState['approvals'];
    const all = aDecision(aRequest(), 'approve', 'alice');
    expect(judgePerson(all, aGate({ approvals }), directory, actor)).not.toHaveProperty('refused');
    const byAll = [{ approver: 'bob' }] as GateState['approvals'];
    const ticked = aDecision(aRequest(), 'approve', 'alice', { actions: every });
    expect(judgePerson(ticked, aGate({ approvals: byAll }), directory, actor)).not.toHaveProperty('refused');
  });

  it.each([
    [['three'], 'not in this plan: three'],
    [[], 'an approval names at least one action; otherwise reject'],
  ])('is refused with the selection %j', (actions, refused) => {
    const decision = aDecision(aRequest(), 'approve', 'alice', { actions });
    expect(judgePerson(decision, aGate(), directory, actor)).toEqual({ refused });
  });
});

describe('a hand-over', () => {
  const judged = (decision: Decision) => judgePerson(decision, aGate(), directory, actor);

  it('is judged like every decision, and then by whom it goes to', () => {
    expect(judged(aDecision(aRequest(), 'hand-over', 'alice', { to: 'bob' }))).toMatchObject({
      verifiedBy: 'gateway-signature',
    });
    expect(judged(aDecision(aRequest(), 'hand-over', 'eve', { to: 'bob' }))).toEqual({
      refused: 'eve is not on the list of approvers',
    });
    expect(judged(aDecision(aRequest(), 'hand-over', 'alice', { to: 'eve' }))).toEqual({
      refused: 'eve is neither an approver nor a group of the list',
    });
  });

  it('is refused when whom it goes to was changed after it was signed', () => {
    const { to: _, ...said } = aDecision(aRequest(), 'hand-over', 'alice', { to: 'everybody' });
    for (const changed of [said, { ...said, to: 'bob' }]) {
      expect(judged(changed)).toEqual({ refused: 'the signature does not match the decision' });
    }
  });

  it('has no code, nor has more time', () => {
    const { proof } = aCodeDecision(aRequest(), 'approve', 'alice');
    for (const decision of ['hand-over', 'more-time'] as const) {
      expect(judged({ ...aDecision(aRequest(), decision, 'alice', { to: 'bob' }), proof })).toEqual({
        refused: `no code is for ${decision}: say it in Slack or with soar incident decide`,
      });
    }
  });

  it('is a message only with whom it goes to, and nothing else is one with it', () => {
    const { to: _, ...nowhere } = aDecision(aRequest(), 'hand-over', 'alice', { to: 'bob' });
    expect(isDecision({ ...nowhere, to: 'bob' })).toBe(true);
    for (const message of [nowhere, { ...nowhere, to: 'b'.repeat(501) }, { ...nowhere, to: 1 }]) {
      expect(isDecision(message)).toBe(false);
    }
    expect(isDecision(aDecision(aRequest(), 'approve', 'alice'))).toBe(true);
    expect(isDecision({ ...aDecision(aRequest(), 'approve', 'alice'), to: 'bob' })).toBe(false);
  });
});

describe('the text that is signed', () => {
  const decision = { requestId: 'r-1', digest: 'd', approver: 'alice', decidedAt: '2026-03-02T10:20:00Z' };

  it('is the same for the older kinds as before there were hand-overs', () => {
    expect(decisionText({ ...decision, decision: 'approve', actions: ['b', 'a'] }, 'slack')).toBe(
      '{"actions":["a","b"],"approver":"alice","channel":"slack","decidedAt":"2026-03-02T10:20:00Z",' +
        '"decision":"approve","digest":"d","reason":null,"request":"r-1"}',
    );
  });

  it('holds whom a hand-over goes to', () => {
    const text = (to: string) => decisionText({ ...decision, decision: 'hand-over', to }, 'slack');
    expect(text('bob')).toContain('"to":"bob"');
    expect(text('bob')).not.toBe(text('carol'));
  });
});

describe('the rules of a request', () => {
  const everyone = { rule: 'default', groups: ['everybody'], quorum: 1 };
  const grouped = {
    ...directory,
    approvers: [...directory.approvers, { id: 'carol', name: 'Carol Jones', principals: [] }],
    groups: [
      { id: 'security', members: ['alice'] },
      { id: 'platform', members: ['bob'] },
    ],
  };
  const gate = (changes: Partial<GateState> = {}) =>
    aGate({
      request: {
        ...aRequest(),
        needs: {
          one: { rule: 'a', groups: ['security'], quorum: 1 },
          two: { rule: 'b', groups: ['platform'], quorum: 2 },
        },
      },
      ...changes,
    });
  const judged = (decision: Decision, state = gate()) => judgePerson(decision, state, grouped, actor);

  it('let people of its groups decide, on the whole plan or on their own actions', () => {
    expect(judged(aDecision(aRequest(), 'approve', 'alice'))).not.toHaveProperty('refused');
    expect(judged(aDecision(aRequest(), 'approve', 'alice', { actions: ['one'] }))).not.toHaveProperty('refused');
    expect(judged(aDecision(aRequest(), 'reject', 'alice'))).not.toHaveProperty('refused');
  });

  it('refuse an approval of nothing but other people’s actions', () => {
    expect(judged(aDecision(aRequest(), 'approve', 'alice', { actions: ['two'] }))).toEqual({
      refused: 'alice may approve none of these actions: they are for platform',
    });
  });

  it('refuse whoever is in none of its groups, to reject and to ask for more time as well', () => {
    for (const kind of ['approve', 'reject', 'more-time'] as const) {
      expect(judged(aDecision(aRequest(), kind, 'carol'))).toEqual({
        refused: 'carol may approve none of these actions: they are for security, platform',
      });
    }
  });

  it.each([['carol'], ['Carol Jones'], ['CAROL@example.com']])(
    'leave out the owner of the instance, named as %s by its tags',
    (owner) => {
      const state = gate({ request: { ...aRequest(), needs: { one: everyone, two: everyone } }, owners: [owner] });
      expect(judged(aDecision(aRequest(), 'reject', 'carol'), state)).toEqual({
        refused: 'carol is the owner of the instance by its tags, and the policy leaves owners out',
      });
      expect(judged(aDecision(aRequest(), 'reject', 'bob'), state)).not.toHaveProperty('refused');
    },
  );
});

describe('an action that requires another', () => {
  const requiring = { ...plan, actions: [anAction('one'), anAction('two', { requires: ['one', 'done-before'] })] };
  const request = { ...aRequest(), plan: requiring };
  const judged = (actions: string[]) =>
    judgePerson(aDecision(request, 'approve', 'alice', { actions }), aGate({ request }), directory, actor);

  it('is approved together with it', () => {
    expect(judged(['one', 'two'])).not.toHaveProperty('refused');
    expect(judged(['one'])).not.toHaveProperty('refused');
  });

  it('is not approved without it', () => {
    expect(judged(['two'])).toEqual({ refused: 'two requires one: select both, or neither' });
  });

  it('is not done unless the other is in place', () => {
    const action = anAction('two', { requires: ['one'] });
    const applied = anActionRecord({ id: 'one', status: 'applied' });
    expect(missingFor(action, [])).toEqual(['one']);
    expect(missingFor(action, [applied, anActionRecord({ id: 'one', status: 'failed' })])).toEqual(['one']);
    expect(missingFor(action, [anActionRecord({ id: 'one', status: 'failed' }), applied])).toEqual([]);
    expect(missingFor(anAction('one'), [])).toEqual([]);
  });
});

describe('a decision about an earlier request', () => {
  const earlier = (changes: Partial<RequestRecord>): RequestRecord[] => [
    { ...recordOf({ ...aRequest(), requestId: 'containment-0' }), ...changes },
  ];
  const refusal = (changes: Partial<RequestRecord>) =>
    judgeRequest(
      { ...aDecision(aRequest(), 'approve', 'alice'), requestId: 'containment-0' },
      aGate(),
      earlier(changes),
    );

  it.each<[Partial<RequestRecord>, string]>([
    [{ outcome: 'replaced', replacedBy: 'containment-1' }, 'it was replaced by containment-1'],
    [{ outcome: 'replaced' }, 'it was replaced by a plan that is being made'],
    [{ outcome: 'approved', by: ['alice', 'bob'] }, 'it was approved by alice and bob'],
    [{ outcome: 'closed' }, 'it was closed'],
  ])('is refused and says what became of it: %j', (changes, reason) => {
    expect(refusal(changes)).toBe(`this request is not open: ${reason}`);
  });
});

describe('a code', () => {
  it('counts for its person, request and decision', () => {
    const decision = aCodeDecision(aRequest(), 'approve', 'alice');
    expect(judgePerson(decision, aGate(), directory, actor)).toEqual({ verifiedBy: 'code', channel: 'temporal-ui' });
  });

  it.each([
    ['another person', { approver: 'bob' }],
    ['another decision', { decision: 'reject' as const }],
    ['a guess', { proof: { kind: 'code' as const, code: 'A'.repeat(18) } }],
  ])('is refused for %s', (_, changes) => {
    const decision = { ...aCodeDecision(aRequest(), 'approve', 'alice'), ...changes };
    expect(judgePerson(decision, aGate(), directory, actor)).toEqual({
      refused: 'the code is not the one for this person, request and decision',
    });
  });

  it('is burnt at first sight', () => {
    const decision = aCodeDecision(aRequest(), 'approve', 'alice');
    const { proof } = decision;
    const burnt = new Set(proof.kind === 'code' ? [codeCommitment(proof.code)] : []);
    expect(judgePerson(decision, aGate({ burnt }), directory, actor)).toEqual({ refused: 'this code was used before' });
  });

  it('holds 90 bits', () => {
    expect(decisionCode('secret', 'r', 'd', 'alice', 'approve')).toMatch(/^[A-Z2-7]{18}$/);
  });
});

describe('the digest of a plan', () => {
  it('changes with incident, request and every input, and not with the words around them', () => {
    const worded = { ...plan, actions: plan.actions.map((action) => ({ ...action, title: 'other words' })) };
    const fewer = { ...plan, actions: plan.actions.slice(0, 1) };
    expect(planDigest(ids.incidentKey, 'containment-1', worded)).toBe(digest);
    const others = [
      planDigest('VMX-OTHER', 'containment-1', plan),
      planDigest(ids.incidentKey, 'containment-2', plan),
      planDigest(ids.incidentKey, 'containment-1', fewer),
    ];
    expect(new Set([digest, ...others]).size).toBe(4);
  });
});
