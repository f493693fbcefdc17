import { describe, expect, it } from 'vitest';
import { cloudWatchObserve } from '../../../../activities/cloudwatch/observe.ts';
import { awsDouble, place, throwing } from '../aws-double.ts';

interface Query {
  Id: string;
  MetricStat: { Metric: { MetricName: string; Dimensions: { Name: string; Value: string }[] } };
}
const question = {
  ...place,
  bucket: 'exports',
  key: 'vms/e.ova',
  from: '2026-03-02T10:02:00Z',
  to: '2026-03-02T12:00:00Z',
};
const configurations = [
  { Id: 'whole' },
  { Id: 'vms', Filter: { Prefix: 'vms/' } },
  { Id: 'other', Filter: { Prefix: 'other/' } },
  { Id: 'tagged', Filter: { Tag: { Key: 'a', Value: 'b' } } },
];
const read = (answers: Parameters<typeof awsDouble>[0]) =>
  cloudWatchObserve(awsDouble(answers).clients).readRequestMetrics(question);

describe('request metrics', () => {
  it('are summed for each filter that covers the key, from the first full period after the export', async () => {
    const asked: Record<string, unknown>[] = [];
    const facts = await read({
      ListBucketMetricsConfigurations: ({ ContinuationToken }) =>
        ContinuationToken === undefined
          ? { MetricsConfigurationList: configurations.slice(0, 1), NextContinuationToken: 'more' }
          : { MetricsConfigurationList: configurations.slice(1) },
      GetMetricData: (input) => {
        asked.push(input);
        const [first] = input.MetricDataQueries as Query[];
        const filter = first?.MetricStat.Metric.Dimensions[1]?.Value;
        if (input.NextToken !== undefined) return { MetricDataResults: [{ Id: 'm1', Values: [24] }] };
        const values = filter === 'vms' ? [1, 2] : [0];
        const MetricDataResults = [
          { Id: 'm0', Values: values },
          { Id: 'm1', Values: values.map((value) => value * 1000) },
        ];
        return { MetricDataResults, ...(filter === 'vms' ? { NextToken: 'more' } : {}) };
      },
    });
    expect(facts.filters).toEqual([
      { id: 'whole', requests: 0, bytes: 0 },
      { id: 'vms', prefix: 'vms/', requests: 3, bytes: 3024 },
    ]);
    expect(asked[0]).toMatchObject({ StartTime: new Date('2026-03-02T10:05:00Z'), EndTime: new Date(question.to) });
    const names = (asked[0]?.MetricDataQueries as Query[]).map(({ MetricStat }) => MetricStat.Metric.MetricName);
    expect(names).toEqual(['GetRequests', 'BytesDownloaded']);
  });

  it('are none where the bucket has none, and fail where they may not be read', async () => {
    expect(await read({ ListBucketMetricsConfigurations: () => ({}) })).toMatchObject({ filters: [], gaps: [] });
    const denied = read({ ListBucketMetricsConfigurations: throwing('AccessDenied', 403) });
    await expect(denied).rejects.toMatchObject({ type: 'AwsAccessDenied' });
  });
});
