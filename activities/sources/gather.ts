import type { EvidenceNotify } from '../evidence/contract.ts';
import type { Json } from '../../src/domain/json.ts';
import { isReason } from '../../src/domain/findings/source-findings.ts';
import type { Mention, Source, SourceAnswer, SourceQuestion } from '../../src/domain/findings/sources.ts';
import { isRefusal } from './failures.ts';
import { mentionOf, type Found } from './mention.ts';
import type { Gap } from '../../src/domain/findings/kept.ts';

/** One request to a source. */
export interface Search {
  /** As it is sent. */
  query: string;
  run: () => Promise<SearchResult>;
}
export interface SearchResult {
  /** The answer as it came. */
  answer: unknown;
  found: Found[];
  /** It has more than these. */
  more: boolean;
}

export type KeepEvidence = EvidenceNotify['storeEvidence'];

/** As many mentions travel through history. */
const mostMentions = 10;

/**
 * Asks one after the other, so that a source sees one request of an incident at a time. A search that is refused is a gap
 * beside the others; everything else ends the attempt. What came back is stored as it came.
 */
export async function gather(
  source: Source,
  question: SourceQuestion,
  { person, searches, keep }: { person: string | null; searches: Search[]; keep: KeepEvidence },
): Promise<SourceAnswer> {
  const gaps: Gap[] = [];
  const answers: Json[] = [];
  const byUrl = new Map<string, Mention>();
  let truncated = false;
  for (const { query, run } of searches) {
    const result = await run().catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
      gaps.push({ what: `search for ${query}`, why: error.message });
      return null;
    });
    if (!result) continue;
    answers.push({ query, at: new Date().toISOString(), answer: jsonOf(result.answer) });
    truncated ||= result.more;
    for (const found of result.found) {
      const mention = mentionOf(source, question, found);
      if (mention) byUrl.set(mention.url, merged(byUrl.get(mention.url), mention));
    }
  }
  const mentions = [...byUrl.values()].sort((a, b) => rank(a, question) - rank(b, question));
  const evidence = await stored(keep, question, { source, from: question.from, answers }, gaps);
  return {
    source,
    person,
    mentions: mentions.slice(0, mostMentions),
    truncated: truncated || mentions.length > mostMentions,
    gaps,
    evidence,
  };
}

/** What counts comes first, then what names the export at all. */
const rank = (mention: Mention, question: SourceQuestion): number =>
  isReason(mention, question)
    ? 0
    : mention.unseen === true || mention.matched.some((word) => question.names.includes(word))
      ? 1
      : 2;

const merged = (known: Mention | undefined, mention: Mention): Mention =>
  known
    ? { ...(known.unseen ? mention : known), matched: [...new Set([...known.matched, ...mention.matched])] }
    : mention;

const jsonOf = (answer: unknown): Json => JSON.parse(JSON.stringify(answer ?? null)) as Json;

/** An answer without its evidence is worth more than none, and says so. */
async function stored(
  keep: KeepEvidence,
  { incidentKey }: SourceQuestion,
  content: { source: Source; from: string; answers: Json[] },
  gaps: Gap[],
) {
  try {
    return await keep({ incidentKey, name: `source-${content.source}`, content });
  } catch (error) {
    gaps.push({ what: 'evidence', why: error instanceof Error ? error.message : 'it was not stored' });
    return null;
  }
}
