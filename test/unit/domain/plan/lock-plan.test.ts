import { describe, expect, it } from 'vitest';
import { containmentPlan } from '../../../../src/domain/plan/containment-plan.ts';
import type { PlanInput } from '../../../../src/domain/plan/planning.ts';
import {
  aBucket,
  aDocument,
  aGrant,
  anAccount,
  anAcl,
  aPlanInput,
  aPolicy,
  aTask,
  anAlert,
  ids,
  outsideStatement,
  serviceStatement,
  without,
} from '../../../support/builders.ts';

const roles = {
  observe: 'arn:aws:iam::111111111111:role/soar-observe',
  contain: 'arn:aws:iam::111111111111:role/soar-contain',
};
const policy = aPolicy({ lockBucket: 'when-outside', account: anAccount({ roles }) });
const open = aBucket({ policy: aDocument(serviceStatement, outsideStatement), onlyExport: 'no' });
const plan = (changes: Partial<PlanInput> = {}) => containmentPlan(aPlanInput({ policy, bucket: open, ...changes }));
const lock = (changes: Partial<PlanInput> = {}) => plan(changes).actions.find(({ id }) => id === 'lock-bucket');
const why = (changes: Partial<PlanInput> = {}) =>
  plan(changes).notPlanned.find(({ what }) => what === 'lock-bucket')?.why;

const readableByAcl = anAcl(aGrant({ type: 'CanonicalUser', id: ids.outsideCanonicalUser }, 'READ'));
const gapOfPolicy = { what: 'bucket policy', why: 'AwsAccessDenied' };
const outsideMay = (Action: string) => aBucket({ policy: aDocument({ ...outsideStatement, Action }) });

const bucketArn = `arn:aws:s3:::${ids.bucket}`;
const denied = (Sid: string, Resource: string[]) => ({
  Sid: `VMXABCDEFGHIJ${Sid}`,
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource,
  Condition: {
    ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::111111111111:role/soar-*'] },
    BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
  },
});

describe('locking the bucket', () => {
  it.each([
    ['the export alone while the bucket holds other objects', 'no', 'LockExport', [`${bucketArn}/${ids.key}*`]],
    ['the export alone when nobody knows what else there is', 'unknown', 'LockExport', [`${bucketArn}/${ids.key}*`]],
    ['the whole bucket when it holds nothing else', 'yes', 'LockBucket', [bucketArn, `${bucketArn}/*`]],
  ] as const)('denies everything on %s', (_what, onlyExport, name, resources) => {
    const bucket = { ...open, onlyExport };
    expect(lock({ bucket })).toMatchObject({
      reversible: true,
      after: aDocument(serviceStatement, outsideStatement, denied(name, [...resources])),
      input: { act: 'editBucketPolicy', add: [denied(name, [...resources])], remove: [], before: bucket.policy },
    });
  });

  it('comes after the small deny, before anything else', () => {
    expect(
      plan()
        .actions.map(({ id }) => id)
        .slice(0, 2),
    ).toEqual(['deny-export-reads', 'lock-bucket']);
  });

  it('says who loses access, and who can lift it', () => {
    expect(lock({ bucket: { ...open, onlyExport: 'yes' } })?.mayBreak[0]).toMatch(/administrators .* root user/);
    expect(lock()?.mayBreak[0]).toContain(`${bucketArn}/${ids.key}*; other objects stay`);
  });

  it.each<[string, Partial<PlanInput>]>([
    ['a statement lets outsiders read', {}],
    ['a statement lets outsiders change who may read', { bucket: outsideMay('s3:PutBucketPolicy') }],
    ['the ACL lets outsiders read', { bucket: aBucket({ acl: readableByAcl }) }],
    ['S3 calls it public', { bucket: aBucket({ public: 'yes' }) }],
    ['it was open when it was investigated', { bucket: aBucket(), foundBucket: open }],
    ['the policy says always', { bucket: aBucket(), policy: { ...policy, lockBucket: 'always' } }],
  ])('is planned when %s', (_when, changes) => {
    expect(lock(changes)).toBeDefined();
  });

  it.each<[string, Partial<PlanInput>, RegExp]>([
    ['the policy is of an earlier version', { policy: without(policy, 'lockBucket') }, /lockBucket: never/],
    ['the policy says never', { policy: { ...policy, lockBucket: 'never' } }, /lockBucket: never/],
    ['nobody outside can read', { bucket: aBucket(), foundBucket: aBucket() }, /^nobody outside/],
    ['ACLs are off', { bucket: aBucket({ acl: readableByAcl, ownership: 'BucketOwnerEnforced' }) }, /^nobody outside/],
    [
      'the ACL could not be read',
      { bucket: aBucket({ acl: null, gaps: [{ what: 'bucket ACL', why: 'AwsAccessDenied' }] }) },
      /not known: bucket ACL: AwsAccessDenied/,
    ],
    ['the service still writes', { task: aTask({ state: 'active' }) }, /is not finished/],
    ['the service still cleans up', { task: aTask({ state: 'cancelling' }) }, /is not finished/],
    ['the account is not configured', { policy: { ...policy, account: null } }, /not on record/],
    ['the roles are not on record', { policy: { ...policy, account: anAccount() } }, /not on record/],
    [
      'it would lock out the contain role',
      { policy: { ...policy, responders: [roles.observe, 'arn:aws:iam::*:role/other'] } },
      /would lock out arn:aws:iam::111111111111:role\/soar-contain:/,
    ],
    [
      'it would lock out the observe role',
      { policy: { ...policy, responders: [roles.contain] } },
      /would lock out arn:aws:iam::111111111111:role\/soar-observe:/,
    ],
    [
      'the export’s place in a shared bucket is unknown',
      { object: null, task: null, alert: without(anAlert(), 'objectKey', 'exportTaskId', 'prefix') },
      /by hand/,
    ],
    ['the policy could not be read', { bucket: aBucket({ policy: null, gaps: [gapOfPolicy] }) }, /could not be read/],
    ['the bucket is protected', { policy: { ...policy, protected: { principals: [], buckets: ['*'] } } }, /^protected/],
  ])('is not planned when %s', (_when, changes, reason) => {
    expect(lock(changes)).toBeUndefined();
    expect(why(changes)).toMatch(reason);
  });

  it('is not planned twice', () => {
    const after = aDocument(serviceStatement, denied('LockExport', [`${bucketArn}/${ids.key}*`]));
    expect(why({ bucket: aBucket({ policy: after, onlyExport: 'no' }), foundBucket: open })).toMatch(
      /locks it already/,
    );
  });
});
