import { workflowInfo } from '@temporalio/workflow';
import type { DecisionRecord } from '../../src/domain/approval.ts';
import type { Finding } from '../../src/domain/evidence.ts';
import type { Gap } from '../../src/domain/facts.ts';
import type { Note, Phase } from '../../src/domain/incident.ts';
import type { ActionRecord } from '../../src/domain/plan.ts';
import type { PhaseRecord, RecheckRecord } from '../../src/domain/report.ts';
import type { TimelineEntry } from '../../src/domain/timeline.ts';

/** Bounds on what others can make an incident remember; what is beyond is counted, not kept. */
const limits = { timeline: 1000, decisions: 200, notes: 100, eventIds: 200, gaps: 200 };

/** Workflow time: the same on replay. */
export const now = (): string => new Date().toISOString();

/** Everything that happened in one incident, in the order in which it happened. Derived from history alone. */
export class IncidentRecord {
  readonly openedAt = now();
  readonly runId = workflowInfo().runId;
  phase: Phase | 'closed' = 'triage';
  readonly phases: PhaseRecord[] = [];
  readonly timeline: TimelineEntry[] = [];
  readonly decisions: DecisionRecord[] = [];
  readonly actions: ActionRecord[] = [];
  readonly rechecks: RecheckRecord[] = [];
  readonly gaps: Gap[] = [];
  readonly notPlanned: { what: string; why: string }[] = [];
  readonly notes: Note[] = [];
  readonly eventIds: string[] = [];
  alertCount = 0;
  alertsNotListed = 0;
  private readonly findingsById = new Map<string, Finding>();

  get findings(): Finding[] {
    return [...this.findingsById.values()];
  }

  add(kind: TimelineEntry['kind'], text: string): void {
    if (this.timeline.length < limits.timeline) this.timeline.push({ at: now(), phase: this.phase, kind, text });
  }

  /** A source that could not answer (P8); what several phases miss is said once. */
  addGap(what: string, why: string): void {
    if (this.gaps.some((gap) => gap.what === what && gap.why === why) || this.gaps.length >= limits.gaps) return;
    this.gaps.push({ what, why });
    this.add('gap', `${what} is unknown (${why})`);
  }

  /** For what several phases find again. */
  addOnce(kind: TimelineEntry['kind'], text: string): void {
    if (!this.timeline.some((entry) => entry.kind === kind && entry.text === text)) this.add(kind, text);
  }

  /** A later answer to the same question replaces the earlier one. */
  addFindings(findings: Finding[]): void {
    for (const finding of findings) this.findingsById.set(finding.id, finding);
  }

  addAlert(eventId: string): void {
    this.alertCount += 1;
    if (this.eventIds.includes(eventId)) return;
    if (this.eventIds.length < limits.eventIds) this.eventIds.push(eventId);
    else this.alertsNotListed += 1;
  }

  addDecision(record: DecisionRecord): void {
    if (this.decisions.length < limits.decisions) this.decisions.push(record);
  }

  addNote(note: Omit<Note, 'at'>): void {
    if (this.notes.length < limits.notes) this.notes.push({ at: now(), ...note });
  }
}
