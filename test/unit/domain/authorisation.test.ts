import { describe, expect, it } from 'vitest';
import type { ActInput, CancelExportTask, PutInlinePolicy } from '../../../src/domain/acts.ts';
import type { Approver, DecisionKind } from '../../../src/domain/approval.ts';
import { decisionCode, signDecision } from '../../../src/domain/approval.ts';
import { authorisationRefusal, type Authorisation } from '../../../src/domain/authorisation.ts';
import { digestOf } from '../../../src/domain/digest.ts';
import { digestOfActions, type ActionDigest } from '../../../src/domain/plan.ts';
import { ids } from '../../support/builders.ts';
import { gateway } from '../../support/deciding.ts';

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
const rules = {
  directory: { approvers: [person('alice'), person('bob')], gatewayKeys: { [gateway.keyId]: gateway.publicKey } },
  quorum: { reversible: 1, irreversible: 2 },
  codeSecret: gateway.codeSecret,
};
const refusal = (input: ActInput, authorisation: unknown) => authorisationRefusal(input, authorisation, rules);

describe('the contain worker does an act', () => {
  it('that a listed person approved, by signature or by code', () => {
    expect(refusal(deny, given(decided('alice')))).toBeNull();
    expect(refusal(deny, given(coded('bob')))).toBeNull();
    expect(refusal(deny, given(decided('alice', { actions: ['deny-actor'] })))).toBeNull();
  });

  it('that cannot be undone only when two different people approved it', () => {
    expect(refusal(cancel, given(decided('alice'), decided('bob')))).toBeNull();
    expect(refusal(cancel, given(decided('alice')))).toBe('1 of 2 approvals hold');
    expect(refusal(cancel, given(decided('alice'), coded('alice')))).toBe('1 of 2 approvals hold');
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
      { ...given(decided('alice')), actions: [...actions, { id: 'x', input: digestOf({ ...deny, policyName: 'q' }) }] },
      'another plan',
    ],
  ])('%s', (_, input, authorisation, reason) => {
    expect(refusal(input, authorisation)).toContain(reason);
  });
});
