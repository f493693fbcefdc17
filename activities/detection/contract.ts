import type { DetectionOutcome, DetectionQuestion } from '../../src/domain/alert/detection.ts';

/** Searches for alerts and opens their incidents; the only activity that does both, so that events stay out of history. */
export interface DetectionDetect {
  /** Safe to repeat: an alert that was opened before is attached or known. */
  detect(input: { ruleId: string; question: DetectionQuestion }): Promise<DetectionOutcome>;
}
