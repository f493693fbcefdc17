import type { DetectionGap, DetectionQuestion, DetectionRule, SeenHit } from '../../src/domain/alert/detection.ts';

/** A document that a rule's condition matches, as its source has it. */
export interface Hit extends SeenHit {
  document: unknown;
}

export interface Found {
  searched: string[];
  /** The earliest ones, in order, within the limit. */
  hits: Hit[];
  remaining: number;
  gaps: DetectionGap[];
}

/** Where a rule looks: a search engine, or CloudTrail's own event history. */
export type DetectionSource = (rule: DetectionRule, question: DetectionQuestion) => Promise<Found>;

/** The earliest hits of several lists, and how many are left. */
export function earliest(lists: Hit[][], limit: number): { hits: Hit[]; left: number } {
  const all = lists.flat().sort((a, b) => a.at.localeCompare(b.at) || a.id.localeCompare(b.id));
  return { hits: all.slice(0, limit), left: Math.max(0, all.length - limit) };
}
