import { isDownload } from './downloads.ts';
import type { DataEventFacts, ObjectReadFacts } from './read-facts.ts';

/**
 * Reads of both logs as one. Whose download is in the access log is told by it: it knows sizes. That data events tell of no
 * read proves nothing: they are recorded only where somebody switched them on, perhaps for some keys only (P8).
 */
export function withDataEvents(logged: ObjectReadFacts | null, events: DataEventFacts | null): ObjectReadFacts | null {
  if (!events || (!logged && events.reads.length === 0)) return logged;
  const facts = logged ?? { logging: false, reads: [], logObjects: 0, lines: 0, unreadable: 0, gaps: [] };
  const evidence = [...(facts.evidence ?? []), ...(events.evidence ?? [])];
  const { to, recordedUntil } = events;
  const dataEvents = { to, ...(recordedUntil === undefined ? {} : { recordedUntil }) };
  const readers = new Set(facts.reads.filter(isDownload).map(({ requester, address }) => `${requester} ${address}`));
  const others = events.reads.filter(({ requester, address }) => !readers.has(`${requester} ${address}`));
  return {
    ...facts,
    reads: [...facts.reads, ...others],
    dataEvents,
    ...(events.copies && events.copies.length > 0 ? { copies: events.copies } : {}),
    ...(evidence.length > 0 ? { evidence } : {}),
  };
}
