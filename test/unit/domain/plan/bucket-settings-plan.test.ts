import { describe, expect, it } from 'vitest';
import type { SetBucketOwnership, SetPublicAccessBlock } from '../../../../src/domain/acts/acts.ts';
import { containmentPlan } from '../../../../src/domain/plan/containment-plan.ts';
import { invert } from '../../../../src/domain/acts/invert.ts';
import type { PlanInput } from '../../../../src/domain/plan/planning.ts';
import { recoveryPlan } from '../../../../src/domain/plan/recovery-plan.ts';
import {
  standingOfOwnership,
  standingOfPublicAccessBlock,
} from '../../../../src/domain/acts/standing-of-bucket-settings.ts';
import {
  aBucket,
  aDocument,
  aGrant,
  anAcl,
  aPlanInput,
  aPolicy,
  aTrail,
  aTrailEvent,
  ids,
  outsideStatement,
  serviceStatement,
} from '../../../support/builders.ts';

type MakePlan = typeof containmentPlan;
const actionOf = (makePlan: MakePlan, id: string, changes: Partial<PlanInput>) =>
  makePlan(aPlanInput(changes)).actions.find((action) => action.id === id);
const whyOf = (makePlan: MakePlan, id: string, changes: Partial<PlanInput>) =>
  makePlan(aPlanInput(changes)).notPlanned.find(({ what }) => what === id)?.why;

const all = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
const open = aBucket({ policy: aDocument(serviceStatement, outsideStatement) });
const stranger = aGrant({ type: 'CanonicalUser', id: ids.outsideCanonicalUser }, 'READ');

describe('blocking public access', () => {
  const block = (changes: Partial<PlanInput> = {}) =>
    actionOf(containmentPlan, 'block-public-access', { bucket: open, ...changes });
  const why = (changes: Partial<PlanInput> = {}) =>
    whyOf(containmentPlan, 'block-public-access', { bucket: open, ...changes });

  it('comes on top of the deny and the removals, and says whom it does not keep out', () => {
    expect(block()).toMatchObject({
      before: null,
      after: all,
      reversible: true,
      requires: ['deny-export-reads', 'remove-outside-grants'],
      mayBreak: [expect.stringContaining('public on purpose'), expect.stringContaining('keeps out nobody whom')],
      input: { act: 'setPublicAccessBlock', bucket: ids.bucket, before: null, after: all },
    });
    const partly = { ...all, BlockPublicAcls: false };
    expect(block({ bucket: { ...open, publicAccessBlock: partly } })).toMatchObject({ before: partly, after: all });
  });

  it.each<[string, Partial<PlanInput>]>([
    ['S3 calls the bucket public', { bucket: aBucket({ public: 'yes' }) }],
    ['the bucket was open when it was investigated', { bucket: aBucket(), foundBucket: open }],
  ])('is planned when %s', (_when, changes) => {
    expect(block(changes)).toBeDefined();
  });

  it.each<[string, Partial<PlanInput>, RegExp]>([
    ['nobody outside can read', { bucket: aBucket() }, /^nobody outside/],
    ['all is blocked', { bucket: { ...open, publicAccessBlock: all } }, /already/],
    [
      'the block could not be read',
      { bucket: { ...open, gaps: [{ what: 'bucket public access block', why: 'AwsAccessDenied' }] } },
      /not known: AwsAccessDenied/,
    ],
    ['nothing denies reads', { policy: aPolicy({ responders: [] }) }, /would contain nothing/],
    ['the bucket is protected', { policy: aPolicy({ protected: { principals: [], buckets: ['*'] } }) }, /^protected/],
  ])('is not planned when %s', (_when, changes, reason) => {
    expect(block(changes)).toBeUndefined();
    expect(why(changes)).toMatch(reason);
  });

  it('stands as long as all four settings do, and is undone to what was before', () => {
    const input = block()!.input as SetPublicAccessBlock;
    const standing = (now: Parameters<typeof standingOfPublicAccessBlock>[1]) =>
      standingOfPublicAccessBlock(input, now).standing;
    expect([standing(all), standing(null), standing({ BlockPublicAcls: true }), standing('gone')]).toEqual([
      'done',
      'ready',
      'changed',
      'gone',
    ]);
    const undo = invert(input) as SetPublicAccessBlock;
    expect(undo).toEqual({ ...input, before: all, after: null });
    expect(standingOfPublicAccessBlock({ ...undo, after: { BlockPublicAcls: false } }, {}).standing).toBe('done');
  });
});

describe('enforcing ownership', () => {
  const changed = aTrail([aTrailEvent({ eventName: 'PutBucketOwnershipControls', readOnly: false })]);
  const policy = aPolicy({ enforceOwnership: true });
  const asked = { policy, bucket: aBucket(), bucketTrail: changed };
  const enforce = (changes: Partial<PlanInput> = {}) =>
    actionOf(recoveryPlan, 'enforce-ownership', { ...asked, ...changes });
  const why = (changes: Partial<PlanInput> = {}) => whyOf(recoveryPlan, 'enforce-ownership', { ...asked, ...changes });

  it('is planned where the trail shows that ownership was changed', () => {
    expect(enforce()).toMatchObject({
      before: 'BucketOwnerPreferred',
      after: 'BucketOwnerEnforced',
      reversible: true,
      mayBreak: [expect.stringContaining('every further export'), expect.stringContaining('through their ACLs')],
      input: { act: 'setBucketOwnership', before: 'BucketOwnerPreferred', after: 'BucketOwnerEnforced' },
    });
    expect(enforce()).not.toHaveProperty('requires');
  });

  it('requires that the service’s grant is taken away first, where there is one', () => {
    const bucket = aBucket({ acl: anAcl(aGrant({ type: 'CanonicalUser', id: ids.exportService }, 'WRITE')) });
    expect(enforce({ bucket })?.requires).toEqual(['remove-service-acl-grant']);
  });

  it.each<[string, Partial<PlanInput>, RegExp]>([
    ['the policy is of an earlier version', { policy: aPolicy() }, /enforceOwnership: false/],
    ['it is enforced', { bucket: aBucket({ ownership: 'BucketOwnerEnforced' }) }, /^ownership is enforced/],
    [
      'it could not be read',
      { bucket: aBucket({ ownership: null, gaps: [{ what: 'bucket ownership controls', why: 'AwsAccessDenied' }] }) },
      /not known: AwsAccessDenied/,
    ],
    ['the trail was not read', { bucketTrail: null }, /trail was not read/],
    ['nobody changed it', { bucketTrail: aTrail([aTrailEvent({ eventName: 'PutBucketPolicy' })]) }, /^nobody changed/],
    [
      'the change was refused',
      { bucketTrail: aTrail([aTrailEvent({ eventName: 'PutBucketOwnershipControls', errorCode: 'AccessDenied' })]) },
      /^nobody changed/,
    ],
    [
      'the ACL names somebody else',
      { bucket: aBucket({ acl: anAcl(stranger) }) },
      new RegExp(`still names ${ids.outsideCanonicalUser}`),
    ],
    [
      'the ACL was refused',
      { bucket: aBucket({ acl: null, gaps: [{ what: 'bucket ACL', why: 'AwsAccessDenied' }] }) },
      /ACL: AwsAccessDenied/,
    ],
  ])('is not planned when %s', (_when, changes, reason) => {
    expect(enforce(changes)).toBeUndefined();
    expect(why(changes)).toMatch(reason);
  });

  it('stands as long as ACLs are off, and is undone to what was before', () => {
    const input = enforce()!.input as SetBucketOwnership;
    const standing = (now: Parameters<typeof standingOfOwnership>[1]) => standingOfOwnership(input, now).standing;
    expect([
      standing('BucketOwnerEnforced'),
      standing('BucketOwnerPreferred'),
      standing('ObjectWriter'),
      standing(null),
      standing('gone'),
    ]).toEqual(['done', 'ready', 'changed', 'changed', 'gone']);
    expect(invert(input)).toEqual({ ...input, before: 'BucketOwnerEnforced', after: 'BucketOwnerPreferred' });
  });
});
