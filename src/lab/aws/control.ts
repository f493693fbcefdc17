import type { BarrierRule } from './barriers.ts';
import type { CallFilter, FaultRule, FiredFault } from './faults.ts';
import type { TrailRecord } from './trail-record.ts';
import type { LabCall, TrailFilter } from './trail.ts';

/** Steers a running lab, from this or from any other process. */
export interface LabControl {
  /** Back to an empty cloud: resources, trail, faults, barriers. */
  reset(): Promise<void>;
  /** All records, with data events and refused keys, oldest first. */
  trail(filter?: TrailFilter): Promise<TrailRecord[]>;
  /** What the lab took over each call since then (ms since the epoch). */
  calls(since: number): Promise<LabCall[]>;
  /** Makes calls that name one of these so much older, all without a name: a scene has a past. */
  timePasses(ms: number, names?: string[]): Promise<void>;
  /** Records of calls from before the lab was started. */
  rememberCalls(records: TrailRecord[]): Promise<void>;
  /** Writes the waiting access log lines and trail files now. */
  deliverLogs(): Promise<void>;
  /** How long export tasks created from now on will run. */
  exportDuration(ms: number): Promise<void>;
  /** Ends all active export tasks now, or this one. */
  finishExports(exportTaskId?: string): Promise<void>;
  /** As EC2 does with old tasks. */
  forgetExport(exportTaskId: string): Promise<void>;
  fault(...rules: FaultRule[]): Promise<void>;
  /** Throttles each distinct operation on its first call from now on. */
  throttleEachOperationOnce(filter?: CallFilter): Promise<void>;
  firedFaults(): Promise<FiredFault[]>;
  clearFaults(): Promise<void>;
  /** Holds the next matching call. */
  barrier(rule: BarrierRule): Promise<LabBarrier>;
}

export interface LabBarrier {
  /** Settles once a call is held. */
  reached(): Promise<void>;
  /** Lets it go on; a barrier nobody reached is removed. */
  release(): Promise<void>;
}

export function labControl(endpoint: string): LabControl {
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(new URL(`/_lab/${path}`, endpoint), { method, ...init });
    if (!response.ok) throw new Error(`aws lab: ${path}: ${await response.text()}`);
    return (await response.json()) as T;
  };
  const post = async (path: string, body?: unknown): Promise<void> => {
    await call('POST', path, body);
  };

  return {
    reset: () => post('reset'),
    trail: (filter = {}) => call('POST', 'trail', filter),
    calls: (since) => call('POST', 'trail/calls', { since }),
    timePasses: (ms, names) => post('trail/time-passes', { ms, names }),
    rememberCalls: (records) => post('trail/past', records),
    deliverLogs: () => post('deliver'),
    exportDuration: (ms) => post('exports/duration', { ms }),
    finishExports: (exportTaskId) => post('exports/finish', { exportTaskId }),
    forgetExport: (exportTaskId) => post('exports/forget', { exportTaskId }),
    fault: (...rules) => post('faults', rules),
    throttleEachOperationOnce: (filter = {}) => post('faults/throttle-once', filter),
    firedFaults: () => call('GET', 'faults'),
    clearFaults: async () => {
      await call('DELETE', 'faults');
    },
    barrier: async (rule) => {
      const { id } = await call<{ id: string }>('POST', 'barriers', rule);
      return {
        reached: async () => {
          await call('GET', `barriers/${id}/reached`);
        },
        release: () => post(`barriers/${id}/release`),
      };
    },
  };
}
