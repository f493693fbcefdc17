import { describe, expect, it } from 'vitest';
import { requestMetricsFinding } from '../../../../src/domain/findings/request-metrics.ts';
import { aBucket, aCaseFile, aFailedAlert } from '../../../support/builders.ts';
import type { RequestMetricsFacts } from '../../../../src/domain/findings/bucket-facts.ts';

const counted = (...filters: RequestMetricsFacts['filters']): RequestMetricsFacts => ({
  from: '2026-03-02T10:10:00Z',
  to: '2026-03-02T10:20:00Z',
  filters,
  gaps: [],
});
const asked = (requestMetrics: RequestMetricsFacts | null, onlyExport: 'yes' | 'no' = 'no') =>
  requestMetricsFinding(aCaseFile({ requestMetrics, bucket: aBucket({ onlyExport }) }));

describe('request metrics of a bucket', () => {
  it('may point to a download, of how much under which filter, and to nobody', () => {
    const metrics = counted(
      { id: 'vms', prefix: 'vms/', requests: 3, bytes: 3024 },
      { id: 'all', requests: 3, bytes: 3024 },
    );
    const found = asked(metrics);
    expect(found).toMatchObject({
      answer: 'yes',
      confidence: 'low',
      source: 'CloudWatch',
      range: { from: metrics.from },
    });
    expect(found.detail).toContain('3024 bytes in 3 GET request(s) of keys that begin with vms/ (filter vms)');
    expect(found.detail).toContain('of the whole bucket (filter all); of whichever object of it');
    expect(asked(metrics, 'yes').detail).toContain('the bucket holds nothing but the export');
  });

  it('never say no of an export that succeeded', () => {
    expect(asked(counted({ id: 'all', requests: 0, bytes: 0 }))).toMatchObject({ answer: 'unknown' });
    expect(asked(counted()).whyUnknown).toContain('no request metrics that cover the export');
    expect(asked(null).whyUnknown).toBe('the request metrics were not read');
    expect(requestMetricsFinding(aCaseFile({ alert: aFailedAlert() })).answer).toBe('no');
  });
});
