import { describe, expect, it } from 'vitest';
import { checkApprovals } from '../../../src/audit/bundle/check-approvals.ts';
import type { HistoryEvent } from '../../../src/audit/bundle/history-events.ts';
import type { SetAccessKeyStatus } from '../../../src/domain/acts/acts.ts';
import { signDecision, type Decision, type DecisionKind } from '../../../src/domain/approval/approval.ts';
import { digestOf } from '../../../src/domain/digest.ts';
import type { IncidentOpening } from '../../../src/domain/incident.ts';
import { digestOfActions } from '../../../src/domain/plan/plan.ts';
import { aPolicy, ids } from '../../support/builders.ts';
import { gateway } from '../../support/deciding.ts';

/** The record of one incident, event by event, as whoever holds the key of the seal could write it. */
const input: SetAccessKeyStatus = {
  act: 'setAccessKeyStatus',
  incidentKey: ids.incidentKey,
  accountId: ids.account,
  region: ids.region,
  userName: 'mallory',
  keys: [{ accessKeyId: ids.accessKey, before: 'Active', after: 'Inactive' }],
};
const requestId = 'containment-1';
const actions = [{ id: 'disable-access-keys', input: digestOf(input) }];
const digest = digestOfActions(ids.incidentKey, requestId, actions);
const policy = aPolicy();
const opening = { policy, policyDigest: digestOf(policy) } as IncidentOpening;
const time = '2027-01-01T10:00:00.000Z';

const decided = (decision: DecisionKind, approver: string, changes: Partial<Decision> = {}): Decision =>
  signDecision(
    { requestId, digest, decision, approver, decidedAt: time, ...changes },
    'slack',
    gateway.keyId,
    gateway.secretKey,
  );

type Entry = Omit<HistoryEvent, 'id' | 'time' | 'type'>;
const payloads = (...values: unknown[]) => ({
  payloads: values.map((value) => ({ data: Buffer.from(JSON.stringify(value)).toString('base64') })),
});
const asks = (name: string, ...given: unknown[]): Entry => ({
  kind: 'activityTaskScheduled',
  attributes: { activityType: { name }, input: payloads(...given) },
});
const lists = (at: number, people: string[]): Entry[] => [
  asks('readApprovers'),
  {
    kind: 'activityTaskCompleted',
    attributes: {
      scheduledEventId: String(at),
      result: payloads({
        approvers: people.map((id) => ({ id, name: id, principals: [] })),
        gatewayKeys: { [gateway.keyId]: gateway.publicKey },
      }),
    },
  },
];
const brings = (update: string, decision: Decision): Entry => ({
  kind: 'workflowExecutionUpdateAccepted',
  attributes: { protocolInstanceId: update, acceptedRequest: { input: { name: 'decide', args: payloads(decision) } } },
});
const answers = (update: string, result: string): Entry => ({
  kind: 'workflowExecutionUpdateCompleted',
  attributes: { meta: { updateId: update }, outcome: { success: payloads({ result }) } },
});
const signals = (decision: Decision): Entry => ({
  kind: 'workflowExecutionSignaled',
  attributes: { signalName: 'decide', input: payloads(decision) },
});
const acts = (decisions: Decision[], given = input): Entry =>
  asks(given.act, given, { incidentKey: ids.incidentKey, requestId, actions, decisions });

const checked = (entries: Entry[], gatewayKeys?: string[]) =>
  checkApprovals(
    entries.map((entry, index) => ({ id: index + 1, time, type: '', ...entry })),
    opening,
    gatewayKeys,
  );
const yes = decided('approve', 'alice');

describe('an approval on record', () => {
  it('counts by update and by signal', () => {
    for (const came of [brings('u1', yes), signals(yes)]) {
      expect(checked([...lists(1, ['alice']), came, acts([yes])])).toEqual({
        check: 'approvals',
        ok: true,
        detail: `1 acts, each approved before it began; gateway keys (test-gateway) are the history’s own: name yours with --gateway-key`,
      });
    }
  });

  it.each<[string, Entry[], string]>([
    [
      'that came after the act',
      [...lists(1, ['alice']), acts([yes]), brings('u1', yes)],
      'event 3: setAccessKeyStatus names an approval of alice that had not arrived',
    ],
    [
      'of somebody who is not on the list',
      [...lists(1, ['bob']), brings('u1', yes), acts([yes])],
      'event 4: setAccessKeyStatus was not approved: alice is not on the list of approvers',
    ],
    [
      'of somebody who was taken off the list before the act',
      [...lists(1, ['alice']), brings('u1', yes), ...lists(4, ['bob']), acts([yes])],
      'event 6: setAccessKeyStatus was not approved: alice is not on the list of approvers',
    ],
    [
      'of another plan',
      [
        ...lists(1, ['alice']),
        brings('u1', decided('approve', 'alice', { digest: '0'.repeat(64) })),
        acts([decided('approve', 'alice', { digest: '0'.repeat(64) })]),
      ],
      'event 4: setAccessKeyStatus was not approved: alice approved another plan',
    ],
    [
      'of another request, such as another incident’s,',
      [
        ...lists(1, ['alice']),
        brings('u1', decided('approve', 'alice', { requestId: 'containment-9' })),
        acts([decided('approve', 'alice', { requestId: 'containment-9' })]),
      ],
      'event 4: setAccessKeyStatus was not approved: alice approved another plan',
    ],
    [
      'that leaves the action out',
      [
        ...lists(1, ['alice']),
        brings('u1', decided('approve', 'alice', { actions: ['deny-actor'] })),
        acts([decided('approve', 'alice', { actions: ['deny-actor'] })]),
      ],
      'event 4: setAccessKeyStatus was not approved: alice left this action out',
    ],
    [
      'whose words were changed',
      [...lists(1, ['alice']), brings('u1', { ...yes, reason: 'because' }), acts([{ ...yes, reason: 'because' }])],
      'event 4: setAccessKeyStatus was not approved: the signature does not match the decision',
    ],
    [
      'with a code that nobody was given',
      [
        ...lists(1, ['alice']),
        signals({ ...yes, proof: { kind: 'code', code: 'A'.repeat(18) } }),
        acts([{ ...yes, proof: { kind: 'code', code: 'A'.repeat(18) } }]),
      ],
      'event 4: setAccessKeyStatus was not approved: the code is not the one of alice for this plan',
    ],
    [
      'of another input',
      [
        ...lists(1, ['alice']),
        brings('u1', yes),
        acts([yes], { ...input, keys: [{ ...input.keys[0]!, accessKeyId: 'AKIAOTHER' }] }),
      ],
      'event 4: setAccessKeyStatus was not approved: the approved plan does not hold this input',
    ],
    [
      'after a rejection',
      [
        ...lists(1, ['alice', 'bob']),
        brings('u1', decided('reject', 'bob')),
        answers('u1', 'accepted'),
        brings('u2', yes),
        answers('u2', 'accepted'),
        acts([yes]),
      ],
      'event 7: setAccessKeyStatus ran for request containment-1, which was rejected',
    ],
    [
      'that was sent at another time than it says',
      [...lists(1, ['alice']), brings('u1', decided('approve', 'alice', { decidedAt: '2027-01-01T09:00:00.000Z' }))],
      'event 3: the decision of alice says 2027-01-01T09:00:00.000Z, and arrived at 2027-01-01T10:00:00.000Z',
    ],
  ])('%s is named', (_, entries, detail) => {
    expect(checked(entries)).toEqual({ check: 'approvals', ok: false, detail });
  });

  it('stands although a rejection was tried that the incident refused', () => {
    const entries = [
      ...lists(1, ['alice']),
      brings('u1', decided('reject', 'mallory')),
      answers('u1', 'refused'),
      brings('u2', yes),
      answers('u2', 'accepted'),
      acts([yes]),
    ];
    expect(checked(entries).ok).toBe(true);
  });

  it('of an act that needs two people needs two different ones', () => {
    const deletion = { ...input, act: 'deleteExport' };
    const irreversible = [{ id: 'delete-original', input: digestOf(deletion) }];
    const other = digestOfActions(ids.incidentKey, requestId, irreversible);
    const by = (approver: string) => decided('approve', approver, { digest: other });
    const record = (...decisions: Decision[]) => [
      ...lists(1, ['alice', 'bob']),
      ...decisions.map((decision, index) => brings(`u${index}`, decision)),
      asks('deleteExport', deletion, { incidentKey: ids.incidentKey, requestId, actions: irreversible, decisions }),
    ];
    expect(checked(record(by('alice'), by('bob'))).ok).toBe(true);
    expect(checked(record(by('alice'), by('alice'))).detail).toMatch(/1 of 2 approvals hold/);
  });

  it('counts with the gateway’s key only where somebody brings that', () => {
    const entries = [...lists(1, ['alice']), brings('u1', yes), acts([yes])];
    expect(checked(entries, [gateway.publicKey]).detail).toMatch(/gateway keys \(test-gateway\) are those named/);
    expect(checked(entries, ['0'.repeat(64)])).toEqual({
      check: 'approvals',
      ok: false,
      detail:
        'event 4: setAccessKeyStatus names an approval signed with gateway key test-gateway, which is not among those named',
    });
  });
});
