import type { EvidenceRef } from './evidence.ts';

/** A source that could not answer, and why (P8). */
export interface Gap {
  /** What is missing, such as `bucket policy`. */
  what: string;
  /** Why, such as `AwsAccessDenied: …`. */
  why: string;
}

/** Facts whose source's own answer is kept: the facts travel with the incident, the answer lies in the evidence store. */
export interface Kept {
  evidence?: EvidenceRef[];
  /** Why it is not kept. */
  notKept?: string;
}
