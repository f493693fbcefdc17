import { describe, expect, it } from 'vitest';
import { invert } from '../../../../src/domain/acts/invert.ts';
import { objectCopies } from '../../../../src/domain/findings/object-copies.ts';
import { containmentPlan } from '../../../../src/domain/plan/containment-plan.ts';
import { denyCopyReads, mostDenied } from '../../../../src/domain/plan/object-copy-plan.ts';
import type { PlanInput } from '../../../../src/domain/plan/planning.ts';
import { applyEdit } from '../../../../src/domain/policy/policy-document.ts';
import {
  aBucket,
  aDocument,
  anAllow,
  aPlanInput,
  aPolicy,
  anAlert,
  ids,
  someReads,
} from '../../../support/builders.ts';
import type { CopyOfObject } from '../../../../src/domain/findings/read-facts.ts';

const at = '2026-03-02T10:30:00Z';
const copy = (changes: Partial<CopyOfObject> = {}): CopyOfObject => ({
  time: at,
  requester: ids.userArn,
  bucket: 'elsewhere',
  key: 'taken.ova',
  ...changes,
});
const elsewhere = aBucket({ bucket: 'elsewhere', policy: aDocument(anAllow()) });
const input = (copies: CopyOfObject[], changes: Partial<PlanInput> = {}) =>
  aPlanInput({ reads: someReads({ copies }), copyBuckets: [elsewhere], ...changes });
const stored = (id: string, eventId = 'other') => ({
  ...{ behind: [], taken: [], made: [], gaps: [] },
  copies: [{ kind: 'stored-image' as const, id, from: 'ami-1', at, region: ids.region, eventId }],
});

describe('copies of the export in S3', () => {
  it('are what anybody but responders copied elsewhere, each once', () => {
    const again = copy({ time: '2026-03-02T10:31:00Z' });
    const ours = copy({ requester: 'arn:aws:sts::111111111111:assumed-role/soar-contain/x', bucket: 'evidence' });
    const onto = copy({ bucket: ids.bucket, key: ids.key });
    const policy = aPolicy({ responders: ['arn:aws:iam::111111111111:role/soar-contain'] });
    expect(objectCopies(input([copy(), again, ours, onto], { policy }))).toEqual([
      { bucket: 'elsewhere', key: 'taken.ova', at: again.time, how: `copied by ${ids.userArn}` },
    ]);
  });

  it('are images that the actor stored beside the one that the alert is about', () => {
    expect(objectCopies(input([], { lineage: stored('s3://elsewhere/ami-1.bin') }))).toEqual([
      { bucket: 'elsewhere', key: 'ami-1.bin', at, how: 'stored by the actor from image ami-1' },
    ]);
    expect(objectCopies(input([], { lineage: stored('s3://elsewhere/x', anAlert().eventId) }))).toEqual([]);
    expect(objectCopies(input([], { lineage: stored('s3://elsewhere/') }))).toEqual([]);
  });
});

describe('denying reads of copies', () => {
  const [only] = denyCopyReads(input([copy()]));
  if (!only || !('input' in only) || only.input.act !== 'editBucketPolicy') throw new Error('no action');
  const { input: edit, ...action } = only;

  it('adds one statement on exactly the copy, except for responders, and is undone', () => {
    expect(action).toMatchObject({
      id: expect.stringMatching(/^deny-copy-reads:[0-9a-f]{8}$/) as string,
      title: expect.stringContaining('s3://elsewhere/taken.ova') as string,
      target: 'arn:aws:s3:::elsewhere',
      mayBreak: [expect.stringContaining(`copied by ${ids.userArn} at ${at}`)],
    });
    expect(edit).toMatchObject({ bucket: 'elsewhere', region: ids.region, remove: [], before: elsewhere.policy });
    expect(edit.add).toMatchObject([
      {
        Sid: expect.stringMatching(/^VMXABCDEFGHIJDenyCopyReads[0-9a-f]{8}$/) as string,
        Effect: 'Deny',
        Principal: '*',
        Action: ['s3:GetObject', 's3:GetObject*'],
        Resource: 'arn:aws:s3:::elsewhere/taken.ova',
        Condition: { ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::111111111111:role/soar-*'] } },
      },
    ]);
    expect(invert(edit)).toMatchObject({ act: 'editBucketPolicy', bucket: 'elsewhere', add: [], remove: edit.add });
  });

  it('comes with the other denies, before the actor is contained, and is not planned twice', () => {
    const planned = containmentPlan(input([copy()])).actions.map(({ id }) => id);
    expect(planned.indexOf(action.id)).toBeLessThan(planned.indexOf('deny-actor'));
    const copyBuckets = [{ ...elsewhere, policy: applyEdit(elsewhere.policy, edit) }];
    expect(denyCopyReads(input([copy()], { copyBuckets }))).toMatchObject([
      { why: expect.stringMatching(/denies it already/) as string },
    ]);
  });

  it('acts where the bucket is, and hits no other object by a wildcard in the key', () => {
    const copyBuckets = [{ ...elsewhere, region: 'eu-central-1' }];
    const [far] = denyCopyReads(input([copy({ key: '${aws:username}/*' })], { copyBuckets }));
    expect(far).toMatchObject({
      input: { region: 'eu-central-1', add: [{ Resource: 'arn:aws:s3:::elsewhere/?{aws:username}/?' }] },
    });
  });

  it.each<[string, Partial<PlanInput>, RegExp]>([
    ['is somebody else’s', { copyBuckets: [{ ...elsewhere, ownedByAccount: 'no' }] }, /does not belong to account/],
    ['could not be read', { copyBuckets: [] }, /could not be read/],
    ['is protected', { policy: aPolicy({ protected: { principals: [], buckets: ['else*'] } }) }, /^s3:.*protected/],
    ['would be shut to us', { policy: aPolicy({ responders: [] }) }, /no responders are configured/],
  ])('is left to people, with the copy named, where its bucket %s', (_why, changes, why) => {
    expect(denyCopyReads(input([copy()], changes))).toMatchObject([
      { what: action.id, why: expect.stringMatching(why) as string },
    ]);
  });

  it('names what is more than anybody reads in one plan, and says when nothing could tell', () => {
    const many = Array.from({ length: mostDenied + 1 }, (_, index) => copy({ key: `k${index}` }));
    expect(denyCopyReads(input(many)).at(-1)).toMatchObject({
      why: expect.stringMatching(/more than 10 in one plan/) as string,
    });
    expect(denyCopyReads(input([]))).toMatchObject([
      { what: 'deny-copy-reads', why: expect.stringMatching(/data events are not asked/) as string },
    ]);
    const asked = aPolicy({ dataEvents: true });
    expect(denyCopyReads(input([], { policy: asked }))).toMatchObject([
      { why: expect.stringMatching(/^no data event tells/) as string },
    ]);
  });
});
