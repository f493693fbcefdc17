import { GetMetricDataCommand, type CloudWatchClient, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { ListBucketMetricsConfigurationsCommand, type MetricsConfiguration, type S3Client } from '@aws-sdk/client-s3';
import type { AwsClients } from '../aws/clients.ts';
import { aws } from '../aws/failures.ts';
import { given } from '../aws/given.ts';
import type { CloudWatchObserve } from './contract.ts';

/** S3 counts by the minute; for older times CloudWatch keeps sums of five. */
const period = 300;
/** A bucket may have a thousand filters; whoever looks at it needs few. */
const mostFilters = 20;
const metrics = ['GetRequests', 'BytesDownloaded'] as const;

type Question = Parameters<CloudWatchObserve['readRequestMetrics']>[0];

export const cloudWatchObserve = (clients: AwsClients): CloudWatchObserve => ({
  async readRequestMetrics(input) {
    const { bucket, key, from, to } = input;
    const filters = (await configurations(clients.s3(input), bucket)).flatMap(coveredBy(key));
    const counted = await Promise.all(
      filters.slice(0, mostFilters).map(async (filter) => ({
        ...filter,
        ...(await sums(clients.cloudwatch(input), input, filter.id)),
      })),
    );
    const why = `only ${mostFilters} of ${filters.length} filters were asked about`;
    const gaps = filters.length > mostFilters ? [{ what: 'request metrics', why }] : [];
    return { from, to, filters: counted, gaps };
  },
});

async function configurations(s3: S3Client, bucket: string): Promise<MetricsConfiguration[]> {
  const found: MetricsConfiguration[] = [];
  let next: string | undefined;
  do {
    const question = { Bucket: bucket, ...given({ ContinuationToken: next }) };
    const page = await aws(`listing the request metrics of bucket ${bucket}`, () =>
      s3.send(new ListBucketMetricsConfigurationsCommand(question)),
    );
    found.push(...(page.MetricsConfigurationList ?? []));
    next = page.NextContinuationToken;
  } while (next !== undefined);
  return found;
}

/** Filters by tag or access point count some reads of the key at most: nothing that is to be read off follows from them. */
const coveredBy =
  (key: string) =>
  ({ Id, Filter }: MetricsConfiguration): { id: string; prefix?: string }[] => {
    if (Id === undefined) return [];
    if (Filter === undefined) return [{ id: Id }];
    const prefix = Filter.Prefix;
    return prefix !== undefined && key.startsWith(prefix) ? [{ id: Id, prefix }] : [];
  };

/** Begins with the first full period after the export: what was read before was something else. */
async function sums(
  cloudwatch: CloudWatchClient,
  { bucket, from, to }: Question,
  filterId: string,
): Promise<{ requests: number; bytes: number }> {
  const start = new Date(Math.ceil(Date.parse(from) / (1_000 * period)) * 1_000 * period);
  const end = new Date(to);
  if (start >= end) return { requests: 0, bytes: 0 };
  const queries = metrics.map((MetricName, index): MetricDataQuery => ({
    Id: `m${index}`,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/S3',
        MetricName,
        Dimensions: [
          { Name: 'BucketName', Value: bucket },
          { Name: 'FilterId', Value: filterId },
        ],
      },
      Period: period,
      Stat: 'Sum',
    },
  }));
  const total = { m0: 0, m1: 0 };
  let next: string | undefined;
  do {
    const question = { MetricDataQueries: queries, StartTime: start, EndTime: end, ...given({ NextToken: next }) };
    const page = await aws(`reading the request metrics of bucket ${bucket}`, () =>
      cloudwatch.send(new GetMetricDataCommand(question)),
    );
    for (const { Id, Values = [] } of page.MetricDataResults ?? []) {
      if (Id === 'm0' || Id === 'm1') total[Id] += Values.reduce((sum, value) => sum + value, 0);
    }
    next = page.NextToken;
  } while (next !== undefined);
  return { requests: total.m0, bytes: total.m1 };
}
