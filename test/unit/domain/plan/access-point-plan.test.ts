import { describe, expect, it } from 'vitest';
import type { SetAccessPointPolicy } from '../../../../src/domain/acts/acts.ts';
import { containmentPlan } from '../../../../src/domain/plan/containment-plan.ts';
import { investigationFindings } from '../../../../src/domain/findings/findings.ts';
import { invert } from '../../../../src/domain/acts/invert.ts';
import { perimeterOf } from '../../../../src/domain/policy/perimeter.ts';
import type { PlanInput } from '../../../../src/domain/plan/planning.ts';
import type { Statement } from '../../../../src/domain/policy/policy-document.ts';
import { reopened } from '../../../../src/domain/plan/reopened.ts';
import { severityFacts } from '../../../../src/domain/severity/severity-facts.ts';
import { standingOfAccessPointPolicy } from '../../../../src/domain/acts/standing-of-access-point.ts';
import { whyNotOpen } from '../../../../src/domain/findings/why-not-open.ts';
import {
  aBucket,
  aCaseFile,
  aDocument,
  anAccessPoint,
  anAlert,
  aPlanInput,
  aPolicy,
  ids,
  serviceStatement,
  without,
} from '../../../support/builders.ts';
import type { AccessPointFacts, BucketFacts } from '../../../../src/domain/findings/bucket-facts.ts';

const { arn } = anAccessPoint();
const to = (account: string, changes: Statement = {}): Statement => ({
  Sid: `Read${account}`,
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${account}:root` },
  Action: 's3:GetObject',
  Resource: `${arn}/object/*`,
  ...changes,
});
/** How AWS's guide leaves it to access points who comes in. */
const delegation: Statement = {
  Sid: 'AccessPoints',
  Effect: 'Allow',
  Principal: { AWS: '*' },
  Action: '*',
  Resource: [`arn:aws:s3:::${ids.bucket}`, `arn:aws:s3:::${ids.bucket}/*`],
  Condition: { StringEquals: { 's3:DataAccessPointAccount': ids.account } },
};
const behind = (accessPoint: AccessPointFacts, ...statements: Statement[]) =>
  aBucket({ policy: aDocument(serviceStatement, ...statements), accessPoints: [accessPoint] });
const both = anAccessPoint({ policy: aDocument(to(ids.account), to(ids.outsideAccount)) });
const inside = anAccessPoint({ policy: aDocument(to(ids.account)) });
const id = 'close-access-point:partners';

const close = (bucket: BucketFacts, changes: Partial<PlanInput> = {}) =>
  containmentPlan(aPlanInput({ bucket, ...changes })).actions.find((action) => action.id === id);
const left = (bucket: BucketFacts, changes: Partial<PlanInput> = {}) =>
  containmentPlan(aPlanInput({ bucket, ...changes })).notPlanned.filter(({ what }) =>
    what.startsWith('close-access-point'),
  );

describe('closing an access point', () => {
  it('takes the statement for the outsider out of its policy, and leaves the others', () => {
    const action = close(behind(both, delegation));
    expect(action).toMatchObject({
      target: arn,
      calls: ['s3:PutAccessPointPolicy'],
      before: aDocument(to(ids.account), to(ids.outsideAccount)),
      after: aDocument(to(ids.account)),
      reversible: true,
      mayBreak: [
        `arn:aws:iam::${ids.outsideAccount}:root through access point partners, by statement Read${ids.outsideAccount}`,
      ],
      input: { act: 'setAccessPointPolicy', bucket: ids.bucket, accessPoint: 'partners' },
    });
  });

  it('keeps our own principals of a statement that names both', () => {
    const roots = [ids.account, ids.outsideAccount].map((account) => `arn:aws:iam::${account}:root`);
    const mixed = to(ids.outsideAccount, { Principal: { AWS: roots } });
    const { after } = close(behind(anAccessPoint({ policy: aDocument(mixed) })))!.input as SetAccessPointPolicy;
    expect(after?.Statement).toEqual([
      { ...mixed, Sid: expect.stringMatching(/^VMXABCDEFGHIJInsideOnly/) as string, Principal: { AWS: [roots[0]] } },
    ]);
  });

  it('takes a policy away that lets in nobody else, and says where the bucket stops it anyway', () => {
    const action = close(behind(anAccessPoint({ policy: aDocument(to(ids.outsideAccount)) })));
    expect(action).toMatchObject({ calls: ['s3:DeleteAccessPointPolicy'], after: null });
    expect(action?.mayBreak[0]).toContain('the policy of the bucket lets none of it through now');
  });

  it.each<[string, BucketFacts, Partial<PlanInput>, RegExp]>([
    ['it names nobody outside', behind(inside), {}, /^no access point lets anybody outside/],
    ['it has no policy', behind(anAccessPoint()), {}, /^no access point/],
    ['there is none', aBucket(), {}, /^no access point/],
    [
      'what it lets read is not the export',
      behind(anAccessPoint({ policy: aDocument(to(ids.outsideAccount, { Resource: `${arn}/object/logs/*` })) })),
      {},
      /^no access point/,
    ],
    ['they were not read', without(aBucket(), 'accessPoints'), {}, /were not read$/],
    [
      'the bucket is protected',
      behind(both),
      { policy: aPolicy({ protected: { principals: [], buckets: ['acme-*'] } }) },
      /^protected/,
    ],
  ])('is not planned when %s', (_when, bucket, changes, why) => {
    expect(close(bucket, changes)).toBeUndefined();
    expect(left(bucket, changes)[0]?.why).toMatch(why);
  });

  it('leaves to people what could not be read, and what is more than anybody reads in one plan', () => {
    const gap = { what: 'policy of access point other', why: 'AwsAccessDenied' };
    const unread = { ...behind(inside), gaps: [gap] };
    expect(left(unread)).toContainEqual({
      what: `close-access-point: ${gap.what}`,
      why: expect.stringContaining('by hand') as string,
    });
    const many = aBucket({
      accessPoints: Array.from({ length: 12 }, (_, index) => ({ ...both, name: `partners-${index}` })),
    });
    expect(left(many).map(({ what }) => what)).toEqual([
      'close-access-point:partners-10',
      'close-access-point:partners-11',
    ]);
  });

  it('is undone by the policy as it was', () => {
    const input = close(behind(both))!.input as SetAccessPointPolicy;
    const undo = invert(input) as SetAccessPointPolicy;
    expect(undo).toMatchObject({ before: input.after, after: input.before });
    expect(reopened(undo)[0]).toContain(`arn:aws:iam::${ids.outsideAccount}:root`);
    expect(standingOfAccessPointPolicy(undo, input.after).standing).toBe('ready');
  });
});

describe('where the policy of an access point stands', () => {
  const input = close(behind(both))!.input as SetAccessPointPolicy;
  it.each<[string, Parameters<typeof standingOfAccessPointPolicy>[1]]>([
    ['done', input.after],
    ['ready', input.before],
    ['changed', aDocument(to('444444444444'))],
    ['changed', null],
    ['gone', 'gone'],
  ])('is %s', (standing, now) => {
    expect(standingOfAccessPointPolicy(input, now).standing).toBe(standing);
  });
});

describe('whether access points let anybody outside in', () => {
  const find = (bucket: BucketFacts | null, of = 'access-points') =>
    investigationFindings({ ...aCaseFile({ bucket }), principal: null, bucketTrail: null, lineage: null }).find(
      (finding) => finding.id === of,
    );
  const refused = { what: 'access points', why: 'AwsAccessDenied' };

  it.each<[string, string, BucketFacts | null, RegExp]>([
    [
      'yes',
      'both policies let an outsider read',
      behind(both, delegation),
      /partners for arn:.*, who can read the export$/,
    ],
    ['no', 'the bucket lets nothing through', behind(both), /lets none of it through$/],
    ['no', 'there is none', aBucket(), /^it has none$/],
    ['no', 'it names our own alone', behind(inside, delegation), /^none of its 1/],
    ['unknown', 'the bucket was not read', null, /not read/],
    [
      'unknown',
      'they were refused',
      { ...without(aBucket(), 'accessPoints'), gaps: [refused] },
      /access points: AwsAccessDenied/,
    ],
    [
      'unknown',
      'the bucket leaves it to access points that nobody has looked at',
      behind(inside, {
        ...delegation,
        Condition: { StringEquals: { 's3:DataAccessPointAccount': ids.forensicsAccount } },
      }),
      /access points of account 222222222222 were not looked at/,
    ],
  ])('is %s when %s', (answer, _when, bucket, detail) => {
    expect(find(bucket)).toMatchObject({ answer, detail: expect.stringMatching(detail) as string });
  });

  it('does not take a bucket that leaves it to its own access points for a public one', () => {
    expect(find(behind(inside, delegation), 'bucket-access')).toMatchObject({
      answer: 'no',
      detail: expect.stringContaining(`access points of account ${ids.account}`) as string,
    });
    const stranger = {
      ...delegation,
      Condition: { StringEquals: { 's3:DataAccessPointAccount': ids.outsideAccount } },
    };
    expect(find(behind(inside, stranger), 'bucket-access')?.answer).toBe('yes');
  });

  it('decides whether the bucket is open, and counts for severity', () => {
    const perimeter = perimeterOf(anAlert(), aPolicy());
    expect(whyNotOpen(behind(both, delegation), perimeter)).toBeNull();
    expect(whyNotOpen(behind(both), perimeter)).toBe('nobody outside can read the export');
    const unread = { ...without(behind(both, delegation), 'accessPoints'), gaps: [refused] };
    expect(whyNotOpen(unread, perimeter)).toMatch(/not known: access points/);
    const readable = (bucket: BucketFacts) => severityFacts(aCaseFile({ bucket })).bucketReadableOutside.value;
    expect([behind(both, delegation), behind(inside, delegation), behind(both), unread].map(readable)).toEqual([
      'yes',
      'no',
      'no',
      'unknown',
    ]);
  });
});
