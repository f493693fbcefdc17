import {
  DeleteBucketCommand,
  GetBucketOwnershipControlsCommand,
  GetPublicAccessBlockCommand,
  PutBucketOwnershipControlsCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { region } from '../../../src/lab/clients.ts';
import { createBucket } from '../../../src/lab/foundation.ts';
import { incidentKey, unlessNone, type Row } from '../row.ts';

const block = (on: boolean) => ({
  BlockPublicAcls: on,
  IgnorePublicAcls: on,
  BlockPublicPolicy: on,
  RestrictPublicBuckets: on,
});

/** Switches all four settings on. */
export const setPublicAccessBlock: Row = {
  service: 's3',
  calls: [{ operation: 'PutPublicAccessBlock', action: 's3:PutBucketPublicAccessBlock' }],
  noInverse: null,
  scene: async ({ foundation: { victim } }, bucket) => {
    const { s3 } = victim.admin;
    const write = (PublicAccessBlockConfiguration: ReturnType<typeof block>) =>
      s3.send(new PutPublicAccessBlockCommand({ Bucket: bucket, PublicAccessBlockConfiguration }));
    await createBucket(s3, bucket);
    await write(block(false));
    return {
      input: {
        act: 'setPublicAccessBlock',
        incidentKey,
        accountId: victim.id,
        region,
        bucket,
        before: block(false),
        after: block(true),
      },
      names: bucket,
      arn: `arn:aws:s3:::${bucket}`,
      state: async () => {
        const found = await unlessNone(s3.send(new GetPublicAccessBlockCommand({ Bucket: bucket })));
        return found && { ...block(false), ...(found.PublicAccessBlockConfiguration as ReturnType<typeof block>) };
      },
      after: () => block(true),
      change: () => write({ ...block(false), BlockPublicAcls: true }),
      remove: () => s3.send(new DeleteBucketCommand({ Bucket: bucket })),
    };
  },
};

/** Enforces ownership again. */
export const setBucketOwnership: Row = {
  service: 's3',
  calls: [{ operation: 'PutBucketOwnershipControls' }],
  noInverse: null,
  scene: async ({ foundation: { victim } }, bucket) => {
    const { s3 } = victim.admin;
    const write = (ObjectOwnership: 'BucketOwnerPreferred' | 'ObjectWriter') =>
      s3.send(
        new PutBucketOwnershipControlsCommand({ Bucket: bucket, OwnershipControls: { Rules: [{ ObjectOwnership }] } }),
      );
    await createBucket(s3, bucket);
    await write('BucketOwnerPreferred');
    return {
      input: {
        act: 'setBucketOwnership',
        incidentKey,
        accountId: victim.id,
        region,
        bucket,
        before: 'BucketOwnerPreferred',
        after: 'BucketOwnerEnforced',
      },
      names: bucket,
      arn: `arn:aws:s3:::${bucket}`,
      state: async () => {
        const found = await unlessNone(s3.send(new GetBucketOwnershipControlsCommand({ Bucket: bucket })));
        return found?.OwnershipControls?.Rules?.[0]?.ObjectOwnership ?? null;
      },
      after: () => 'BucketOwnerEnforced',
      change: () => write('ObjectWriter'),
      remove: () => s3.send(new DeleteBucketCommand({ Bucket: bucket })),
    };
  },
};
