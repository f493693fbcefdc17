import type { DecisionRecord, RequestRecord } from '../approval/approval.ts';
import type { Assessment, Verdict } from '../severity/assessment.ts';
import type { Alert } from '../alert/alert.ts';
import type { Burst, RelatedIncident } from '../alert/correlation.ts';
import type { CredentialRecord } from '../watch/credentials.ts';
import type { Drift } from '../watch/drift.ts';
import type { EvidenceRef, Finding } from '../findings/evidence.ts';
import type { Note, RecordedArrival } from '../incident.ts';
import type { IncidentLink } from '../incident-links.ts';
import type { NoticeRecord } from '../notices/notices.ts';
import type { ActionRecord } from '../plan/plan.ts';
import type { TemporaryMeasure } from '../plan/temporary.ts';
import type { TimelineEntry } from '../timeline.ts';
import type { UndoRecord } from '../plan/undo-plan.ts';
import type { Phase } from '../phase.ts';

export interface PhaseRecord {
  phase: Phase;
  startedAt: string;
  endedAt: string;
  /** One sentence: what it came to. */
  outcome: string;
}

/** S120–S123. Durations in seconds; null: it did not happen, or cannot be known. */
export interface Metrics {
  timeToDetection: number | null;
  timeToContainment: number | null;
  accessedOutsideOrganisation: 'yes' | 'no' | 'unknown';
  /** From the moment the export could be read until reads were denied. */
  exposure: number | null;
}

export interface RecheckRecord {
  at: string;
  /** `drift`: at least one thing that recovery left behind is not there any more. */
  result: 'holds' | 'drift' | 'unknown';
  drifted: Drift[];
  /** Ids of actions that had failed when they were last tried: what never stood cannot drift. Absent where none had. */
  notInPlace?: string[];
}

/** The result of the workflow: everything that the report's renderings need. */
export interface IncidentReport {
  incidentKey: string;
  workflowId: string;
  runId: string;
  playbook: string;
  openedAt: string;
  /** null: an interim report; recovery is still being watched for drift. */
  closedAt: string | null;
  alert: Alert;
  alertCount: number;
  eventIds: string[];
  /** As in `IncidentView`. */
  arrivals?: RecordedArrival[];
  /** Other incidents that share something with this one; absent as `arrivals`. */
  related?: RelatedIncident[];
  relatedTotal?: number;
  burst?: Burst | null;
  alertsNotListed?: number;
  verdict: Verdict;
  assessment: Assessment;
  phases: PhaseRecord[];
  findings: Finding[];
  /** See `IncidentView`. */
  requests?: RequestRecord[];
  decisions: DecisionRecord[];
  actions: ActionRecord[];
  notPlanned: { what: string; why: string }[];
  rechecks: RecheckRecord[];
  metrics: Metrics;
  improvements: string[];
  timeline: TimelineEntry[];
  notes: Note[];
  /** As in `IncidentView`. */
  notices?: NoticeRecord[];
  /** As in `IncidentView`. */
  links?: IncidentLink[];
  /** What had to be rotated, and what became of it; absent where nothing had to. */
  credentials?: CredentialRecord[];
  policyDigest: string;
  predecessor?: string;
  /** What people wanted undone, and what came of it; absent where nobody did. */
  undos?: UndoRecord[];
  /** What was meant for a while, and whether it is lifted; absent where nothing was. */
  temporary?: TemporaryMeasure[];
  /** This is the report of an undo: workflow id of the incident that was undone, whose severity and verdict it repeats. */
  undoes?: string;
  /** As in `IncidentView`. */
  behindActor?: readonly string[];
  /** Where in the evidence store this run is sealed once it has closed: how the file's name begins; absent where it is not. */
  sealedAs?: string;
  /** Where the rendered report was stored, by format. */
  stored?: Record<string, EvidenceRef>;
}
