import type { ActInput, TargetCheck } from '../../src/domain/acts/acts.ts';
import type { Kept } from '../../src/domain/findings/kept.ts';

export interface VerificationObserve {
  /** Reads the target of an act, read-only, and says whether what the act left behind still stands. */
  checkAct(input: ActInput): Promise<TargetCheck & Kept>;
}
