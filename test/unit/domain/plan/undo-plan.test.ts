import { describe, expect, it } from 'vitest';
import type { EditBucketPolicy } from '../../../../src/domain/acts/acts.ts';
import { actionKinds, actsNamed } from '../../../../src/domain/acts/action-kinds.ts';
import { needOf } from '../../../../src/domain/approval/approval-policy.ts';
import { containmentPlan } from '../../../../src/domain/plan/containment-plan.ts';
import { eradicationPlan } from '../../../../src/domain/plan/eradication-plan.ts';
import { invert } from '../../../../src/domain/acts/invert.ts';
import type { ActionRecord, PlannedAction } from '../../../../src/domain/plan/plan.ts';
import { applyEdit } from '../../../../src/domain/policy/policy-document.ts';
import { recoveryPlan } from '../../../../src/domain/plan/recovery-plan.ts';
import { standingOfBucketPolicy, standingOfInlinePolicy } from '../../../../src/domain/acts/standing.ts';
import { standingActions, undoPlan } from '../../../../src/domain/plan/undo-plan.ts';
import {
  aBucket,
  aDocument,
  aGrant,
  aManagedPolicy,
  anAcl,
  anActionRecord,
  anAlert,
  anAllow,
  aPlanInput,
  aPolicy,
  aRole,
  aRoleSession,
  aTask,
  aUser,
  ids,
  outsideStatement,
  serviceStatement,
} from '../../../support/builders.ts';

const cutoff = '2026-03-02T10:30:00Z';
const exporting = aDocument(anAllow({ Action: ['ec2:ExportImage', 'a:b'] }));
const input = aPlanInput({
  policy: aPolicy({ runningExport: 'cancel', deleteOriginal: 'after-copy' }),
  principal: aUser({ inline: [{ name: 'exports', document: exporting }], attached: [aManagedPolicy()] }),
  bucket: aBucket({
    policy: aDocument(serviceStatement, outsideStatement),
    acl: anAcl(aGrant({ type: 'CanonicalUser', id: ids.outsideCanonicalUser }, 'READ')),
  }),
});
/** What becomes of an action that is carried out. */
const recorded = (action: PlannedAction, changes: Partial<ActionRecord> = {}): ActionRecord =>
  anActionRecord({ ...action, phase: 'containment', ...changes });
const done = [
  ...containmentPlan(input).actions,
  ...containmentPlan({ ...input, task: aTask({ state: 'active' }) }).actions.filter(({ reversible }) => !reversible),
  ...containmentPlan({ ...input, alert: anAlert({ principal: aRoleSession() }), principal: aRole() }).actions.filter(
    ({ input: { act } }) => act === 'revokeRoleSessions',
  ),
  ...eradicationPlan(input).actions,
  ...recoveryPlan(input).actions,
].map((action) => recorded(action, { observed: { cutoff } }));
const the = (id: string): ActionRecord => done.find((record) => record.id === id)!;
/** The record of the undo as it was planned. */
const undone = (records: ActionRecord[], id: string, changes: Partial<ActionRecord> = {}): ActionRecord =>
  recorded(undoPlan(records, [id]).actions[0]!, { phase: 'recovery', ...changes });

describe('the plan of an undo', () => {
  it('holds the inverse of every act that has one, the latest first', () => {
    const { actions } = undoPlan(done);
    const inverses = done.flatMap(({ id, input: act, observed }) => {
      const inverse = invert(act, observed);
      return inverse ? [[`undo/${id}`, inverse]] : [];
    });
    expect(actions.map(({ id, input: act }) => [id, act])).toEqual(inverses.reverse());
    expect(new Set(actions.map(({ input: { act } }) => act)).size).toBe(7);
    expect(actions.every(({ reversible, target, calls }) => reversible && target !== '' && calls.length > 0)).toBe(
      true,
    );
  });

  it('goes from what each act left behind to what was before it', () => {
    const planned = [containmentPlan, eradicationPlan, recoveryPlan].flatMap((makePlan) => makePlan(input).actions);
    const undo = new Map(undoPlan(done).actions.map((action) => [action.id, action]));
    const others = ['editBucketPolicy', 'copyExport', 'deleteExport'];
    const whole = planned.filter(({ input: { act } }) => !others.includes(act));
    for (const { id, before, after } of whole) {
      expect([id, undo.get(`undo/${id}`)]).toMatchObject([id, { before: after, after: before }]);
    }
    expect(whole.length).toBeGreaterThan(4);
  });

  it('says of everything else why it is not undone', () => {
    const { notPlanned } = undoPlan(done);
    expect(notPlanned).toEqual([
      { what: `undo/cancel-export:${ids.task}`, why: expect.stringContaining('it cannot be undone') as string },
      { what: 'undo/delete-original', why: expect.stringContaining('it cannot be undone') as string },
      { what: 'undo/copy-to-forensics', why: expect.stringContaining('the copy stays as evidence') as string },
    ]);
    const unread = { ...the('revoke-role-sessions'), observed: {} };
    expect(undoPlan([unread])).toMatchObject({ actions: [], notPlanned: [{ what: 'undo/revoke-role-sessions' }] });
  });

  it('shows what comes and goes, and what that opens again', () => {
    const shown = Object.fromEntries(undoPlan(done).actions.map((action) => [action.id, action]));
    expect(shown['undo/disable-access-keys']).toMatchObject({
      title: 'Undo: Switch off 1 access key(s) of user mallory',
      before: [{ accessKeyId: ids.accessKey, status: 'Inactive' }],
      after: [{ accessKeyId: ids.accessKey, status: 'Active' }],
      calls: ['iam:UpdateAccessKey'],
      mayBreak: [`key ${ids.accessKey} of user mallory works again`],
    });
    expect(shown['undo/deny-export-reads']).toMatchObject({
      before: { Statement: [{ Effect: 'Deny' }] },
      after: { Statement: [] },
      mayBreak: [expect.stringMatching(/DenyExportReads denies no longer: s3:GetObject/)],
    });
    expect(shown['undo/remove-outside-grants']?.mayBreak).toEqual([
      expect.stringContaining(ids.outsideAccount) as string,
    ]);
    expect(shown['undo/remove-outside-acl-grants']?.mayBreak).toEqual([
      expect.stringContaining(`${ids.outsideCanonicalUser} has again READ`) as string,
    ]);
    expect(shown['undo/deny-actor']).toMatchObject({
      calls: ['iam:DeleteUserPolicy'],
      mayBreak: [expect.stringContaining('user mallory may do again what inline policy') as string],
    });
    expect(shown['undo/monitor-exports']?.calls).toEqual(['events:RemoveTargets', 'events:DeleteRule']);
    expect(Object.values(shown).every(({ mayBreak }) => mayBreak.length > 0)).toBe(true);
  });

  it('holds only what is named, and says what of it was never done', () => {
    const refused = recorded(containmentPlan(input).actions[0]!, { id: 'deny-actor:x', status: 'not-approved' });
    const plan = undoPlan([...done, refused], ['deny-actor', 'deny-actor:x', 'nonsense']);
    expect(plan.actions.map(({ id }) => id)).toEqual(['undo/deny-actor']);
    expect(plan.notPlanned).toEqual([
      { what: 'undo/deny-actor:x', why: 'it was not done (not-approved)' },
      { what: 'undo/nonsense', why: 'this incident has no action of that id' },
    ]);
  });

  it('leaves alone what was so already, unless its name says that this incident made it', () => {
    const already = (id: string) => undoPlan([{ ...the(id), status: 'already' }]);
    for (const id of ['disable-access-keys', 'remove-outside-acl-grants', 'remove-outside-grants']) {
      expect(already(id)).toMatchObject({
        actions: [],
        notPlanned: [{ why: expect.stringContaining('stays') as string }],
      });
    }
    for (const id of ['deny-export-reads', 'deny-actor', 'monitor-exports', 'revoke-role-sessions']) {
      expect(already(id).actions.map((action) => action.id)).toEqual([`undo/${id}`]);
    }
  });

  it('undoes nothing twice, and an undo by the act itself', () => {
    const records = [the('deny-actor'), undone([the('deny-actor')], 'deny-actor')];
    expect(undoPlan(records)).toMatchObject({ actions: [], notPlanned: [{ why: 'it is undone already' }] });
    const again = undoPlan(records, ['undo/deny-actor']);
    expect(again.actions).toMatchObject([{ id: 'undo/undo/deny-actor', input: the('deny-actor').input }]);
    const redone = [...records, recorded(again.actions[0]!)];
    expect(undoPlan(redone).actions.map(({ id }) => id)).toEqual(['undo/deny-actor']);
  });

  it('goes back through every state that an action began from', () => {
    const first = the('disable-access-keys');
    const keys = [{ accessKeyId: 'AKIASECOND', before: 'Active' as const, after: 'Inactive' as const }];
    const second = { ...first, input: { ...first.input, keys } } as ActionRecord;
    expect(undoPlan([first, second, second]).actions.map(({ id, input: act }) => [id, act])).toEqual([
      ['undo/disable-access-keys:#2', invert(second.input)],
      ['undo/disable-access-keys', invert(first.input)],
    ]);
  });
});

describe('what stands', () => {
  const record = the('deny-export-reads');

  it('is what was done last time and is not undone', () => {
    expect(standingActions(done)).toEqual(done);
    expect(standingActions([record, { ...record, status: 'failed' }])).toEqual([]);
    expect(standingActions([record, undone([record], record.id)])).toEqual([]);
  });

  it('stays after an undo that was left out or refused', () => {
    for (const status of ['not-approved', 'failed', 'changed'] as const) {
      expect(standingActions([record, undone([record], record.id, { status })])).toEqual([record]);
    }
  });

  it('stands again when it was done after its undo', () => {
    const undo = undone([record], record.id);
    expect(standingActions([record, undo, record])).toEqual([record]);
    expect(standingActions([record, undo, undone([record, undo], undo.id)])).toEqual([record]);
  });
});

describe('the name of an undo', () => {
  it('takes the people that its action takes', () => {
    const where = { severity: 'high' as const, accountId: ids.account, account: null };
    const rule = { id: 'identity', actions: ['deny-actor'], approve: ['security'], quorum: 2 };
    const rules = { rules: [rule], quorum: { reversible: 1, irreversible: 2 } };
    for (const id of ['undo/deny-actor', 'undo/undo/deny-actor', 'undo/deny-actor:#2']) {
      expect(needOf({ id, reversible: true }, where, rules)).toMatchObject({ rule: 'identity', quorum: 2 });
    }
    expect(needOf({ id: 'undo/monitor-exports', reversible: true }, where, rules).rule).toBe('default');
  });

  it('fits the inverse acts of its kind and no others', () => {
    for (const { id, input: act } of undoPlan(done).actions) expect(actsNamed(id)).toContain(act.act);
    expect(actsNamed('undo/monitor-exports')).toEqual(['putEventRule']);
    expect(actsNamed('undo/revoke-role-sessions')).toEqual(['putInlinePolicy']);
    for (const id of ['undo/cancel-export', 'undo/copy-to-forensics', 'undo/', 'undo/constructor', 'constructor']) {
      expect(actsNamed(id)).toEqual([]);
    }
    for (const kind of Object.keys(actionKinds)) expect(actsNamed(`${kind}:target`)).toEqual(actionKinds[kind]);
  });
});

describe('the undo of one of two incidents', () => {
  const other = 'VMX-OTHERINCID';

  it('on a bucket never takes the statements of the other', () => {
    const mine = containmentPlan(input).actions[0]!;
    const afterMine = applyEdit(input.bucket!.policy, mine.input as EditBucketPolicy);
    const theirs = containmentPlan({ ...input, incidentKey: other, bucket: aBucket({ policy: afterMine }) })
      .actions[0]!;
    const { add } = theirs.input as EditBucketPolicy;
    const both = applyEdit(afterMine, theirs.input as EditBucketPolicy);
    const undo = undoPlan([recorded(mine)]).actions[0]!.input as EditBucketPolicy;
    expect(add).toMatchObject([{ Sid: 'VMXOTHERINCIDDenyExportReads' }]);
    expect(applyEdit(both, undo)?.Statement).toContainEqual(add[0]);
    // The other changed the policy since: ours refuses instead of guessing, until the other's is gone.
    expect(standingOfBucketPolicy(undo, both).standing).toBe('changed');
    expect(standingOfBucketPolicy(undo, afterMine).standing).toBe('ready');
  });

  it('on an actor never takes the policy of the other', () => {
    const deny = (incidentKey: string) =>
      containmentPlan({ ...input, incidentKey }).actions.find(({ id }) => id === 'deny-actor')!;
    const [ours, theirs] = [ids.incidentKey, other].map((key) => undoPlan([recorded(deny(key))]).actions[0]!.input);
    expect(ours).toMatchObject({ policyName: `SOAR-${ids.incidentKey}-deny-all`, after: null });
    expect(theirs).toMatchObject({ policyName: `SOAR-${other}-deny-all`, after: null });
    const foreign = { holderArn: ids.userArn, document: aDocument(anAllow({ Action: '*' })) };
    if (ours?.act !== 'putInlinePolicy') throw new Error('another act');
    expect(standingOfInlinePolicy(ours, foreign).standing).toBe('changed');
  });
});
