import type { Severity, Verdict } from '../../src/domain/severity/assessment.ts';

/** Tells Elastic Security what became of its alerts. */
export interface KibanaNotify {
  /**
   * Acknowledges or closes alerts, tags them, and leaves a link to the incident with each. Can be repeated, and never
   * turns back what a person did: acknowledging touches open alerts only, closing those that are not closed.
   */
  tellDetector(news: DetectorNews): Promise<DetectorAnswer>;
}

/** One alert in Kibana, and the CloudTrail event that it is about. */
export interface DetectorAlert {
  alertId: string;
  /** Kibana's alert has to be about this event: whoever may send us alerts must not close others by naming them. */
  eventId: string;
}

export type DetectorNews = {
  alerts: DetectorAlert[];
  incidentKey: string;
  workflowId: string;
  /** The playbook's, for the title of a case. */
  title: string;
} & ({ state: 'acknowledged' } | { state: 'closed'; verdict: Verdict; severity: Severity | null });

export interface DetectorAnswer {
  /** Alerts that were changed; the others stood there already. */
  changed: number;
  /** What could not be told, and why; another attempt would not mend it. */
  problems: string[];
}
