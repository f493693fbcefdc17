/** Where a piece of evidence lies and what it hashes to; the content itself never travels through workflow history. */
export interface EvidenceRef {
  uri: string;
  sha256: string;
  /** Bytes. */
  size: number;
}

export type Answer = 'yes' | 'no' | 'unknown';

/** One answered, or honestly unanswered, question of the playbook (P8). */
export interface Finding {
  /** Stable name, such as `downloaded`. */
  id: string;
  /** The checklist items that it answers, such as `S73`. */
  sources: string[];
  question: string;
  answer: Answer;
  /** What was found, in a sentence; may hold text written by an attacker. */
  detail: string;
  /** Why the answer is unknown: not configured, refused, not logged. */
  whyUnknown?: string;
  evidence: EvidenceRef[];
}
