import { isMereRead } from '../../src/domain/findings/noise.ts';
import { TrailTally } from '../../src/domain/findings/trail-summary.ts';
import type { TrailEvent, TrailFacts } from '../../src/domain/findings/trail-facts.ts';

/** A flood of names is somebody trying every call there is; these are enough to say so. */
const mostNames = 1_000;

/** What is left when a trail was read: each event is counted once and then forgotten, unless it is one of those kept. */
export class GatheredEvents {
  private readonly seen = new Set<string>();
  private readonly names = new Map<string, number>();
  private readonly tally = new TrailTally();
  /** By weight: of what weighs more none is left out for anything that weighs less. */
  private readonly kept: Newest[];

  private readonly keep: number;

  constructor(keep: number) {
    this.keep = keep;
    this.kept = Array.from({ length: mereRead + 1 }, () => new Newest(keep));
  }

  /** The same event can be listed on two pages while new ones arrive. */
  add(event: TrailEvent): void {
    if (this.seen.has(event.eventId)) return;
    this.seen.add(event.eventId);
    this.names.set(event.eventName, (this.names.get(event.eventName) ?? 0) + 1);
    this.tally.add(event);
    this.kept[weightOf(event)]?.add(event);
  }

  facts(): Required<Pick<TrailFacts, 'events' | 'total' | 'changesLeftOut' | 'countByName' | 'summary'>> {
    const byWeight = this.kept.flatMap((some) => some.newest(this.keep)).slice(0, this.keep);
    const changes = this.kept.slice(0, mereRead).reduce((sum, { added }) => sum + added, 0);
    const frequent = [...this.names].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, mostNames);
    const events = asManyAsFit(byWeight);
    return {
      events: events.toSorted(newestFirst),
      total: this.seen.size,
      changesLeftOut: changes - events.filter((event) => weightOf(event) < mereRead).length,
      countByName: Object.fromEntries(frequent),
      summary: this.tally.summary(),
    };
  }
}

/**
 * Thousands of reads must not push out the one call that matters, and neither must a hundred calls that are refused or write
 * tags: an actor makes them in seconds. First what stays behind, then what gives or takes a right, a session or a log.
 */
function weightOf(event: TrailEvent): number {
  if (event.wayIn ?? event.copies) return 0;
  if (event.session ?? event.permission ?? event.recording ?? event.entered ?? event.passedRole) return 1;
  return isMereRead(event) ? mereRead : 2;
}
const mereRead = 3;

/** Policies that a call wrote stand in its event: hundreds of long ones would be more than a payload may hold. */
const mostCharacters = 120_000;

function asManyAsFit(events: TrailEvent[]): TrailEvent[] {
  let left = mostCharacters;
  // One that is too long costs none but itself.
  return events.filter((event) => {
    const length = JSON.stringify(event).length;
    if (length > left) return false;
    left -= length;
    return true;
  });
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
