import type { AwsPlace } from '../ec2/contract.ts';
import type { DataEventFacts } from '../../src/domain/findings/read-facts.ts';

/** Where CloudTrail's data events of S3 can be asked for: LookupEvents has none. Another store implements the same. */
export interface DataEventsDetect {
  /** Reads of one object, as data events tell them; none where nobody switched them on for the bucket. */
  searchObjectReads(
    input: AwsPlace & { bucket: string; key: string; from: string; to: string },
  ): Promise<DataEventFacts>;
}
