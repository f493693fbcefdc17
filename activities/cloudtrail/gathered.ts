import type { TrailEvent, TrailFacts } from '../../src/domain/findings/facts.ts';
import { isMereRead } from '../../src/domain/findings/noise.ts';
import { TrailTally } from '../../src/domain/findings/trail-summary.ts';

/** A flood of names is somebody trying every call there is; these are enough to say so. */
const mostNames = 1_000;

/** What is left when a trail was read: each event is counted once and then forgotten, unless it is one of those kept. */
export class GatheredEvents {
  private readonly seen = new Set<string>();
  private readonly names = new Map<string, number>();
  private readonly tally = new TrailTally();
  private readonly changes: Newest;
  private readonly reads: Newest;

  private readonly keep: number;

  constructor(keep: number) {
    this.keep = keep;
    this.changes = new Newest(keep);
    this.reads = new Newest(keep);
  }

  /** The same event can be listed on two pages while new ones arrive. */
  add(event: TrailEvent): void {
    if (this.seen.has(event.eventId)) return;
    this.seen.add(event.eventId);
    this.names.set(event.eventName, (this.names.get(event.eventName) ?? 0) + 1);
    this.tally.add(event);
    // Thousands of reads must not push out the one call that matters.
    (isMereRead(event) ? this.reads : this.changes).add(event);
  }

  facts(): Required<Pick<TrailFacts, 'events' | 'total' | 'changesLeftOut' | 'countByName' | 'summary'>> {
    const changes = this.changes.newest(this.keep);
    const reads = this.reads.newest(this.keep - changes.length);
    const frequent = [...this.names].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, mostNames);
    const events = asManyAsFit([...changes, ...reads]);
    return {
      events: events.toSorted(newestFirst),
      total: this.seen.size,
      changesLeftOut: this.changes.added - Math.min(changes.length, events.length),
      countByName: Object.fromEntries(frequent),
      summary: this.tally.summary(),
    };
  }
}

/** Policies that a call wrote stand in its event: hundreds of long ones would be more than a payload may hold. */
const mostCharacters = 120_000;

function asManyAsFit(events: TrailEvent[]): TrailEvent[] {
  let left = mostCharacters;
  const beyond = events.findIndex((event) => (left -= JSON.stringify(event).length) < 0);
  return beyond < 0 ? events : events.slice(0, beyond);
}

const newestFirst = (a: TrailEvent, b: TrailEvent): number =>
  b.time.localeCompare(a.time) || a.eventId.localeCompare(b.eventId);

/** The newest few of many, whatever order they come in. */
class Newest {
  added = 0;
  private events: TrailEvent[] = [];

  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  add(event: TrailEvent): void {
    this.added++;
    this.events.push(event);
    if (this.events.length > 2 * this.most) this.events = this.newest(this.most);
  }

  newest(most: number): TrailEvent[] {
    return this.events.toSorted(newestFirst).slice(0, most);
  }
}
