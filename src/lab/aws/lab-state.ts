import { AccessLogs } from './access-logs.ts';
import { AdminClients } from './admin.ts';
import { Barriers } from './barriers.ts';
import { Buckets } from './buckets.ts';
import { Faults } from './faults.ts';
import { forwarderTo, type Forward } from './forward.ts';
import { Identities } from './identities.ts';
import { Inventory } from './inventory.ts';
import { RateLimit } from './rate-limit.ts';
import { StaleReads } from './stale-reads.ts';
import { Tasks, type TaskOptions } from './task.ts';
import { TrailFiles } from './trail-files.ts';
import { Trail } from './trail.ts';

export interface ProxyOptions extends TaskOptions {
  /** How long CloudTrail lags before LookupEvents shows a call. */
  trailLagMs: number;
  /** How often trail files are written. */
  trailFileMs: number;
  /** How late S3 server access logs are. */
  logFlushMs: number;
  /** AWS allows 2 per account and Region; undefined is no limit. */
  lookupEventsPerSecond: number | undefined;
}

/** Everything that the proxy keeps beside ministack. */
export class LabState {
  readonly upstream: URL;
  readonly forward: Forward;
  readonly admin: AdminClients;
  readonly buckets: Buckets;
  readonly identities = new Identities();
  readonly trail: Trail;
  readonly trailFiles: TrailFiles;
  readonly accessLogs: AccessLogs;
  readonly tasks: Tasks;
  readonly inventory = new Inventory();
  readonly faults = new Faults();
  readonly staleReads = new StaleReads(this.faults);
  readonly barriers = new Barriers();
  readonly lookupLimit: RateLimit;
  readonly #closeForwarder: () => void;

  constructor(upstream: URL, options: ProxyOptions) {
    const forwarder = forwarderTo(upstream);
    this.upstream = upstream;
    this.forward = forwarder.forward;
    this.#closeForwarder = forwarder.close;
    this.admin = new AdminClients(upstream);
    this.buckets = new Buckets(this.admin);
    this.trail = new Trail(this.identities, this.buckets, options.trailLagMs);
    this.trailFiles = new TrailFiles(this.admin, this.buckets, options.trailFileMs);
    this.accessLogs = new AccessLogs(this.admin, this.buckets, options.logFlushMs);
    this.tasks = new Tasks(this.admin, options);
    this.lookupLimit = new RateLimit(options.lookupEventsPerSecond);
  }

  /** Back to an empty cloud. Calls that are held at a barrier go on first. */
  async reset(): Promise<void> {
    this.barriers.clear();
    this.tasks.clear();
    this.inventory.clear();
    this.faults.clear();
    this.staleReads.clear();
    await fetch(new URL('/_ministack/reset', this.upstream), { method: 'POST' });
    this.trail.entries = [];
    this.trailFiles.clear();
    this.accessLogs.clear();
    this.identities.clear();
    this.buckets.clear();
  }

  close(): void {
    this.barriers.clear();
    this.tasks.clear();
    this.trailFiles.stop();
    this.accessLogs.stop();
    this.admin.close();
    this.#closeForwarder();
  }
}
