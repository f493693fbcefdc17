import { randomUUID } from 'node:crypto';
import { isFor, type CallFilter } from './faults.ts';
import type { UserIdentity } from './identities.ts';
import type { LabRequest } from './lab-request.ts';

export interface BarrierRule extends CallFilter {
  /** Hold the call before ministack sees it, or after it was applied but before the caller hears of it. */
  when: 'before' | 'after';
  /** Held before: a call whose client is gone when it is let go never arrives. */
  lose?: boolean;
}

interface Barrier {
  rule: BarrierRule;
  reached: PromiseWithResolvers<undefined>;
  released: PromiseWithResolvers<undefined>;
}

/** Holds the next matching call until it is released, so that a test can act exactly in between. */
export class Barriers {
  #barriers = new Map<string, Barrier>();

  add(rule: BarrierRule): string {
    const id = randomUUID();
    const reached = Promise.withResolvers<undefined>();
    this.#barriers.set(id, { rule, reached, released: Promise.withResolvers() });
    return id;
  }

  /** Settles once a call is held; at once for an unknown id. */
  async reached(id: string): Promise<void> {
    await this.#barriers.get(id)?.reached.promise;
  }

  release(id: string): void {
    const barrier = this.#barriers.get(id);
    this.#barriers.delete(id);
    barrier?.reached.resolve(undefined);
    barrier?.released.resolve(undefined);
  }

  clear(): void {
    for (const id of this.#barriers.keys()) this.release(id);
  }

  /** Waits at the barrier, if there is one here; a client that disconnects releases it. False: the call is lost. */
  async pass(
    when: BarrierRule['when'],
    request: LabRequest,
    caller: UserIdentity,
    disconnected: AbortSignal,
  ): Promise<boolean> {
    for (const [id, { rule, reached, released }] of this.#barriers) {
      if (rule.when !== when || !isFor(rule, request, caller)) continue;
      reached.resolve(undefined);
      const release = () => this.release(id);
      if (disconnected.aborted) release();
      disconnected.addEventListener('abort', release, { once: true });
      await released.promise;
      return !(rule.lose && disconnected.aborted);
    }
    return true;
  }
}
