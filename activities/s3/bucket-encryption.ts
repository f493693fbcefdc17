import type { GetBucketEncryptionCommandOutput } from '@aws-sdk/client-s3';
import { given } from '../aws/given.ts';
import type { BucketFacts } from '../../src/domain/findings/bucket-facts.ts';

/** How S3 encrypts what is written without a word about it. */
export function encryptionOf({
  ServerSideEncryptionConfiguration,
}: GetBucketEncryptionCommandOutput): Exclude<BucketFacts['encryption'], undefined> {
  const [rule] = ServerSideEncryptionConfiguration?.Rules ?? [];
  const { SSEAlgorithm, KMSMasterKeyID } = rule?.ApplyServerSideEncryptionByDefault ?? {};
  return SSEAlgorithm === undefined ? null : { algorithm: SSEAlgorithm, ...given({ key: KMSMasterKeyID }) };
}
