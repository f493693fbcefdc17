import { describe, expect, it } from 'vitest';
import { outsideWords } from '../../../src/audit/render/outside.ts';
import { renderOcsf } from '../../../src/audit/render/ocsf.ts';
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
      sentence: 'No read of the image from outside the organisation was found; it could be read for 5 s at most',
    });
    expect(words({ accessedOutsideOrganisation: 'yes', exposure: null }).sentence).toBe(
      'The image was read outside the organisation; how long it could be read is not known',
    );
    expect(words({ accessedOutsideOrganisation: 'unknown' }).read).toBe('unknown');
  });

  it('does not say that no log was there where one told of a read', () => {
    const [asked] = aReport().findings;
    const unknown = { accessedOutsideOrganisation: 'unknown' } as const;
    expect(words(unknown).basis).toContain('no log that would tell');
    expect(words(unknown, { findings: [{ ...asked!, answer: 'yes' }] }).basis).toBe(
      'it was read, and the logs do not tell whether by anybody outside (S122)',
    );
  });

  it('does not stop at the image where a copy of the machine was shared', () => {
    const shared = { id: 'copies-shared', sources: ['S93'], question: 'Is a copy shared?', evidence: [] };
    const report = (answer: 'yes' | 'no') =>
      aReport({
        verdict: 'unauthorised-attempt',
        metrics: { ...aReport().metrics, accessedOutsideOrganisation: 'no' },
        findings: [{ ...shared, answer, detail: 'image ami-1 with account 333333333333' }],
      });
    expect(renderMarkdown(report('yes'))).toContain(
      'a copy of the machine was shared outside (image ami-1 with account 333333333333), and no log here tells who took it.',
    );
    expect(renderMarkdown(report('no'))).not.toContain('was shared outside');
    expect(renderOcsf(report('yes'))).toMatchObject({ is_suspected_breach: true });
    expect(renderOcsf(report('no'))).toMatchObject({ is_suspected_breach: false });
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
