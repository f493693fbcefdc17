import { eventHistory } from '../cloudtrail/event-history.ts';

/** A stretch of one Region's time, from its beginning up to, and without, its end. */
export interface Span {
  region: string;
  from: string;
  to: string;
}

/** Where a search engine has events of an account: by Region the beginnings of slots that hold any, and the newest event. */
export interface Recorded {
  /** Milliseconds. */
  slot: number;
  regions: Record<string, { slots: number[]; newest: string }>;
}

/** CloudTrail delivers within minutes, not in order: the last of them may still miss some. */
const settling = 15 * 60_000;
/** Beyond so many holes one long look costs CloudTrail less than many short ones. */
const mostHoles = 6;

const hour = 3_600_000;
const slotsPerWindow = 48;

/** How long a slot is: an hour without a single call of the account is worth a question, in a long window half a day is. */
export const slotOf = (from: string, to: string): number =>
  Math.max(hour, Math.ceil((Date.parse(to) - Date.parse(from)) / slotsPerWindow / hour) * hour);

/** What the engine cannot vouch for: time without any event of a Region, and the end that may not have arrived yet. */
export function unvouched(
  window: { from: string; to: string; regions: string[] },
  { slot, regions }: Recorded,
): Span[] {
  const from = wholeSecond(Date.parse(window.from));
  const to = wholeSecond(Date.parse(window.to)) + 1_000;
  return window.regions.flatMap((region) => {
    const known = Object.hasOwn(regions, region) ? regions[region] : undefined;
    if (!known) return [span(region, from, to)];
    const settled = Math.max(from, wholeSecond(Math.min(Date.parse(known.newest), to) - settling));
    const holes = holesBetween(from, settled, slot, new Set(known.slots)).map((hole) =>
      span(region, hole.from, hole.to),
    );
    const first = holes[0];
    if (first && holes.length > mostHoles) return [span(region, Date.parse(first.from), to)];
    return [...holes, ...(settled < to ? [span(region, settled, to)] : [])];
  });
}

function holesBetween(
  from: number,
  to: number,
  slot: number,
  held: ReadonlySet<number>,
): { from: number; to: number }[] {
  const holes: { from: number; to: number }[] = [];
  for (let at = Math.floor(from / slot) * slot; at < to; at += slot) {
    if (held.has(at)) continue;
    const last = holes.at(-1);
    const end = Math.min(at + slot, to);
    if (last?.to === at) last.to = end;
    else holes.push({ from: Math.max(at, from), to: end });
  }
  return holes;
}

const wholeSecond = (time: number): number => Math.floor(time / 1_000) * 1_000;
const span = (region: string, from: number, to: number): Span => ({
  ...{ region, from: new Date(from).toISOString(), to: new Date(to).toISOString() },
});

export const isWithin = ({ region, time }: { region: string; time: string }, spans: Span[]): boolean =>
  spans.some((one) => one.region === region && one.from <= iso(time) && iso(time) < one.to);
const iso = (time: string): string => new Date(time).toISOString();

/** LookupEvents knows whole seconds, and takes the last one, too. */
const secondBefore = (time: string): string => new Date(Date.parse(time) - 1_000).toISOString();

/** What CloudTrail can be asked about, which keeps 90 days; and since when that leaves nothing unknown. */
export function askable(spans: Span[], now: string): { spans: Span[]; since?: string } {
  const oldest = new Date(wholeSecond(Date.parse(now) - eventHistory)).toISOString();
  const beyond = spans.filter(({ from }) => from < oldest).map(({ to }) => (to < oldest ? to : oldest));
  const since = beyond.sort().at(-1);
  return {
    spans: spans
      .filter(({ to }) => to > oldest)
      .map(({ region, from, to }) => ({ region, from: from < oldest ? oldest : from, to: secondBefore(to) })),
    ...(since === undefined ? {} : { since }),
  };
}
