import { isGrpcServiceError, ServiceError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import { EncryptionFailed, KeyErased } from '../encryption/failures.ts';

/** Whose part was not done when an incident was to be opened or asked; the last one is ours. */
export type WhoFailed = 'Temporal' | 'keys' | 'this process';

/** The client wraps some failures of our keys in its own error: what lies beneath decides. */
export function whoFailed(error: unknown): WhoFailed {
  const chain = causesOf(error);
  if (chain.some((cause) => cause instanceof EncryptionFailed)) return 'keys';
  const temporal = (cause: unknown): boolean =>
    cause instanceof ServiceError || cause instanceof NamespaceNotFoundError || isGrpcServiceError(cause);
  return chain.some(temporal) ? 'Temporal' : 'this process';
}

/** The key was destroyed on purpose: asking again is of no use. */
export const wasErased = (error: unknown): boolean => causesOf(error).some((cause) => cause instanceof KeyErased);

function causesOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let next = error; next instanceof Error && !chain.includes(next); next = next.cause) chain.push(next);
  return chain;
}
