import { setTimeout as after } from 'node:timers/promises';
import { fieldsOf, parseJson } from '../../src/domain/cloudtrail/fields.ts';
import { sameJson } from '../../src/domain/digest.ts';
import { incidentKey } from '../../src/domain/names.ts';
import { execution } from '../aws/activity-context.ts';
import type { KeptStatement } from '../aws/witness.ts';
import { documentOf } from './document.ts';
import { evidenceStore, readDocument, storeDocument, type EvidenceSettings } from './store.ts';

/** Some pages of a trail that is still being read; `before`: the digest of the part before, null for the first. */
interface TrailPart<S> {
  question: object;
  before: string | null;
  statements: S[];
}

/**
 * Keeps what a lookup of minutes has read so far, so that an attempt after a worker's death goes on where it was. Both
 * answer null where they could not, or not in time: the lookup is worth more than its parts.
 */
export interface TrailParts {
  /** The digest of the part, without which nobody finds it. */
  add(part: TrailPart<KeptStatement>): Promise<string | null>;
  /** The part of this digest if it is about this question, each statement as it was kept. */
  read(question: object, digest: string): Promise<Pick<TrailPart<unknown>, 'before' | 'statements'> | null>;
}

const patience = 10_000;

/** Parts lie apart from the evidence: the role may read these documents alone, and list nothing. */
export function trailParts(
  settings: EvidenceSettings | null,
  { waiting = patience, as = 'soar-observe' } = {},
): TrailParts | null {
  if (settings === null) return null;
  const store = evidenceStore(settings, as);
  const place = () => {
    const { workflowId } = execution() ?? {};
    if (workflowId === undefined) return null;
    return {
      incidentKey: incidentKey(workflowId),
      name: 'pages',
      format: 'json',
      folder: 'observed/trail-parts',
    } as const;
  };
  return {
    async add({ statements, ...about }) {
      const where = place();
      if (!where) return null;
      const content = documentOf({ source: 'trail-part', ...about }, { statements, left: 0 });
      return (await inTime(waiting, storeDocument(store, { ...where, content })))?.sha256 ?? null;
    },

    async read(question, digest) {
      const where = place();
      if (!where) return null;
      const content = await inTime(waiting, readDocument(store, where, digest));
      const part = fieldsOf(parseJson(content?.toString() ?? ''));
      if (!part || !Array.isArray(part.answers) || !sameJson(part.question, question)) return null;
      return { before: typeof part.before === 'string' ? part.before : null, statements: part.answers as unknown[] };
    },
  };
}

async function inTime<T>(waiting: number, step: Promise<T>): Promise<T | null> {
  const ended = new AbortController();
  try {
    return await Promise.race([step, after(waiting, null, ended)]);
  } catch {
    return null;
  } finally {
    ended.abort();
  }
}
