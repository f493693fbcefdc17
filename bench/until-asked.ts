import type { WorkflowHandle } from '@temporalio/client';
import type { ApprovalRequest } from '../src/domain/approval/approval.ts';
import { patiently } from '../src/temporal/patiently.ts';
import { pendingApprovalQuery } from '../workflows/messages.ts';

/** Milliseconds in which the server may say that nobody can answer: where thousands begin, a question finds no worker in time. */
const patience = 600_000;

/** Looks, every so many milliseconds, until there is something. */
export async function untilAsked<T>(look: () => Promise<T | null>, lookAgain = 50): Promise<T> {
  for (;;) {
    const found = await patiently(look, patience);
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, lookAgain));
  }
}

/**
 * Answers each request of an incident as soon as it is seen, until the incident has closed. `opens` waits until it is worth
 * while to look for the first request, the second and so on.
 */
export async function answerAll(
  handle: WorkflowHandle,
  answer: (request: ApprovalRequest) => Promise<void>,
  {
    lookAgain,
    opens = () => Promise.resolve(),
  }: { lookAgain?: number; opens?: (number: number) => Promise<void> } = {},
): Promise<void> {
  let closed = false;
  const end = handle.result().finally(() => (closed = true));
  let last: string | undefined;
  const look = async () => {
    if (closed) return 'closed';
    const request = await handle.query(pendingApprovalQuery);
    return request?.requestId === last ? null : request;
  };
  const answering = async () => {
    for (let number = 1; ; number++) {
      await Promise.race([opens(number), end]);
      const request = await untilAsked(look, lookAgain);
      if (request === 'closed') return;
      last = request.requestId;
      await answer(request);
    }
  };
  await Promise.all([end, answering()]);
}
