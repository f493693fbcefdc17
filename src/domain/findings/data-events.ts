import type { DataEventFacts, ObjectReadFacts } from './facts.ts';

/**
 * Reads of both logs as one. Who is in the access log is told by it: it knows sizes, and ranges as one download. That data
 * events tell of no read proves nothing: they are recorded only where somebody switched them on (P8).
 */
export function withDataEvents(logged: ObjectReadFacts | null, events: DataEventFacts | null): ObjectReadFacts | null {
  if (!events || events.reads.length === 0) return logged;
  const facts = logged ?? { logging: false, reads: [], logObjects: 0, lines: 0, unreadable: 0, gaps: [] };
  const readers = new Set(facts.reads.map(({ requester, address }) => `${requester} ${address}`));
  const others = events.reads.filter(({ requester, address }) => !readers.has(`${requester} ${address}`));
  return { ...facts, reads: [...facts.reads, ...others] };
}
