import type { Phase } from './incident.ts';

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
