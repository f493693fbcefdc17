import { describe, expect, it } from 'vitest';
import type { DeleteExport } from '../../../../src/domain/acts/acts.ts';
import { containmentPlan } from '../../../../src/domain/plan/containment-plan.ts';
import { mostVersions } from '../../../../src/domain/plan/deletion-plan.ts';
import { missingFor } from '../../../../src/domain/plan/plan.ts';
import type { PlanInput } from '../../../../src/domain/plan/planning.ts';
import { standingOfDeletion } from '../../../../src/domain/acts/standing-of-deletion.ts';
import {
  aBucket,
  anActionRecord,
  anExportObject,
  aPlanInput,
  aPolicy,
  aTask,
  aVersion,
  ids,
  without,
} from '../../../support/builders.ts';

const policy = aPolicy({ deleteOriginal: 'after-copy' });
const plan = (changes: Partial<PlanInput> = {}) => containmentPlan(aPlanInput({ policy, ...changes }));
const deletion = (changes: Partial<PlanInput> = {}) => plan(changes).actions.find(({ id }) => id === 'delete-original');
const why = (changes: Partial<PlanInput> = {}) =>
  plan(changes).notPlanned.find(({ what }) => what === 'delete-original')?.why;

const [newest, marker, oldest] = [
  aVersion({ versionId: 'v3' }),
  aVersion({ versionId: 'v2', etag: '', size: 0, deleteMarker: true }),
  aVersion({ versionId: 'v1' }),
];
const versioned = { object: anExportObject({ versions: [newest, marker, oldest] }) };

describe('the deletion of the original', () => {
  it('comes last, after the copy that it requires, and cannot be undone', () => {
    const { actions } = plan(versioned);
    expect(actions.at(-1)).toMatchObject({
      id: 'delete-original',
      target: `arn:aws:s3:::${ids.bucket}/${ids.key}`,
      calls: ['s3:DeleteObject', 's3:DeleteObject', 's3:DeleteObject'],
      reversible: false,
      requires: ['copy-to-forensics'],
      input: {
        act: 'deleteExport',
        incidentKey: ids.incidentKey,
        accountId: ids.account,
        region: ids.region,
        source: { bucket: ids.bucket, key: ids.key, size: newest.size, etag: newest.etag },
        versions: [newest, marker, oldest],
        copy: { accountId: ids.forensicsAccount, bucket: 'acme-forensics' },
      },
    });
    expect(actions.at(-2)?.id).toBe('copy-to-forensics');
  });

  it('waits for a copy that is in place', () => {
    const action = deletion()!;
    const record = (status: 'applied' | 'already' | 'failed' | 'not-approved') =>
      missingFor(action, [anActionRecord({ id: 'copy-to-forensics', status })]);
    expect([missingFor(action, []), record('failed'), record('not-approved')]).toEqual(
      Array(3).fill(['copy-to-forensics']),
    );
    expect([record('applied'), record('already')]).toEqual([[], []]);
  });

  it.each<[string, Partial<PlanInput>, RegExp]>([
    ['the policy does not ask for it', { policy: aPolicy() }, /keeps the original/],
    ['the policy says never', { policy: aPolicy({ deleteOriginal: 'never' }) }, /keeps the original/],
    ['nothing is copied', { policy: { ...policy, forensics: null } }, /^without a copy/],
    ['the export still runs', { task: aTask({ state: 'active' }) }, /^without a copy/],
    ['there is no object', { object: null }, /^without a copy/],
    ['the bucket is protected', { policy: { ...policy, protected: { principals: [], buckets: ['*'] } } }, /^protected/],
    ['the bucket is another account’s', { bucket: aBucket({ ownedByAccount: 'no' }) }, /does not belong/],
    [
      'the export lies where copies go',
      { policy: { ...policy, forensics: { ...policy.forensics!, bucket: ids.bucket } } },
      /forensics bucket itself/,
    ],
    [
      'its versions were refused',
      { object: { ...without(anExportObject(), 'versions'), versionsGap: 'AwsAccessDenied' } },
      /AwsAccessDenied/,
    ],
    ['no version is listed', { object: anExportObject({ versions: [] }) }, /named none/],
    [
      'a version holds something else than the copy',
      { object: anExportObject({ versions: [newest, aVersion({ versionId: 'v1', etag: '"other"' })] }) },
      /version v1\), which would be lost/,
    ],
    [
      'a version of the same ETag has another size',
      { object: anExportObject({ versions: [newest, aVersion({ versionId: 'v1', size: 1 })] }) },
      /would be lost/,
    ],
    [
      'there are too many',
      {
        object: anExportObject({
          versions: Array.from({ length: mostVersions + 1 }, (_, index) => aVersion({ versionId: `v${index}` })),
        }),
      },
      /more than 100 versions/,
    ],
  ])('is not planned when %s', (_when, changes, reason) => {
    expect(deletion(changes)).toBeUndefined();
    expect(why(changes)).toMatch(reason);
  });
});

describe('the standing of a deletion', () => {
  const input = deletion(versioned)?.input as DeleteExport;
  const standing = (...found: DeleteExport['versions']) => standingOfDeletion(input, found).standing;

  it('is done when nothing is left, and ready while a part of the plan is', () => {
    expect(standing()).toBe('done');
    expect(standing(newest, marker, oldest)).toBe('ready');
    expect(standing(marker)).toBe('ready');
  });

  it('is changed by a version that the plan does not know', () => {
    expect(standing(aVersion({ versionId: 'v4' }), newest, marker, oldest)).toBe('changed');
    expect(standing(aVersion({ versionId: 'v4' }))).toBe('changed');
    // Without versioning an object that is written anew has the same version.
    expect(standing({ ...newest, etag: '"other"' })).toBe('changed');
    expect(standing({ ...newest, size: 1 })).toBe('changed');
  });
});
