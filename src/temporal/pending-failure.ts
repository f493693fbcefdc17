import type { Client } from '@temporalio/client';
import { decodeOptionalFailureToOptionalError } from '@temporalio/common/lib/internal-non-workflow/index.js';

type Failure = Parameters<typeof decodeOptionalFailureToOptionalError>[1];

/** Why an activity that is tried again did not get through the last time. Where payloads are encrypted, its message is, too. */
export async function pendingFailure(client: Client, failure: Failure): Promise<string | null> {
  const error = await decodeOptionalFailureToOptionalError(client.options.loadedDataConverter, failure);
  return error?.message ?? null;
}
