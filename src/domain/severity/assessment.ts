import type { Answer } from '../findings/evidence.ts';

export type Severity = 'low' | 'medium' | 'high';
export const isSeverity = (value: unknown): value is Severity =>
  (['low', 'medium', 'high'] satisfies Severity[]).includes(value as Severity);

/** `unauthorised-export`: data could leave, by an export or by a share. */
export type Verdict = 'authorised' | 'unauthorised-attempt' | 'unauthorised-export' | 'undetermined';
export const isVerdict = (value: unknown): value is Verdict =>
  (['authorised', 'unauthorised-attempt', 'unauthorised-export', 'undetermined'] satisfies Verdict[]).includes(
    value as Verdict,
  );

export type Environment = 'production' | 'staging' | 'development' | 'test' | 'unknown';

/** What severity is computed from: one word per fact, with the evidence that it rests on. Unknown never lowers (P8). */
export interface SeverityFacts {
  exportSucceeded: Fact<Answer>;
  accountKnown: Fact<Answer>;
  accountSensitivity: Fact<'high' | 'medium' | 'low' | 'unknown'>;
  environment: Fact<Environment>;
  classification: Fact<'sensitive' | 'internal' | 'public' | 'unknown'>;
  /** Anybody at all can read the bucket. */
  bucketPublic: Fact<Answer>;
  /** Another account can read the export. */
  bucketReadableOutside: Fact<Answer>;
  bucketUsual: Fact<Answer>;
  /** The principal may export as part of its work. */
  actorAuthorised: Fact<Answer>;
  /** An allow-list entry matches role and circumstances. */
  documentedProcess: Fact<Answer>;
  concealment: Fact<Answer>;
  /** The object was read by somebody outside the organisation. */
  readOutside: Fact<Answer>;
  /** Another copy of the machine is shared with somebody outside; absent where none is known to be, which says nothing. */
  copySharedOutside?: Fact<'yes'>;
  /** A ticket asked for it and was declined; absent where no such ticket is known, which says nothing. */
  exportDeclined?: Fact<'yes'>;
  /** The actor tried rights that it did not have; absent where none of that is known, which says nothing. */
  rightsTried?: Fact<'yes'>;
}
export interface Fact<T extends string> {
  value: T;
  /** In a few words, where it comes from. */
  evidence: string;
}

export interface MetCriterion {
  id: string;
  level: Severity | 'raise' | 'lower';
  criterion: string;
  evidence: string[];
}
export interface Assessment {
  severity: Severity;
  /** Every row of the table that was met, highest first. */
  met: MetCriterion[];
  /** Facts that could not be established. */
  unknown: string[];
}
