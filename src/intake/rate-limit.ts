import { sourceNetwork } from '../domain/policy/network.ts';

/** Counts requests per source and minute. Small on purpose: it protects this process, not the network before it. */
export function rateLimit(perMinute: number, now: () => number = Date.now): (source: string) => number | null {
  const most = 10_000;
  let windowEnds = 0;
  let counts = new Map<string, number>();

  /** Null: go on; else the seconds to wait. */
  return (address) => {
    const source = sourceNetwork(address);
    const time = now();
    if (time >= windowEnds) {
      windowEnds = time + 60_000;
      counts = new Map();
    }
    // Beyond so many sources, all further ones share one count.
    const key = counts.has(source) || counts.size < most ? source : '';
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count > perMinute ? Math.max(1, Math.ceil((windowEnds - time) / 1000)) : null;
  };
}
