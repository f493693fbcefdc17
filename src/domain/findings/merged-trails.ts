import { isMereRead } from './noise.ts';
import type { TrailEvent, TrailFacts, AddressSeen, Counted, TrailSummary } from './trail-facts.ts';

/** Two looks at one trail, of which no event is in both, as one. The first says of which time. */
export function mergedTrails(a: TrailFacts, b: TrailFacts, keep: number): TrailFacts {
  const { events, changesLeftOut } = kept([...a.events, ...b.events], keep);
  const evidence = [...(a.evidence ?? []), ...(b.evidence ?? [])];
  const notKept = a.notKept ?? b.notKept;
  return {
    ...{ from: a.from, to: a.to, regions: [...new Set([...a.regions, ...b.regions])], events },
    total: a.total + b.total,
    changesLeftOut: (a.changesLeftOut ?? 0) + (b.changesLeftOut ?? 0) + changesLeftOut,
    truncated: a.truncated || b.truncated,
    countByName: summed(a.countByName, b.countByName),
    ...(a.summary && b.summary ? { summary: mergedSummaries(a.summary, b.summary) } : {}),
    gaps: [...a.gaps, ...b.gaps],
    ...(evidence.length > 0 ? { evidence } : {}),
    ...(notKept === undefined ? {} : { notKept }),
  };
}

/** The newest, mere reads left out first, as each look did it. */
function kept(all: TrailEvent[], keep: number): { events: TrailEvent[]; changesLeftOut: number } {
  const sorted = all.toSorted((a, b) => b.time.localeCompare(a.time) || a.eventId.localeCompare(b.eventId));
  const changes = sorted.filter((event) => !isMereRead(event));
  const most = new Set([...changes, ...sorted.filter(isMereRead)].slice(0, keep));
  return { events: sorted.filter((event) => most.has(event)), changesLeftOut: Math.max(0, changes.length - keep) };
}

function summed(a: Record<string, number>, b: Record<string, number>): Record<string, number> {
  const sums = new Map(Object.entries(a));
  for (const [name, calls] of Object.entries(b)) sums.set(name, (sums.get(name) ?? 0) + calls);
  return Object.fromEntries(sums);
}

const counted = (a: Counted, b: Counted): Counted => ({
  counts: summed(a.counts, b.counts),
  others: a.others + b.others,
});

function mergedSummaries(a: TrailSummary, b: TrailSummary): TrailSummary {
  const [first] = [a.first, b.first].filter((time) => time !== undefined).sort();
  const last = [a.last, b.last]
    .filter((time) => time !== undefined)
    .sort()
    .at(-1);
  const noise = a.noise && b.noise ? counted(a.noise, b.noise) : (a.noise ?? b.noise);
  return {
    ...(first === undefined ? {} : { first }),
    ...(last === undefined ? {} : { last }),
    ...{ reads: a.reads + b.reads, writes: a.writes + b.writes, refused: a.refused + b.refused },
    services: counted(a.services, b.services),
    regions: counted(a.regions, b.regions),
    errors: counted(a.errors, b.errors),
    agents: counted(a.agents, b.agents),
    addresses: mergedAddresses([...a.addresses, ...b.addresses]),
    otherAddresses: a.otherAddresses + b.otherAddresses,
    ...(noise === undefined ? {} : { noise }),
  };
}

function mergedAddresses(seen: AddressSeen[]): AddressSeen[] {
  const merged = new Map<string, AddressSeen>();
  for (const one of seen) {
    const known = merged.get(one.address);
    merged.set(
      one.address,
      known
        ? {
            address: one.address,
            calls: known.calls + one.calls,
            first: known.first < one.first ? known.first : one.first,
            last: known.last > one.last ? known.last : one.last,
          }
        : one,
    );
  }
  return [...merged.values()].sort((a, b) => b.calls - a.calls || (a.first < b.first ? -1 : 1));
}
