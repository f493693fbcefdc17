/** How an activity is tried, in comparable form: milliseconds, 0 where there is no limit. */
export interface ActivityOptions {
  startToClose: number;
  scheduleToClose: number;
  scheduleToStart: number;
  heartbeat: number;
  retry: { initial: number; backoff: number; most: number; attempts: number; notRetried: string[] };
}

/** As an event of the history has it, or a command of the code. */
interface Given {
  startToCloseTimeout?: unknown;
  scheduleToCloseTimeout?: unknown;
  scheduleToStartTimeout?: unknown;
  heartbeatTimeout?: unknown;
  retryPolicy?: unknown;
}

/** Seconds and nanoseconds in either spelling as milliseconds. */
export function milliseconds(duration: unknown): number | null {
  if (typeof duration !== 'object' || duration === null) return null;
  const { seconds = 0, nanos = 0 } = duration as { seconds?: unknown; nanos?: number | null };
  return Number(seconds ?? 0) * 1000 + Math.round((nanos ?? 0) / 1e6);
}

/** What a server writes down of an activity, and from what the code gives, by the server's own rules for what is left out. */
export function activityOptions(given: Given): ActivityOptions {
  const total = milliseconds(given.scheduleToCloseTimeout) ?? 0;
  const within = (duration: unknown, unset: number): number => {
    const value = milliseconds(duration) ?? 0;
    if (value === 0) return unset;
    return total === 0 ? value : Math.min(value, total);
  };
  const startToClose = within(given.startToCloseTimeout, total);
  return {
    startToClose,
    scheduleToClose: total,
    scheduleToStart: within(given.scheduleToStartTimeout, total),
    heartbeat: Math.min(milliseconds(given.heartbeatTimeout) ?? 0, startToClose),
    retry: retryOf(given.retryPolicy),
  };
}

function retryOf(policy: unknown): ActivityOptions['retry'] {
  const given = (policy ?? {}) as Record<string, unknown>;
  const set = (value: unknown, unset: number): number => Number(value ?? 0) || unset;
  const initial = set(milliseconds(given.initialInterval), 1000);
  return {
    initial,
    backoff: set(given.backoffCoefficient, 2),
    most: set(milliseconds(given.maximumInterval), 100 * initial),
    attempts: set(given.maximumAttempts, 0),
    notRetried: (given.nonRetryableErrorTypes ?? []) as string[],
  };
}

/** A run that ends by itself after a while leaves no activity longer; 0: it does not. */
export function withinRun<T extends ActivityOptions>(options: T, run: number): T {
  if (run === 0) return options;
  const limited = (value: number): number => (value === 0 ? run : Math.min(value, run));
  return {
    ...options,
    startToClose: limited(options.startToClose),
    scheduleToClose: limited(options.scheduleToClose),
    scheduleToStart: limited(options.scheduleToStart),
    heartbeat: Math.min(options.heartbeat, run),
  };
}
