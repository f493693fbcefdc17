import { isIPv6 } from 'node:net';

/** Counts requests per source and minute. Small on purpose: it protects this process, not the network before it. */
export function rateLimit(perMinute: number, now: () => number = Date.now): (source: string) => number | null {
  const most = 10_000;
  let windowEnds = 0;
  let counts = new Map<string, number>();

  /** Null: go on; else the seconds to wait. */
  return (address) => {
    const source = networkOf(address);
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

/**
 * Who has one address of IPv6 has the 2^64 of its network: each counted alone would have no limit, and thousands of them would
 * leave all others one count to share.
 */
export function networkOf(address: string): string {
  const [bare = ''] = address.split('%');
  if (!isIPv6(bare)) return address;
  const [, ipv4] = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(bare) ?? [];
  if (ipv4 !== undefined) return ipv4;
  const [head = '', tail] = bare.split('::');
  const groups = (part: string) => part.split(':').filter((group) => group !== '');
  // Four groups of the eight; what `::` leaves out is zeros, an IPv4 at the end stands for two.
  const behind = groups(tail ?? '').flatMap((group) => (group.includes('.') ? ['0', '0'] : [group]));
  const zeros = Array.from({ length: 8 - groups(head).length - behind.length }, () => '0');
  const all = tail === undefined ? groups(head) : [...groups(head), ...zeros, ...behind];
  return `${all
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
