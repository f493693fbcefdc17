import type { Fault } from './fault.ts';
import { failing, resetAfter, staleReads, throttled } from './faults/answers.ts';
import { accessDenied, accessDeniedHalfWay } from './faults/denied.ts';
import { killedAfter, killedBefore } from './faults/killed.ts';
import { changed, gone } from './faults/overtaken.ts';

/** What can happen to an act, by what it does about it: it goes on in another process, tries again, or gives up. */
export const faultKinds = {
  killed: [killedBefore, killedAfter],
  passing: [throttled, failing, resetAfter, staleReads],
  refused: [accessDenied, accessDeniedHalfWay, changed, gone],
} satisfies Record<string, Fault[]>;

export const faults: Fault[] = Object.values(faultKinds).flat();
