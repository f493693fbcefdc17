import type { Alert } from '../../src/domain/alert/alert.ts';
import type { Parameters } from '../../src/domain/cloudtrail/parameters.ts';
import type { Technique } from '../../src/domain/report/attack.ts';
import type { LossWords } from '../../src/domain/report/loss-words.ts';
import type { Severity } from '../../src/domain/severity/assessment.ts';
import type { Phase } from '../../src/domain/phase.ts';

/** What the core has to know about a playbook, to start it and to report on it; data and pure functions. */
export interface PlaybookDescriptor {
  /** First part of its incidents' workflow ids. */
  id: string;
  /** Name of the exported workflow function. */
  workflowType: string;
  title: string;
  version: string;
  maintainer: string;
  /** CloudTrail events that open it, and no other playbook. */
  events: readonly string[];
  eventSource: string;
  /** It takes alerts only where the configuration names it (`playbooks`). */
  onRequest?: true;
  /** Why an alert about one of these events is none of its own, such as a call that only takes back what it is about. */
  whyNot?: (alert: Alert) => string | null;
  /** What its calls are about, where an alert has no field for it: read from what they were made with and what came back. */
  about?: (request: Parameters, response: Parameters) => AboutCall;
  /** What such an alert should say beside who made the call: what it lacks is on record as a gap (P8). */
  facts: (alert: Alert) => AlertFacts;
  /** Those of MITRE ATT&CK that it is about. */
  techniques: readonly Technique[];
  references: { title: string; url: string }[];
  card: PlaybookCard;
  loss: LossWords;
  /** What people do by hand, and how; files of this source tree. */
  procedures: Procedure[];
}

/** By name, as a rule the alert's field; undefined: it does not say. */
export type AlertFacts = Record<string, unknown>;

/** As `AlertSubject`; undefined: the record does not say. */
export interface AboutCall {
  id?: string | undefined;
  says: Record<string, string | undefined>;
}

/** What a playbook says of itself to whoever reads a report. */
export interface PlaybookCard {
  incidentType: string;
  /** Severities that the playbook expects, lowest first. */
  severities: readonly Severity[];
  /** The day on which the page was last changed. */
  lastUpdated: string;
  /** What readers are assumed to know. */
  assumptions: string[];
  /** What to bear in mind when judging such an incident. */
  considerations: string[];
}

export interface Procedure {
  /** Checklist items that it answers. */
  sources: string[];
  title: string;
  path: string;
  /** The step of the playbook that it belongs to. */
  phase: Phase;
}
