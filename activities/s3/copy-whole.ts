import { CopyObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { CopyExport } from '../../src/domain/acts/acts.ts';
import { withHeartbeats } from '../aws/activity-context.ts';
import { aws } from '../aws/failures.ts';
import { copyTimeout, copyUri, destinationRequest, newCopy } from './copy-request.ts';
import { copySourceRequest, sourceUri } from './source-object.ts';

/** One call, of which S3 keeps the SHA-256 of the whole object. */
export async function copyWhole(s3: S3Client, input: CopyExport): Promise<void> {
  const request = new CopyObjectCommand({
    ...destinationRequest(input),
    ...copySourceRequest(input),
    ...newCopy(input),
    MetadataDirective: 'REPLACE',
    TaggingDirective: 'REPLACE',
    IfNoneMatch: '*',
  });
  await withHeartbeats({ copying: input.destination.key }, () =>
    aws(`copying ${sourceUri(input)} to ${copyUri(input)}`, () => s3.send(request, { requestTimeout: copyTimeout })),
  );
}
