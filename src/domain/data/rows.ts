/**
 * A call that blinds those who watch, or lets traces expire. `by: anybody`: looked for in the whole account, whoever
 * called. `on`: it counts where its bucket holds logs; what the actor does may count on any bucket.
 */
export interface ConcealingCall {
  call: string;
  by: 'anybody' | 'actor';
  on?: 'log buckets' | 'log buckets unless the actor';
}

/** One cause of a failed export, with the codes that it goes by. */
export interface FailureCause {
  codes: string[];
  /** What the error's message has to hold, in any case. */
  message?: string;
  cause: string;
  /** What to propose. */
  fix: string;
  /** Whether a permission or setting ended it: the export would otherwise have been made. */
  stopped: boolean;
}

/** Calls that pages and tools make by themselves. */
export interface NoiseRow {
  /** As CloudTrail names it. */
  service: string;
  /** Names of calls; `*` stands for any characters. */
  actions: string[];
  /** Only with such a user agent, which the caller chooses. */
  agent?: string;
}
