import { describe, expect, it } from 'vitest';
import { validationFindings } from '../../../../src/domain/findings/findings.ts';
import { aCaseFile, aTrail, aTrailEvent, ids, someReads } from '../../../support/builders.ts';
import type { TrailFacts } from '../../../../src/domain/findings/trail-facts.ts';

const downloaded = (recordingTrail: TrailFacts | null | undefined, reads = someReads()) => {
  const file = aCaseFile({ reads, ...(recordingTrail === undefined ? {} : { recordingTrail }) });
  return validationFindings(file).find(({ id }) => id === 'downloaded')!;
};
const off = someReads({ logging: false });
const call = (eventName: string, recording: Parameters<typeof aTrailEvent>[0] & object) =>
  aTrailEvent({ eventName, readOnly: false, eventId: `${eventName} ${recording.time ?? ''}`, ...recording });
const logging = (what: string, bucket: string = ids.bucket) =>
  call('PutBucketLogging', { time: '2026-02-01T00:00:00Z', recording: { effect: 'not less', what, bucket } });
const selectors = (time: string, objects: string[], trail = 'main') =>
  call('PutEventSelectors', { time, recording: { effect: 'not less', what: 'all', trail, objects } });

describe('that no download is known', () => {
  it('is bounded by the oldest log and by who set access logging', () => {
    const reads = someReads({ logsSince: '2025-10-02T04:05:06Z' });
    const found = downloaded(aTrail([logging('switches access logging on')]), reads);
    expect(found.answer).toBe('no');
    expect(found.detail).toContain('the oldest access log that is kept is of 2025-10-02T04:05:06Z');
    expect(found.detail).toMatch(
      /last set by PutBucketLogging at 2026-02-01T00:00:00Z by .*mallory.*\(switches access/,
    );
  });

  it('is bounded where it is unknown, too, and another bucket’s logging does not count', () => {
    const found = downloaded(aTrail([logging('switches access logging on', 'another')]), off);
    expect(found.answer).toBe('unknown');
    expect(found.whyUnknown).toContain('access logging was not changed since 2026-03-01T10:00:00Z');
    expect(found.whyUnknown).toContain('no call since 2026-03-01T10:00:00Z made CloudTrail record');
  });

  it('is bounded by the newest selectors of a trail that records reads of the whole bucket', () => {
    const on = selectors('2026-02-02T00:00:00Z', [`arn:aws:s3:::${ids.bucket}/`]);
    expect(downloaded(aTrail([on]), off).whyUnknown).toContain(
      'data events of CloudTrail since: main by PutEventSelectors at 2026-02-02',
    );
    const narrowed = selectors('2026-02-03T00:00:00Z', []);
    expect(downloaded(aTrail([narrowed, on]), off).whyUnknown).toContain('no call since');
    const another = selectors('2026-02-03T00:00:00Z', [], 'another');
    expect(downloaded(aTrail([another, on]), off).whyUnknown).toContain('main by PutEventSelectors');
    const refused = { ...on, errorCode: 'AccessDenied' };
    expect(downloaded(aTrail([refused]), off).whyUnknown).toContain('no call since');
  });

  it('says where that is not known, and nothing where nobody asked', () => {
    const cut = downloaded(aTrail([], { truncated: true }), off).whyUnknown;
    expect(cut).toContain('since when is not known: the trail was not read to its end');
    expect(downloaded(null, off).whyUnknown).toContain('could not be looked up');
    expect(downloaded(undefined, off).whyUnknown).not.toContain('since when');
  });
});
