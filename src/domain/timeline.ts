import type { Phase } from './phase.ts';

export interface TimelineEntry {
  /** ISO 8601 UTC. */
  at: string;
  phase: Phase | 'closed';
  kind:
    | 'alert'
    | 'phase'
    | 'finding'
    | 'severity'
    | 'approval'
    | 'decision'
    | 'action'
    | 'recheck'
    | 'notice'
    | 'note'
    | 'gap';
  text: string;
}
