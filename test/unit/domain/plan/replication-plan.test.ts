import { describe, expect, it } from 'vitest';
import type { SetBucketReplication } from '../../../../src/domain/acts/acts.ts';
import { containmentPlan } from '../../../../src/domain/plan/containment-plan.ts';
import { investigationFindings } from '../../../../src/domain/findings/findings.ts';
import { invert } from '../../../../src/domain/acts/invert.ts';
import type { PlanInput } from '../../../../src/domain/plan/planning.ts';
import { reopened } from '../../../../src/domain/plan/reopened.ts';
import { severityFacts } from '../../../../src/domain/severity/severity-facts.ts';
import { standingOfReplication } from '../../../../src/domain/acts/standing-of-replication.ts';
import {
  aBucket,
  aCaseFile,
  aPlanInput,
  aPolicy,
  aReplication,
  aReplicationRule,
  aTrail,
  aTrailEvent,
  ids,
  without,
} from '../../../support/builders.ts';
import type { BucketFacts, ReplicationConfiguration } from '../../../../src/domain/findings/bucket-facts.ts';

const toThem = aReplicationRule('theirs', {
  Filter: { Prefix: ids.prefix },
  Destination: { Bucket: 'arn:aws:s3:::theirs', Account: ids.outsideAccount },
});
const toUs = aReplicationRule('backup');
const inOurs = { bucket: 'backup', ours: 'yes' as const, account: ids.forensicsAccount };
const inTheirs = { bucket: 'theirs', ours: 'no' as const };
const both = aBucket({ replication: aReplication([toUs, toThem], [inOurs, inTheirs]) });
const onlyOurs = aBucket({ replication: aReplication([toUs], [inOurs]) });

const planOf = (bucket: BucketFacts, changes: Partial<PlanInput> = {}) =>
  containmentPlan(aPlanInput({ bucket, ...changes }));
const stop = (bucket: BucketFacts, changes: Partial<PlanInput> = {}) =>
  planOf(bucket, changes).actions.find(({ id }) => id === 'stop-replication');
const left = (bucket: BucketFacts, changes: Partial<PlanInput> = {}) =>
  planOf(bucket, changes).notPlanned.filter(({ what }) => /replication|copies in/.test(what));
const written = (changes: Parameters<typeof aTrailEvent>[0] = {}) =>
  aTrail([aTrailEvent({ eventName: 'PutBucketReplication', readOnly: false, ...changes })]);

describe('stopping replication', () => {
  it('switches off the rule that leads outside, and leaves the other and the configuration as they are', () => {
    const action = stop(both);
    expect(action).toMatchObject({
      target: `arn:aws:s3:::${ids.bucket}`,
      calls: ['s3:PutBucketReplication'],
      reversible: true,
      mayBreak: [expect.stringContaining(`what begins with ${ids.prefix} is copied to bucket theirs`)],
    });
    const { before, after } = action!.input as SetBucketReplication;
    expect(before).toEqual(both.replication?.configuration);
    expect(after).toEqual({ ...before, Rules: [toUs, { ...toThem, Status: 'Disabled' }] });
  });

  it('comes before the actor is contained, and says that what was copied is beyond our control', () => {
    const { actions } = planOf(both);
    expect(actions.map(({ id }) => id).slice(0, 2)).toEqual(['deny-export-reads', 'stop-replication']);
    expect(left(both)).toEqual([
      {
        what: `copies in bucket theirs of account ${ids.outsideAccount}`,
        why: expect.stringContaining('beyond our control') as string,
      },
    ]);
  });

  it.each<[string, BucketFacts, Partial<PlanInput>, RegExp]>([
    ['nothing is replicated', aBucket(), {}, /^no rule/],
    ['every rule leads to us', onlyOurs, {}, /^every rule leads to a bucket of ours/],
    [
      'the rule is off',
      aBucket({ replication: aReplication([{ ...toThem, Status: 'Disabled' }], [inTheirs]) }),
      {},
      /^no rule/,
    ],
    [
      'it was not read',
      aBucket({ replication: undefined as never }),
      {},
      /^whether the bucket replicates is not known/,
    ],
    [
      'the bucket is protected',
      both,
      { policy: aPolicy({ protected: { principals: [], buckets: ['acme-*'] } }) },
      /^protected/,
    ],
  ])('is not planned when %s', (_when, bucket, changes, why) => {
    expect(stop(bucket, changes)).toBeUndefined();
    expect(left(bucket, changes)[0]?.why).toMatch(why);
  });

  it('takes the word of a rule for a stranger’s account, not for one of ours, and leaves what is unclear to people', () => {
    const unknown = { bucket: 'theirs', ours: 'unknown' as const, why: 'AwsAccessDenied' };
    expect(stop(aBucket({ replication: aReplication([toThem], [unknown]) }))).toBeDefined();
    const claimed = { ...toThem, Destination: { Bucket: 'arn:aws:s3:::theirs', Account: ids.forensicsAccount } };
    const claims = aBucket({ replication: aReplication([claimed], [unknown]) });
    expect(stop(claims)).toBeUndefined();
    expect(left(claims)).toEqual([
      { what: 'stop-replication: rule to-theirs', why: expect.stringContaining('AwsAccessDenied') as string },
    ]);
    // Our accounts were all asked, and none of them has it.
    expect(stop(aBucket({ replication: aReplication([claimed], [inTheirs]) }))).toBeDefined();
  });

  it('switches off every rule of a configuration that the actor wrote last, and says that older ones may be in it', () => {
    const action = stop(onlyOurs, { bucketTrail: written() });
    expect((action?.input as SetBucketReplication).after.Rules).toEqual([{ ...toUs, Status: 'Disabled' }]);
    expect(action?.mayBreak[0]).toContain('the actor wrote this configuration');
    expect(
      stop(onlyOurs, { bucketTrail: written({ accessKeyId: 'AKIAOTHER', principalArn: 'arn:other' }) }),
    ).toBeUndefined();
    expect(stop(onlyOurs, { bucketTrail: written({ errorCode: 'AccessDenied' }) })).toBeUndefined();
    const later = aTrail([
      aTrailEvent({ eventName: 'PutBucketReplication', time: '2026-03-02T09:40:00Z' }),
      aTrailEvent({ eventName: 'PutBucketReplication', accessKeyId: 'AKIAOTHER', principalArn: 'arn:other' }),
    ]);
    expect(stop(onlyOurs, { bucketTrail: later })).toBeUndefined();
  });

  it('is undone by switching the rules on again, which says where to', () => {
    const input = stop(both)!.input as SetBucketReplication;
    const undo = invert(input) as SetBucketReplication;
    expect(undo).toMatchObject({ before: input.after, after: input.before });
    expect(reopened(undo)).toEqual([
      `bucket ${ids.bucket} copies again to bucket theirs of account ${ids.outsideAccount}`,
    ]);
  });
});

describe('where the replication of a bucket stands', () => {
  const input = stop(both)!.input as SetBucketReplication;
  const turned = ({ Role, Rules }: ReplicationConfiguration) => ({ Role, Rules: [...Rules].reverse() });
  it.each<[string, ReplicationConfiguration | null | 'gone']>([
    ['done', turned(input.after)],
    ['ready', turned(input.before)],
    ['changed', { ...input.before, Role: 'another' }],
    ['changed', { ...input.before, Rules: [toThem] }],
    ['changed', null],
    ['gone', 'gone'],
  ])('is %s', (standing, now) => {
    expect(standingOfReplication(input, now).standing).toBe(standing);
  });
});

describe('whether replication leads the export outside', () => {
  const find = (bucket: BucketFacts | null) =>
    investigationFindings({ ...aCaseFile({ bucket }), principal: null, bucketTrail: null, lineage: null }).find(
      ({ id }) => id === 'replicated',
    );

  it.each<[string, string, BucketFacts | null, RegExp]>([
    ['no', 'nothing is replicated', aBucket(), /^no rule/],
    ['no', 'it leads to us', onlyOurs, /bucket backup of account .*: all of them ours$/],
    ['yes', 'a rule leads outside', both, /rule to-theirs copies to bucket theirs of account .*beyond our control/],
    ['unknown', 'the bucket was not read', null, /the bucket was not read/],
    [
      'unknown',
      'the replication was refused',
      { ...without(aBucket(), 'replication'), gaps: [{ what: 'bucket replication', why: 'AwsAccessDenied' }] },
      /AwsAccessDenied/,
    ],
    [
      'unknown',
      'whose the destination is, nobody says',
      aBucket({ replication: aReplication([toUs], [{ bucket: 'backup', ours: 'unknown', why: 'not asked' }]) }),
      /not asked/,
    ],
  ])('is %s when %s', (answer, _when, bucket, detail) => {
    expect(find(bucket)).toMatchObject({ answer, detail: expect.stringMatching(detail) as string });
  });

  it('looks at rules that cover the export alone', () => {
    const elsewhere = { ...toThem, Filter: { And: { Prefix: 'logs/', Tags: [] } } };
    expect(find(aBucket({ replication: aReplication([elsewhere], [inTheirs]) }))?.answer).toBe('no');
    const old = { ...without(toThem, 'Filter'), Prefix: 'nightly/' };
    expect(find(aBucket({ replication: aReplication([old], [inTheirs]) }))?.answer).toBe('yes');
  });

  it('counts for severity like a reader outside', () => {
    expect(severityFacts(aCaseFile({ bucket: both })).bucketReadableOutside).toMatchObject({
      value: 'yes',
      evidence: expect.stringContaining('replication') as string,
    });
    expect(severityFacts(aCaseFile({ bucket: onlyOurs })).bucketReadableOutside.value).toBe('no');
  });
});
