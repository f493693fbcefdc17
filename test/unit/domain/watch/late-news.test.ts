import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../../src/domain/findings/evidence.ts';
import type { Assessment } from '../../../../src/domain/severity/assessment.ts';
import { newsSince, type Standing } from '../../../../src/domain/watch/late-news.ts';

const downloaded = (answer: Finding['answer'], detail: string) => [{ id: 'downloaded', answer, detail } as Finding];
const assessed = (severity: Assessment['severity'], ...ids: string[]): Assessment => ({
  severity,
  met: ids.map((id) => ({ id, level: severity, criterion: `criterion ${id}`, evidence: ['a log'] })),
  unknown: [],
});
const quiet: Standing = { assessment: assessed('medium', 'S62'), findings: downloaded('no', 'no read') };

describe('what a later look has found', () => {
  it('is a download, a criterion that is met now, and the severity that follows', () => {
    const worse = { assessment: assessed('high', 'S62', 'S122'), findings: downloaded('yes', 'read by mallory') };
    expect(newsSince(quiet, worse)).toEqual([
      'the exported image was downloaded: read by mallory',
      'high: criterion S122 (a log)',
      'severity medium → high',
    ]);
    expect(newsSince({ ...quiet, findings: downloaded('unknown', 'no logs') }, worse)).toHaveLength(3);
  });

  it('is nothing where it is as it was, or less is met', () => {
    expect(newsSince(quiet, quiet)).toEqual([]);
    expect(newsSince(quiet, { ...quiet, assessment: assessed('medium') })).toEqual([]);
    expect(newsSince({ assessment: null, findings: [] }, { assessment: null, findings: [] })).toEqual([]);
  });
});
