import { describe, expect, it } from 'vitest';
import { improvements, type ImprovementInput } from '../../../../src/domain/report/improvements.ts';
import {
  aBucket,
  aDocument,
  aFailedAlert,
  anAllowListEntry,
  aManagedPolicy,
  anActionRecord,
  anAlert,
  anAllow,
  aPolicy,
  aUser,
  someReads,
} from '../../../support/builders.ts';

/** A case that leaves nothing to improve. */
const quiet: ImprovementInput = {
  alert: aFailedAlert(),
  policy: aPolicy(),
  bucket: aBucket({ ownership: 'BucketOwnerEnforced', publicAccessBlock: { BlockPublicAcls: true } }),
  reads: someReads(),
  principal: aUser(),
  actions: [],
};
const suggested = (changes: Partial<ImprovementInput>) => improvements({ ...quiet, ...changes });

describe('improvements', () => {
  it('are none where nothing was amiss', () => {
    expect(improvements(quiet)).toEqual([]);
  });

  it('are none of what could not be read: it may be as it should', () => {
    const parts = ['ownership controls', 'public access block', 'logging'];
    const gaps = parts.map((part) => ({ what: `bucket ${part}`, why: 'AwsAccessDenied' }));
    const bucket = aBucket({ ownership: null, publicAccessBlock: null, logging: null, gaps });
    const exported = suggested({ alert: anAlert(), bucket, reads: someReads({ logging: false }) });
    expect(exported).toEqual([expect.stringContaining('service control policy')]);
  });

  it('do not keep exports out of a bucket into which the allow-list lets them', () => {
    const bucket = aBucket({ publicAccessBlock: {} });
    const listed = (...buckets: string[]) => ({
      bucket,
      policy: aPolicy({ allowList: [anAllowListEntry({ buckets })] }),
    });
    expect(suggested(listed(`${bucket.bucket.slice(0, -1)}*`))).toEqual([]);
    expect(suggested(listed('another-bucket'))).toEqual([expect.stringContaining('ownership')]);
  });

  it.each<[string, Partial<ImprovementInput>, RegExp]>([
    ['a service control policy after an export', { alert: anAlert() }, /service control policy.*workloads.*S124/],
    ['enforced ownership, which keeps exports out', { bucket: aBucket({ publicAccessBlock: {} }) }, /ownership.*S124/],
    ['the public access block', { bucket: aBucket({ ownership: 'BucketOwnerEnforced' }) }, /public access block.*S124/],
    [
      'finer permissions than those of AWS’s own policies',
      {
        principal: aUser({
          attached: [aManagedPolicy({ awsManaged: true, name: 'PowerUserAccess', document: aDocument(anAllow()) })],
        }),
      },
      /Replace PowerUserAccess on user mallory.*S125/,
    ],
    [
      'a policy of its own for exports',
      { actions: [anActionRecord({ id: 'narrow-permission:exports' })] },
      /policy of their own.*S125/,
    ],
    ['a target for monitoring', { policy: aPolicy({ monitoring: null }) }, /monitoring\.targetArn.*S126/],
    ['configuring the account', { policy: aPolicy({ account: null }) }, /Add account 111111111111.*S126/],
  ])('suggest %s', (_what, changes, sentence) => {
    expect(suggested(changes)).toEqual([expect.stringMatching(sentence)]);
  });

  it('suggest access logs where nobody can say whether the export was read', () => {
    const wanted = expect.stringMatching(/access logging.*S126/) as unknown;
    expect(suggested({ alert: anAlert(), reads: someReads({ logging: false }) })).toContainEqual(wanted);
    const on = { bucket: 'logs', prefix: '' };
    const unread = (logging: typeof on | null) =>
      suggested({ alert: anAlert(), reads: null, bucket: aBucket({ logging }) });
    expect(unread(null)).toContainEqual(wanted);
    expect(unread(on)).not.toContainEqual(wanted);
  });

  it('do not suggest what is in somebody else’s hands', () => {
    expect(suggested({ bucket: aBucket({ ownedByAccount: 'no' }) })).toEqual([]);
    const harmless = aManagedPolicy({ awsManaged: true, document: aDocument(anAllow({ Action: 's3:GetObject' })) });
    expect(suggested({ principal: aUser({ attached: [harmless] }) })).toEqual([]);
  });
});
