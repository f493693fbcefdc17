import { isNoise } from './noise.ts';
import type { TrailEvent, Counted, AddressSeen, TrailSummary } from './trail-facts.ts';

/** Values of one kind that are kept; whoever calls chooses some of them, and might choose thousands. */
const mostValues = 100;

/** Adds up events one by one; what it holds grows with the number of different values, not of events. */
export class TrailTally {
  private first: string | undefined;
  private last: string | undefined;
  private reads = 0;
  private total = 0;
  private refused = 0;
  private readonly services = new Map<string, number>();
  private readonly regions = new Map<string, number>();
  private readonly errors = new Map<string, number>();
  private readonly agents = new Map<string, number>();
  private readonly noise = new Map<string, number>();
  private readonly addresses = new Map<string, AddressSeen>();

  add(event: TrailEvent): void {
    const { time, readOnly, errorCode, eventName, eventSource, region, userAgent, sourceAddress } = event;
    this.total++;
    if (readOnly) this.reads++;
    if (this.first === undefined || time < this.first) this.first = time;
    if (this.last === undefined || time > this.last) this.last = time;
    count(this.services, eventSource);
    count(this.regions, region);
    if (errorCode !== undefined) {
      this.refused++;
      count(this.errors, `${errorCode} of ${eventName}`);
    }
    if (userAgent !== undefined) count(this.agents, agentFamily(userAgent));
    if (sourceAddress !== undefined) this.seenAt(sourceAddress, time);
    if (isNoise(event)) count(this.noise, eventName);
  }

  summary(): TrailSummary {
    const addresses = [...this.addresses.values()].sort((a, b) => b.calls - a.calls || (a.first < b.first ? -1 : 1));
    return {
      ...(this.first === undefined ? {} : { first: this.first }),
      ...(this.last === undefined ? {} : { last: this.last }),
      reads: this.reads,
      writes: this.total - this.reads,
      refused: this.refused,
      services: counted(this.services),
      regions: counted(this.regions),
      errors: counted(this.errors),
      agents: counted(this.agents),
      addresses: addresses.slice(0, mostValues),
      otherAddresses: Math.max(0, addresses.length - mostValues),
      ...(this.noise.size === 0 ? {} : { noise: counted(this.noise) }),
    };
  }

  private seenAt(address: string, time: string): void {
    const known = this.addresses.get(address);
    if (!known) {
      this.addresses.set(address, { address, calls: 1, first: time, last: time });
      return;
    }
    known.calls++;
    if (time < known.first) known.first = time;
    if (time > known.last) known.last = time;
  }
}

const count = (into: Map<string, number>, value: string): void => void into.set(value, (into.get(value) ?? 0) + 1);

function counted(values: Map<string, number>): Counted {
  const sorted = [...values].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return {
    counts: Object.fromEntries(sorted.slice(0, mostValues)),
    others: Math.max(0, sorted.length - mostValues),
  };
}

/** The most frequent first, as people read them. */
export const countedWords = ({ counts, others }: Counted, most = 5): string => {
  const sorted = Object.entries(counts).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const named = sorted.slice(0, most).map(([value, calls]) => `${value} (${calls})`);
  const more = sorted.length - named.length + others;
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ');
};

const longestAgent = 60;
/** What tells one workplace from another. Penetration testers' systems name the one below them, too: they come first. */
const systems = [/(?<![a-z])(kali|parrot|pentoo)/, /\b(windows|darwin|macos|android|linux)\b/];

/** A user agent without its versions: `aws-cli on linux`. The caller chooses it, so it is cut as well. */
export function agentFamily(userAgent: string): string {
  const text = userAgent.replace(/^\[|\]$/g, '').trim();
  const product = /^[^\s/]+/.exec(text)?.[0] ?? 'none';
  const system = systems.map((words) => words.exec(text.toLowerCase())?.[0]).find((word) => word !== undefined);
  const family = system === undefined ? product : `${product} on ${system}`;
  return family.slice(0, longestAgent);
}
