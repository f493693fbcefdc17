import {
  DeleteBucketOwnershipControlsCommand,
  DeletePublicAccessBlockCommand,
  GetBucketOwnershipControlsCommand,
  GetPublicAccessBlockCommand,
  PutBucketOwnershipControlsCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { SetBucketOwnership, SetPublicAccessBlock } from '../../src/domain/acts/acts.ts';
import { aws, isNoSuchBucket, isNotFound } from '../aws/failures.ts';
import { given } from '../aws/given.ts';
import type { BucketFacts, PublicAccessBlock } from '../../src/domain/findings/bucket-facts.ts';

/** A setting that a bucket may not have; `gone`: there is no such bucket. */
export async function setting<T>(what: string, read: () => Promise<T>): Promise<T | null | 'gone'> {
  try {
    return await aws(`reading the ${what}`, read);
  } catch (error) {
    if (isNoSuchBucket(error)) return 'gone';
    if (isNotFound(error)) return null;
    throw error;
  }
}

export const requestFor = ({ bucket, accountId }: { bucket: string; accountId: string }) => ({
  Bucket: bucket,
  ExpectedBucketOwner: accountId,
});

export const readPublicAccessBlock = (
  s3: S3Client,
  input: SetPublicAccessBlock,
): Promise<PublicAccessBlock | null | 'gone'> =>
  setting(`public access block of bucket ${input.bucket}`, async () => {
    const answer = await s3.send(new GetPublicAccessBlockCommand(requestFor(input)));
    return given({ ...answer.PublicAccessBlockConfiguration });
  });

export const readOwnership = (s3: S3Client, input: SetBucketOwnership): Promise<BucketFacts['ownership'] | 'gone'> =>
  setting(`ownership of bucket ${input.bucket}`, async () => {
    const { OwnershipControls } = await s3.send(new GetBucketOwnershipControlsCommand(requestFor(input)));
    return OwnershipControls?.Rules?.[0]?.ObjectOwnership ?? null;
  });

export const writePublicAccessBlock = (s3: S3Client, input: SetPublicAccessBlock): Promise<unknown> =>
  aws<unknown>(`writing the public access block of bucket ${input.bucket}`, () =>
    input.after
      ? s3.send(new PutPublicAccessBlockCommand({ ...requestFor(input), PublicAccessBlockConfiguration: input.after }))
      : s3.send(new DeletePublicAccessBlockCommand(requestFor(input))),
  );

export const writeOwnership = (s3: S3Client, input: SetBucketOwnership): Promise<unknown> =>
  aws<unknown>(`writing the ownership of bucket ${input.bucket}`, () =>
    input.after
      ? s3.send(
          new PutBucketOwnershipControlsCommand({
            ...requestFor(input),
            OwnershipControls: { Rules: [{ ObjectOwnership: input.after }] },
          }),
        )
      : s3.send(new DeleteBucketOwnershipControlsCommand(requestFor(input))),
  );
