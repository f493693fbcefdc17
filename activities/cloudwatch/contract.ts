import type { AwsPlace } from '../ec2/contract.ts';
import type { RequestMetricsFacts } from '../../src/domain/findings/bucket-facts.ts';

export interface CloudWatchObserve {
  /** What S3 counted of reads under the filters of the bucket's request metrics that cover the key, where it has any. */
  readRequestMetrics(
    input: AwsPlace & { bucket: string; key: string; from: string; to: string },
  ): Promise<RequestMetricsFacts>;
}
