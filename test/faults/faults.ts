import type { Fault } from './fault.ts';
import { failing, resetAfter, staleReads, throttled } from './faults/answers.ts';
import { accessDenied, accessDeniedHalfWay } from './faults/denied.ts';
import { killedAfter, killedBefore } from './faults/killed.ts';
import { changed, gone } from './faults/overtaken.ts';

export const faults: Fault[] = [
  killedBefore,
  killedAfter,
  throttled,
  failing,
  resetAfter,
  accessDenied,
  accessDeniedHalfWay,
  changed,
  gone,
  staleReads,
];
