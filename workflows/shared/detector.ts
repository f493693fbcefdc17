import { CancellationScope } from '@temporalio/workflow';
import type { DetectorAlert, DetectorNews } from '../../activities/kibana/contract.ts';
import type { Alert } from '../../src/domain/alert/alert.ts';
import type { Severity, Verdict } from '../../src/domain/severity/assessment.ts';
import { tellDetector } from '../activities.ts';
import { reasonOf } from './observed.ts';
import type { IncidentRecord } from './record.ts';

/** Bounds on what senders of alerts can make an incident tell; Elasticsearch has no longer ids. */
const mostAlerts = 100;
const longestId = 512;

/**
 * Tells Kibana what becomes of its alerts: acknowledged when the incident has them, closed when it ends. The playbook never
 * waits for that before its end, and then for minutes: what could not be told is on record.
 */
export class Detector {
  private readonly incident: Pick<DetectorNews, 'incidentKey' | 'workflowId' | 'title'>;
  private readonly configured: boolean;
  private readonly record: IncidentRecord;
  private readonly alerts = new Map<string, DetectorAlert>();
  private untold: DetectorAlert[] = [];
  private leftOut = 0;
  private state: { state: 'acknowledged' } | { state: 'closed'; verdict: Verdict; severity: Severity | null } = {
    state: 'acknowledged',
  };
  private telling: Promise<void> | null = null;

  constructor(options: {
    incident: Pick<DetectorNews, 'incidentKey' | 'workflowId' | 'title'>;
    configured: boolean;
    record: IncidentRecord;
  }) {
    this.incident = options.incident;
    this.configured = options.configured;
    this.record = options.record;
  }

  /** An alert that the incident has; of no concern unless it came from Kibana, by its own door. */
  add({ eventId, arrival: { door, alertId } }: Alert): void {
    if (!this.configured || door !== 'elastic' || alertId === undefined || this.alerts.has(alertId)) return;
    if (this.alerts.size >= mostAlerts || alertId.length > longestId) {
      this.leftOut += 1;
      return;
    }
    const alert = { alertId, eventId };
    this.alerts.set(alertId, alert);
    this.untold.push(alert);
    this.telling ??= this.tellAll();
  }

  /** What comes from here on is not closed with a verdict that no longer holds. */
  reopen(): void {
    this.state = { state: 'acknowledged' };
  }

  /** Closes all of them with the verdict. */
  async close(verdict: Verdict, severity: Severity | null): Promise<void> {
    if (this.leftOut > 0) this.record.add('gap', `Kibana was not told of ${this.leftOut} further alerts`);
    if (this.alerts.size === 0) return;
    this.state = { state: 'closed', verdict, severity };
    this.untold = [...this.alerts.values()];
    this.telling ??= this.tellAll();
    await this.settled();
  }

  /** Waits until everything is told, or given up. */
  async settled(): Promise<void> {
    while (this.telling) await this.telling;
  }

  /** One request at a time: a case must not be opened twice, and a storm of alerts is told in few requests. */
  private async tellAll(): Promise<void> {
    await Promise.resolve(); // what comes in the same moment is told together
    while (this.untold.length > 0) await this.tell(this.untold.splice(0));
    this.telling = null;
  }

  private async tell(alerts: DetectorAlert[]): Promise<void> {
    const { state } = this.state;
    try {
      // A cancelled incident goes on to its record: what it has begun to tell may arrive.
      const { changed, problems } = await CancellationScope.nonCancellable(() =>
        tellDetector({ ...this.incident, ...this.state, alerts }),
      );
      if (changed > 0) this.record.add('alert', `${state} in Kibana: ${changed} of ${alerts.length}`);
      for (const problem of problems) this.record.addOnce('gap', `Kibana: ${problem}`);
    } catch (error) {
      this.record.addOnce('gap', `Kibana was not told that alerts are ${state} (${reasonOf(error)})`);
    }
  }
}
