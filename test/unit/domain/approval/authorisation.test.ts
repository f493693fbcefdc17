import { describe, expect, it } from 'vitest';
import type { ActInput, CancelExportTask, PutInlinePolicy } from '../../../../src/domain/acts/acts.ts';
import type { Approver, DecisionKind } from '../../../../src/domain/approval/approval.ts';
import { decisionCode, signDecision } from '../../../../src/domain/approval/approval.ts';
import {
  approvalOnRecord,
  authorisationRefusal,
  type Authorisation,
  type AuthorisationRules,
} from '../../../../src/domain/approval/authorisation.ts';
import { digestOf } from '../../../../src/domain/digest.ts';
import { digestOfActions, type ActionDigest } from '../../../../src/domain/plan/plan.ts';
import { ids } from '../../../support/builders.ts';
import { gateway, someRules } from '../../../support/deciding.ts';
import type { ApprovalRule } from '../../../../src/domain/approval/approval-rules.ts';

const base = { incidentKey: ids.incidentKey, accountId: ids.account, region: ids.region };
const deny: PutInlinePolicy = {
  act: 'putInlinePolicy',
  ...base,
  holder: { type: 'user', name: 'mallory' },
  policyName: 'p',
  before: null,
  after: null,
};
const cancel: CancelExportTask = { act: 'cancelExportTask', ...base, exportTaskId: ids.task };
const actions: ActionDigest[] = [
  { id: 'deny-actor', input: digestOf(deny) },
  { id: 'cancel-export', input: digestOf(cancel) },
];
const requestId = 'containment-1-0a1b2c3d';
const digest = digestOfActions(ids.incidentKey, requestId, actions);

const decided = (approver: string, changes: { actions?: string[]; decision?: DecisionKind; digest?: string } = {}) =>
  signDecision(
    { requestId, digest, decision: 'approve', approver, ...changes },
    'gateway',
    gateway.keyId,
    gateway.secretKey,
  );
const coded = (approver: string, decision = 'approve') => ({
  requestId,
  digest,
  decision: 'approve' as const,
  approver,
  proof: { kind: 'code' as const, code: decisionCode(gateway.codeSecret, requestId, digest, approver, decision) },
});
const given = (...decisions: Authorisation['decisions']): Authorisation => ({
  incidentKey: ids.incidentKey,
  requestId,
  actions,
  decisions,
});

const person = (id: string): Approver => ({ id, name: id, principals: [] });
const rules = someRules({
  directory: { approvers: [person('alice'), person('bob')], gatewayKeys: { [gateway.keyId]: gateway.publicKey } },
});
const refusal = (input: ActInput, authorisation: unknown, own: AuthorisationRules = rules) =>
  authorisationRefusal(input, authorisation, own);

describe('the contain worker does an act', () => {
  it('that a listed person approved, by signature or by code', () => {
    expect(refusal(deny, given(decided('alice')))).toBeNull();
    expect(refusal(deny, given(coded('bob')))).toBeNull();
    expect(refusal(deny, given(decided('alice', { actions: ['deny-actor'] })))).toBeNull();
  });

  it('that cannot be undone only when two different people approved it', () => {
    expect(refusal(cancel, given(decided('alice'), decided('bob')))).toBeNull();
    expect(refusal(cancel, given(decided('alice')))).toBe('1 of 2 approvals hold (rule default)');
    expect(refusal(cancel, given(decided('alice'), coded('alice')))).toBe('1 of 2 approvals hold (rule default)');
  });
});

describe('the contain worker refuses an act', () => {
  it.each<[string, ActInput, unknown, string]>([
    ['without an approval', deny, undefined, 'no approval'],
    ['with something that is none', deny, { ...given(), decisions: [{}] }, 'no approval'],
    ['that nobody approved', deny, given(), 'nobody approved'],
    [
      'whose input differs from the approved one',
      { ...deny, policyName: 'q' },
      given(decided('alice')),
      'not hold this input',
    ],
    ['of another incident', { ...deny, incidentKey: 'VMX-OTHER' }, given(decided('alice')), 'another incident'],
    ['that was left out', deny, given(decided('alice', { actions: ['cancel-export'] })), 'left this action out'],
    ['that was rejected', deny, given(decided('alice', { decision: 'reject' })), 'did not approve'],
    ['approved for another plan', deny, given(decided('alice', { digest: '0'.repeat(64) })), 'another plan'],
    ['approved by somebody who is not on the list', deny, given(decided('eve')), 'not on the list'],
    ['with a decision changed after it was signed', deny, given({ ...decided('alice'), approver: 'bob' }), 'signature'],
    ['with the code of another decision', deny, given(coded('alice', 'reject')), 'code is not the one'],
    [
      'that was put into the plan after it was approved',
      { ...deny, policyName: 'q' },
      {
        ...given(decided('alice')),
        actions: [...actions, { id: 'deny-actor:q', input: digestOf({ ...deny, policyName: 'q' }) }],
      },
      'another plan',
    ],
  ])('%s', (_, input, authorisation, reason) => {
    expect(refusal(input, authorisation)).toContain(reason);
  });
});

describe('the rules of the contain worker', () => {
  const listed = {
    approvers: ['alice', 'bob', 'carol'].map(person),
    groups: [
      { id: 'security', members: ['alice', 'bob'] },
      { id: 'leads', members: ['carol'] },
    ],
    gatewayKeys: { [gateway.keyId]: gateway.publicKey },
  };
  const withRules = (...own: ApprovalRule[]): AuthorisationRules =>
    someRules({
      directory: listed,
      approvers: { rules: own, quorum: { reversible: 1, irreversible: 2 } },
      accounts: [{ id: ids.account, environment: 'production', sensitivity: 'high' }],
    });

  it('count people of the groups that the rule of this action names, and nobody else', () => {
    const own = withRules({ id: 'identity', actions: ['deny-actor'], approve: ['security'], quorum: 1 });
    expect(refusal(deny, given(decided('carol')), own)).toBe('0 of 1 approvals hold (rule identity)');
    expect(refusal(deny, given(decided('carol'), decided('alice')), own)).toBeNull();
    expect(refusal(cancel, given(decided('carol'), decided('alice')), own)).toBeNull();
  });

  it('go by account, environment and sensitivity as this worker has them configured', () => {
    const rule: ApprovalRule = { id: 'prod', environments: ['production'], approve: ['leads'], quorum: 1 };
    expect(refusal(deny, given(decided('alice')), withRules(rule))).toContain('rule prod');
    expect(refusal(deny, given(decided('carol')), withRules(rule))).toBeNull();
    expect(refusal(deny, given(decided('alice')), withRules({ ...rule, environments: ['test'] }))).toBeNull();
    const elsewhere = { ...rule, accounts: [ids.outsideAccount] };
    expect(refusal(deny, given(decided('alice')), withRules(elsewhere))).toBeNull();
  });

  it('do not know the severity, and insist on what the most lenient one takes', () => {
    const high: ApprovalRule = { id: 'high', severities: ['high'], approve: ['leads'], quorum: 1 };
    expect(refusal(deny, given(decided('alice')), withRules(high))).toBeNull();
    const any: ApprovalRule = { id: 'any', approve: ['security'], quorum: 2 };
    expect(refusal(deny, given(decided('alice')), withRules(high, any))).toContain('1 of 2 approvals hold');
    expect(refusal(deny, given(decided('carol')), withRules(high, any))).toBeNull();
  });

  it.each<[string, ActionDigest[], string]>([
    ['a name that belongs to another act', [{ id: 'monitor-exports', input: digestOf(deny) }], 'is no name for'],
    [
      'two names for one input',
      [...actions, { id: 'narrow-permission', input: digestOf(deny) }],
      'holds this input twice, as deny-actor and narrow-permission',
    ],
  ])('refuse %s, under which fewer people might be asked', (_, planned, reason) => {
    const signed = digestOfActions(ids.incidentKey, requestId, planned);
    const authorisation = { ...given(decided('alice', { digest: signed })), actions: planned };
    expect(refusal(deny, authorisation)).toContain(reason);
  });
});

describe('the approval that a record names', () => {
  const forged = { ...decided('bob'), approver: 'alice', reason: 'not what was signed' };

  it('holds who approved what and on which channel, and nothing that proves it', () => {
    expect(approvalOnRecord(deny, given(decided('alice'), coded('bob')), rules)).toEqual({
      kind: 'approved',
      requestId,
      digest,
      action: 'deny-actor',
      decisions: [
        { approver: 'alice', channel: 'gateway', decidedAt: null },
        { approver: 'bob', channel: 'code', decidedAt: null },
      ],
    });
  });

  it('names nobody whose decision does not hold, though another one suffices', () => {
    const approval = given(
      decided('bob'),
      forged,
      decided('mallory'),
      decided('alice', { actions: ['cancel-export'] }),
    );
    expect(refusal(deny, approval)).toBeNull();
    expect(approvalOnRecord(deny, approval, rules)).toMatchObject({ decisions: [{ approver: 'bob' }] });
  });

  it('is the policy of what was pre-approved', () => {
    const given = { kind: 'pre-approved' as const, incidentKey: ids.incidentKey, action: 'a', policyDigest: 'p' };
    expect(approvalOnRecord(deny, given, rules)).toEqual({ kind: 'pre-approved', action: 'a', policyDigest: 'p' });
  });
});
