import { asyncLocalStorage } from '@temporalio/activity';

/** What activity code needs of its Temporal context; outside of one (a unit test, a command) each has a plain meaning. */
const context = () => asyncLocalStorage.getStore();

/** 1 at the first try. */
export const attempt = (): number => context()?.info.attempt ?? 1;

/** Tells the server that the activity lives, and lets a cancellation reach it. */
export const heartbeat = (details?: unknown): void => context()?.heartbeat(details);

/** What the attempt before this one said last; it may be older than what that attempt had done. */
export const lastHeartbeat = (): unknown => context()?.info.heartbeatDetails;

/** False in a unit test and in a command. */
export const isActivity = (): boolean => context() !== undefined;

/** The workflow that this runs for; an activity may have been started without one. */
export const execution = (): { workflowId: string; runId: string } | undefined => {
  const running = context()?.info.workflowExecution;
  return running && { workflowId: running.workflowId, runId: running.runId };
};

/** True when somebody wants it to stop, as opposed to a worker that shuts down or lost the activity to another. */
export const isCancelled = (): boolean => context()?.cancellationDetails?.cancelRequested ?? false;

/** Aborted when the activity is cancelled. */
export const cancellationSignal = (): AbortSignal | undefined => context()?.cancellationSignal;

/** Waits; ends early with a failure when the activity is cancelled. */
export const pause = (milliseconds: number): Promise<void> =>
  context()?.sleep(milliseconds) ?? new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Heartbeats every few seconds around work that cannot tell its progress. */
export async function withHeartbeats<T>(details: unknown, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => heartbeat(details), 5_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
