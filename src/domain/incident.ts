import type { Alert, Arrival } from './alert/alert.ts';
import type { ApprovalRequest, DecisionRecord, RequestRecord } from './approval/approval.ts';
import type { Assessment, Verdict } from './severity/assessment.ts';
import type { Burst, RelatedIncident, CorrelationHashes } from './alert/correlation.ts';
import type { CredentialRecord } from './watch/credentials.ts';
import type { Finding } from './findings/evidence.ts';
import type { IncidentLink } from './incident-links.ts';
import type { NoticeRecord } from './notices/notices.ts';
import type { ActionRecord } from './plan/plan.ts';
import type { ResponsePolicy } from './response-policy.ts';
import type { TimelineEntry } from './timeline.ts';
import type { UndoRecord } from './plan/undo-plan.ts';
import type { Phase } from './phase.ts';

/** The input of an incident workflow: the alert, and the policy as it stood when the incident opened. */
export interface IncidentOpening {
  alert: Alert;
  policy: ResponsePolicy;
  policyDigest: string;
  correlation: CorrelationHashes;
  /** Workflow id of the closed incident that this one continues. */
  predecessor?: string;
  /** Workflow id of the closed incident whose acts this one undoes. */
  undoes?: string;
}

/** What the query `incident` answers: the incident as it stands. */
export interface IncidentView {
  incidentKey: string;
  workflowId: string;
  runId: string;
  playbook: string;
  phase: Phase | 'closed';
  alert: Alert;
  /** Event ids of all alerts that were attached, this incident's first included; capped, see `alertsNotListed`. */
  eventIds: string[];
  /** How each alert came, a repeated one too; capped, see `alertsNotListed`. Absent: it began before they were recorded. */
  arrivals?: RecordedArrival[];
  /** Other incidents that share something with this one; absent as `arrivals`. */
  related?: RelatedIncident[];
  relatedTotal?: number;
  burst?: Burst | null;
  /** With those that were only counted (ADR 15). */
  alertCount: number;
  alertsNotListed: number;
  assessment: Assessment | null;
  verdict: Verdict | null;
  findings: Finding[];
  pendingApproval: ApprovalRequest | null;
  /** Everything that was asked, whom, and how it ended; absent in incidents of earlier versions. */
  requests?: RequestRecord[];
  decisions: DecisionRecord[];
  actions: ActionRecord[];
  /** Ids of keys and credentials that containment found off already; absent: none, or not looked at. */
  foundOff?: string[];
  timeline: TimelineEntry[];
  notes: Note[];
  /** Who else was told, or has to be; absent in incidents of earlier versions. */
  notices?: NoticeRecord[];
  /** What has to be rotated, and what became of it. */
  credentials?: CredentialRecord[];
  /** Searches and pages about it, by the policy; absent in incidents of earlier versions. */
  links?: IncidentLink[];
  predecessor?: string;
  /** What people wanted undone; absent in incidents of earlier versions. */
  undos?: UndoRecord[];
  /** As in `IncidentOpening`. */
  undoes?: string;
  /** ARNs of whoever took the actor's session, who decides nothing either (P7); absent: nobody did, or it is not known. */
  behindActor?: readonly string[];
}

/** One alert on the incident's record: what happened, and how we heard of it. */
export type RecordedArrival = Arrival & { eventId: string };

export interface Note {
  at: string;
  author: string;
  text: string;
}
