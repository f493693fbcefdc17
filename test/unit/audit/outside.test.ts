import { describe, expect, it } from 'vitest';
import { outsideWords } from '../../../src/audit/render/outside.ts';
import { renderMarkdown } from '../../../src/audit/render/markdown.ts';
import type { IncidentReport } from '../../../src/domain/report/report.ts';
import { aFailedAlert } from '../../support/builders.ts';
import { aReport } from './a-report.ts';

const words = (metrics: Partial<IncidentReport['metrics']>, changes: Partial<IncidentReport> = {}) =>
  outsideWords(aReport({ metrics: { ...aReport().metrics, ...metrics }, ...changes }));

describe('whether the image was read outside, in words', () => {
  it('is no more than the logs carry: none found is no proof', () => {
    expect(words({ accessedOutsideOrganisation: 'no', exposure: 5 })).toMatchObject({
      read: 'none found',
      basis: expect.stringContaining('may be late or incomplete') as string,
      sentence: 'No read of the image from outside the organisation was found; it could be read for 5 s',
    });
    expect(words({ accessedOutsideOrganisation: 'yes', exposure: null }).sentence).toBe(
      'The image was read outside the organisation; how long it could be read is not known',
    );
    expect(words({ accessedOutsideOrganisation: 'unknown' }).read).toBe('unknown');
  });

  it('of a call that failed speaks of no image', () => {
    const failed = { alert: aFailedAlert() };
    const { sentence, read, exposure } = words({ accessedOutsideOrganisation: 'no' }, failed);
    expect([sentence, read, exposure]).toEqual([
      'The call failed, so that it left nothing to read',
      'nothing to read',
      'none',
    ]);
    const report = renderMarkdown(aReport(failed));
    expect(report).toContain('and failed (Client.UnauthorizedOperation). ');
    expect(report).toContain('| Exposure | none |');
    expect(report).not.toContain('No read of the image');
  });
});
