import type { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { keysOf } from '../../../src/audit/found-figures.ts';
import { figureSettings } from '../../../src/config/figure-settings.ts';
import { leastConfig, parse } from '../config/configuration.ts';

/** A bucket with these keys that lists two at a time, as S3 lists a thousand. */
function bucketOf(keys: string[]): { s3: Pick<S3Client, 'send'>; pages: () => number } {
  let pages = 0;
  const send = ({ input }: ListObjectsV2Command) => {
    pages++;
    const after = input.ContinuationToken ?? input.StartAfter ?? '';
    const rest = keys.filter((key) => key.startsWith(input.Prefix ?? '') && key > after).sort();
    const page = rest.slice(0, 2);
    const more = rest.length > page.length ? { NextContinuationToken: page.at(-1) } : {};
    return Promise.resolve({ Contents: page.map((Key) => ({ Key })), ...more });
  };
  return { s3: { send }, pages: () => pages };
}

describe('the index of incidents in a bucket', () => {
  const folder = 'incidents/index/incidents/';
  const days = ['2027-01-30', '2027-01-31', '2027-02-01', '2027-02-02', '2027-02-28', '2027-03-01', '2027-03-02'];
  const keys = days.map((day) => `${folder}${day}/VMX-A-r.json`);
  const place = { bucket: 'b', account: undefined, folder };

  it('is read page by page, from the first day of the period to its last, and no further', async () => {
    const { s3, pages } = bucketOf([...keys, ...days.map((day) => `${folder}${day}/VMX-B-r.json`)]);
    const found = await keysOf(s3, place, { from: Date.parse('2027-01-31'), to: Date.parse('2027-03-01') });
    const expected = days.slice(1, 5).flatMap((day) => ['A', 'B'].map((name) => `${folder}${day}/VMX-${name}-r.json`));
    expect(found).toEqual(expected);
    expect(pages()).toBe(5);
  });

  it('without a period is read whole', async () => {
    const found = await keysOf(bucketOf(keys).s3, place, { from: -Infinity, to: Infinity });
    expect(found).toEqual(keys);
  });
});

it('figures are in the folder, or in the bucket under a role of its own, or nowhere', () => {
  expect(figureSettings(parse(leastConfig()))).toEqual({ folder: expect.stringContaining('evidence') as string });
  const bucket = { bucket: 'acme-incident-evidence', region: 'eu-west-1' };
  expect(figureSettings(parse({ ...leastConfig(), evidence: bucket }))).toBeNull();
  const figuresRole = 'arn:aws:iam::222222222222:role/soar-evidence-figures';
  expect(figureSettings(parse({ ...leastConfig(), evidence: { ...bucket, figuresRole } }))).toMatchObject({
    bucket: 'acme-incident-evidence',
    figuresRole,
  });
});
