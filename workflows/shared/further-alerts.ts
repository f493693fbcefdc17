import type { Alert } from '../../src/domain/alert/alert.ts';
import { contradictedByAlert, contradictionFinding } from '../../src/domain/alert/contradiction.ts';
import {
  calledBy,
  holderOf,
  isOfAnother,
  mostOtherCallers,
  otherCallersFinding,
} from '../../src/domain/alert/other-callers.ts';
import type { People } from './people.ts';
import type { IncidentRecord } from './record.ts';

/** What further alerts about the same subject say against the first, by which everything is planned. */
export class FurtherAlerts {
  /** The first alert of each caller who made the same call beside that of the alert. */
  readonly otherCallers: Alert[] = [];
  private contradiction: string | null = null;
  private readonly first: Alert;
  private readonly record: IncidentRecord;
  private readonly people: People;

  constructor(first: Alert, record: IncidentRecord, people: People) {
    this.first = first;
    this.record = record;
    this.people = people;
  }

  /** Why nothing about the call may count as authorised; null: nothing says so. Nobody answers for two callers. */
  get doubt(): string | null {
    const [other] = this.otherCallers;
    return this.contradiction ?? (other ? `somebody else made the same call, too: ${calledBy(other)}` : null);
  }

  /** Whether it says anything that was not known: then the incident is judged again. */
  take(alert: Alert): boolean {
    const why = contradictedByAlert(this.first, alert);
    if (why === null) return this.alsoCalled(alert);
    this.contradicted(why);
    return true;
  }

  /** Said once, to everybody who is asked: what they approve is planned by the alert that opened the incident. */
  contradicted(why: string): void {
    if (this.contradiction !== null) return;
    this.contradiction = why;
    this.record.addGap('whether the alert is true', why);
    this.record.addFindings([contradictionFinding(why)]);
    this.people.learnt(`the alert is contradicted: ${why}. Look the call up in CloudTrail before you approve anything`);
  }

  /** Whether the alert tells of a caller who was not known. Each is said once: plans are made for the first alert's. */
  private alsoCalled(alert: Alert): boolean {
    const known = this.otherCallers.some((other) => holderOf(other) === holderOf(alert));
    if (known || !isOfAnother(this.first, alert) || this.otherCallers.length >= mostOtherCallers) return false;
    this.otherCallers.push(alert);
    this.record.addFindings([otherCallersFinding(this.otherCallers)]);
    this.people.learnt(
      `somebody else made the same call, too: ${calledBy(alert)}. Nothing is planned about this caller because of it: ` +
        'look the call up in CloudTrail, and contain the caller by hand if it was not meant',
    );
    return true;
  }
}
