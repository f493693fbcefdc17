import { workflowInfo } from '@temporalio/workflow';
import type { Alert } from '../../src/domain/alert/alert.ts';
import type { DecisionRecord } from '../../src/domain/approval/approval.ts';
import type { Finding } from '../../src/domain/findings/evidence.ts';
import type { Note, RecordedArrival } from '../../src/domain/incident.ts';
import type { ActionRecord } from '../../src/domain/plan/plan.ts';
import type { PhaseRecord, RecheckRecord } from '../../src/domain/report/report.ts';
import type { TimelineEntry } from '../../src/domain/timeline.ts';
import type { Phase } from '../../src/domain/phase.ts';
import type { Gap } from '../../src/domain/findings/kept.ts';

/** Bounds on what others can make an incident remember; what is beyond is counted, not kept. */
const limits = { timeline: 1000, decisions: 200, notes: 100, eventIds: 200, arrivals: 200, gaps: 200 };

/** Workflow time: the same on replay. */
export const now = (): string => new Date().toISOString();

/** Everything that happened in one incident, in the order in which it happened. Derived from history alone. */
export class IncidentRecord {
  /** The search engine did not answer once: nobody waits for it again. */
  searchAway = false;
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
  /** Keys that were off already when containment was planned: this incident counts on it, and no act of it says so. */
  foundOff: string[] = [];
  readonly eventIds: string[] = [];
  readonly arrivals: RecordedArrival[] = [];
  private attached = 0;
  private counted = 0;
  private readonly findingsById = new Map<string, Finding>();

  get alertCount(): number {
    return this.attached + this.counted;
  }

  get alertsNotListed(): number {
    return this.alertCount - this.arrivals.length;
  }

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

  /** The same event may come again, by another door or rule: that is an arrival, not another event. */
  addAlert({ eventId, arrival }: Alert): void {
    this.attached += 1;
    if (this.arrivals.length < limits.arrivals) this.arrivals.push({ eventId, ...arrival });
    if (!this.eventIds.includes(eventId) && this.eventIds.length < limits.eventIds) this.eventIds.push(eventId);
  }

  /** Alerts that are not attached one by one; the total only grows, whatever order it is told in. */
  countAlerts(total: number): void {
    this.counted = Math.max(this.counted, total);
  }

  /** Where there are too many, the oldest refused one makes room: nobody can keep a decision that counts off the record. */
  addDecision(record: DecisionRecord): void {
    if (this.decisions.length >= limits.decisions) {
      const refused = this.decisions.findIndex(({ answer }) => answer.result === 'refused');
      if (refused < 0) return;
      this.decisions.splice(refused, 1);
    }
    this.decisions.push(record);
  }

  addNote(note: Omit<Note, 'at'>): void {
    if (this.notes.length < limits.notes) this.notes.push({ at: now(), ...note });
  }
}
