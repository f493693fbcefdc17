import { allHandlersFinished, condition, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { Assessment, Severity, Verdict } from '../../src/domain/severity/assessment.ts';
import type { IncidentOpening, IncidentView } from '../../src/domain/incident.ts';
import { incidentLinks, type IncidentLink } from '../../src/domain/incident-links.ts';
import { incidentKey } from '../../src/domain/names.ts';
import { noticeLine } from '../../src/domain/notices/notices.ts';
import { happened, requestMessage, type RequestContext } from '../../src/domain/approval/request-message.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import type { ResponsePolicy } from '../../src/domain/response-policy.ts';
import { searchAttributes } from '../messages.ts';
import type { ActingIncident } from './acting-incident.ts';
import { timelineAnnouncer } from './announcer.ts';
import { ApprovalGate } from './approval-gate.ts';
import { currentDetails } from './current-details.ts';
import type { PlaybookDescriptor } from './descriptor.ts';
import { Credentials } from './credentials.ts';
import { Detector } from './detector.ts';
import { FurtherAlerts } from './further-alerts.ts';
import { Notices } from './notices.ts';
import { Pager } from './pager.ts';
import { People } from './people.ts';
import { IncidentRecord, now } from './record.ts';
import { Relations } from './relations.ts';
import { Retries } from './retries.ts';
import { ShownAttributes } from './shown-attributes.ts';
import { Sources } from './sources.ts';
import { Temporary } from './temporary.ts';
import { Turns } from './turns.ts';
import { Undos } from './undo.ts';
import type { Phase } from '../../src/domain/phase.ts';
import type { LaterFacts } from '../../src/domain/findings/case-file.ts';

/** One incident while it runs: its record, the people it asks, and what Temporal shows of it. `beginIncident` makes it. */
export class IncidentRun implements ActingIncident {
  readonly key: string;
  readonly workflowId: string;
  readonly policy: ResponsePolicy;
  readonly opening: IncidentOpening;
  readonly playbook: PlaybookDescriptor;
  /** Undefined: its policy, of an earlier version, does not say where they lead. */
  readonly links: IncidentLink[] | undefined;
  readonly record = new IncidentRecord();
  readonly people: People;
  readonly notices: Notices;
  readonly credentials: Credentials;
  readonly gate: ApprovalGate;
  readonly detector: Detector;
  readonly relations = new Relations(this.record);
  readonly sources: Sources;
  readonly turns = new Turns();
  readonly undos = new Undos(this);
  readonly temporary: Temporary = new Temporary(this);
  readonly retries = new Retries(this);
  assessment: Assessment | null = null;
  /** Judges once more, with the facts of the last time and what has come since; each playbook sets it when it judges. */
  judgeAgain: () => void = () => undefined;
  readonly furtherAlerts: FurtherAlerts;
  /** What a log told after the facts were gathered. */
  later: LaterFacts = {};
  verdict: Verdict | null = null;
  private closeRequested = false;
  private readonly attributes = new ShownAttributes();

  constructor(opening: IncidentOpening, playbook: PlaybookDescriptor) {
    this.workflowId = workflowInfo().workflowId;
    this.key = incidentKey(this.workflowId);
    this.opening = opening;
    this.policy = opening.policy;
    this.playbook = playbook;
    this.sources = new Sources({
      policy: this.policy.sources,
      record: this.record,
      answered: () => this.judgeAgain(),
      learnt: (text) => this.people.learnt(text),
    });
    const { alert } = opening;
    const { links, activityWindow } = this.policy;
    this.links = links && incidentLinks(links, workflowInfo(), alert, activityWindow);
    this.people = new People({
      policy: this.policy,
      head: {
        incidentKey: this.key,
        workflowId: this.workflowId,
        playbook: playbook.title,
        happened: happened(opening.alert),
        ...(this.links ? { links: this.links } : {}),
      },
      actor: opening.alert.principal,
      record: this.record,
      context: () => this.context(),
      timeline: timelineAnnouncer(this.record),
      pager: new Pager({
        incident: { incidentKey: this.key, workflowId: this.workflowId },
        severity: () => this.severity,
        record: this.record,
      }),
      lead: () => this.relations.lead,
    });
    this.furtherAlerts = new FurtherAlerts(alert, this.record, this.people);
    this.notices = new Notices({
      rules: this.policy.notices ?? [],
      people: this.people,
      record: this.record,
      standing: () => ({ phase: this.record.phase, assessment: this.assessment, verdict: this.verdict }),
      context: () => ({
        ...this.context(),
        incidentKey: this.key,
        kind: playbook.title,
        actions: this.record.actions,
        planned: this.gate.pending?.plan.actions ?? [],
      }),
      // No attribute says anything of notices.
      changed: () => this.showDetails(),
    });
    this.credentials = new Credentials(this.record, this.people);
    this.gate = new ApprovalGate({
      // What AWS holds of the incident carries its key, whoever undoes it.
      incidentKey: incidentKey(opening.undoes ?? this.workflowId),
      actor: opening.alert.principal,
      rules: this.policy.approvals,
      circumstances: () => ({
        severity: this.severity,
        accountId: opening.alert.recipientAccount,
        account: this.policy.account,
      }),
      record: this.record,
      announcer: this.people,
      changed: () => {
        this.show();
        this.people.decided(this.gate.pending);
      },
    });
    this.detector = new Detector({
      incident: { incidentKey: this.key, workflowId: this.workflowId, title: playbook.title },
      configured: this.policy.detectors.kibana,
      record: this.record,
    });
    this.record.addAlert(opening.alert);
    this.record.add('alert', `${opening.alert.eventName} ${opening.alert.outcome} at ${opening.alert.time}`);
    if (opening.undoes) this.record.add('note', `undoes what the closed incident ${opening.undoes} did`);
    if (opening.predecessor) this.record.add('note', `continues the closed incident ${opening.predecessor}`);
  }

  /** To whoever raised the alert, and to other incidents. */
  announce(): void {
    const { alert, correlation } = this.opening;
    this.detector.add(alert);
    const waits = this.people.reachable;
    const announced = this.relations.announce(this.correlated(), { alert, hashes: correlation, waits });
    void announced.then(() => this.showDetails());
  }

  private correlated() {
    const { instance } = this.opening.correlation;
    const { openedAt } = this.record;
    return { incidentKey: this.key, workflowId: this.workflowId, openedAt, ...(instance ? { instance } : {}) };
  }

  /** As long as nobody has assessed it, the worst that it can be. */
  get severity(): Severity {
    return this.assessment?.severity ?? 'high';
  }

  /** For whoever undoes what this incident did: its approvers are nobody of these either. */
  get behindActor(): Pick<IncidentView, 'behindActor'> {
    const { behind } = this.gate;
    return behind.length > 0 ? { behindActor: behind } : {};
  }

  get closing(): boolean {
    return this.closeRequested;
  }

  /** It ends at the next safe point. */
  askToClose({ author, reason }: { author: string; reason: string }): void {
    this.closeRequested = true;
    this.record.add('note', `${author} asked to close the incident: ${reason}`);
  }

  get ending(): boolean {
    return this.closing || this.record.phase === 'post-incident' || this.record.phase === 'closed';
  }

  /** Runs a phase; the one place that stamps the record and tells Temporal where the incident stands. */
  async phase<T extends { outcome: string }>(phase: Phase, run: () => Promise<T>): Promise<T> {
    const startedAt = now();
    this.record.phase = phase;
    this.record.add('phase', `${phase} began`);
    this.show();
    this.notices.check();
    const result = await run();
    this.record.phases.push({ phase, startedAt, endedAt: now(), outcome: result.outcome });
    this.record.add('phase', `${phase}: ${result.outcome}`);
    this.people.phaseEnded(phase, result.outcome);
    return result;
  }

  /**
   * Severity is computed again at the end of each phase; a change is an event of its own. Temporal shows it with the phase
   * that follows at once; what is judged in between is shown by whoever judges.
   */
  assess(assessment: Assessment, verdict: Verdict): void {
    const before = this.assessment?.severity;
    if (before !== assessment.severity) {
      const criteria = assessment.met.map(({ id }) => id).join(', ') || 'no criterion';
      this.record.add('severity', `${before ?? 'not assessed'} → ${assessment.severity} (${criteria})`);
    }
    if (this.verdict !== verdict) {
      this.record.add('severity', `verdict: ${verdict}`);
      if (this.verdict === 'authorised') this.detector.reopen();
      this.notices.verdictReached();
    }
    this.assessment = assessment;
    this.verdict = verdict;
    this.notices.check();
  }

  /** Writes the last state and lets every running handler answer before the workflow ends. */
  async close(report: IncidentReport): Promise<IncidentReport> {
    this.record.phase = 'closed';
    this.show();
    await condition(allHandlersFinished);
    await this.detector.settled();
    await this.people.finish();
    return report;
  }

  /** What people are told beside the plan that they are asked about. */
  private context(): RequestContext {
    const { workflowId, assessment, verdict, record } = this;
    const { findings, decisions } = record;
    return { workflowId, alert: this.opening.alert, assessment, verdict, findings, decisions };
  }

  /** Search attributes and current details say the same as the record. */
  show(): void {
    const { alert, correlation } = this.opening;
    this.attributes.set([
      { key: searchAttributes.playbook, value: this.playbook.id },
      { key: searchAttributes.accountId, value: alert.recipientAccount },
      { key: searchAttributes.region, value: alert.region },
      { key: searchAttributes.correlation, value: Object.values(correlation) },
      { key: searchAttributes.technique, value: this.playbook.techniques.map(({ id }) => id) },
      { key: searchAttributes.phase, value: this.record.phase },
      { key: searchAttributes.awaitingApproval, value: this.gate.pending !== null },
      ...(this.assessment ? [{ key: searchAttributes.severity, value: this.assessment.severity }] : []),
      ...(this.verdict ? [{ key: searchAttributes.verdict, value: this.verdict }] : []),
    ]);
    this.showDetails();
  }

  showDetails(): void {
    const { pending } = this.gate;
    setCurrentDetails(
      currentDetails({
        incidentKey: this.key,
        phase: this.record.phase,
        assessment: this.assessment,
        verdict: this.verdict,
        related: this.relations.related,
        pending: pending && requestMessage(this.context(), pending, 'short'),
        notices: this.notices.records.filter(({ status }) => status !== 'told').map((due) => noticeLine(due, now())),
      }),
    );
  }
}
