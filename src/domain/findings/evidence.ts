/** Where a piece of evidence lies and what it hashes to; the content itself never travels through workflow history. */
export interface EvidenceRef {
  uri: string;
  sha256: string;
  /** Bytes. */
  size: number;
}

export type Answer = 'yes' | 'no' | 'unknown';
export type Confidence = 'high' | 'medium' | 'low';

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
  /** How far the answer can be trusted. Absent: it is unknown, or an incident of an earlier version. */
  confidence?: Confidence;
  /** The system that was asked, such as `CloudTrail`. */
  source?: string;
  /** The time that was looked at, where the answer holds for a time. */
  range?: { from: string; to: string };
  evidence: EvidenceRef[];
}
