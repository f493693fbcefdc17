import type { Severity, Verdict } from '../domain/severity/assessment.ts';
import type { IncidentView } from '../domain/incident.ts';
import type { IncidentReport } from '../domain/report/report.ts';
import type { TrailRecord } from './aws/trail-record.ts';
import type { Probe, Proof } from './probes.ts';
import type { Stage } from './stage.ts';

/** A story that is played in the lab: who does what, what the playbook has to make of it, and how that is proven. */
export interface Scenario {
  name: string;
  /** One sentence. */
  title: string;
  /** What happens before the alert, for the people who watch. */
  story: string[];
  expected: { severity: Severity; verdict: Verdict };
  /** Kinds of the actions that its plans hold; each can be left out with `--sabotage`. */
  actions: string[];
  /** Sets the scene through the AWS API and ends with the actor's real export call. */
  seed(stage: Stage): Promise<Scene>;
}

/** A scene that is set: the alert is about to be raised. */
export interface Scene {
  /** The record that the lab wrote for the actor's call. */
  record: TrailRecord;
  /** Calls that are made before the alert and again after the incident has closed. */
  probes: Probe[];
  /** Something that happens while recovery is being watched, once the first recheck has passed. */
  afterFirstRecheck?: () => Promise<void>;
  /** What is proven besides the probes, after the incident has closed. */
  check(outcome: Outcome): Promise<Proof[]>;
  /** Puts right what the checks themselves left behind. */
  tidyUp?: () => Promise<void>;
}

/** What there is to look at when the incident has closed. */
export interface Outcome {
  report: IncidentReport;
  /** Sends another alert, and answers with its incident as soon as that asks a person or has closed. */
  openAnother(record: TrailRecord): Promise<IncidentView>;
}
