import type { Severity, Verdict } from '../../domain/severity/assessment.ts';
import { techniquesOf, type Technique } from '../../domain/report/attack.ts';
import { plainText } from '../../domain/escape.ts';
import type { Finding } from '../../domain/findings/evidence.ts';
import type { RecordedArrival } from '../../domain/incident.ts';
import type { Json } from '../../domain/json.ts';
import { sharedCopy } from '../../domain/report/shared-copy.ts';
import type { IncidentReport } from '../../domain/report/report.ts';
import { playbooks } from '../../../workflows/playbooks.ts';
import type { PlaybookDescriptor } from '../../../workflows/shared/descriptor.ts';
import { rendered } from './sentence.ts';
import { summary } from './summary.ts';
import { shortened } from './words.ts';

type Fields = Record<string, Json>;

/** Of the Open Cybersecurity Schema Framework; the fields are those of this version. */
const schemaVersion = '1.5.0';
const category = { uid: 2, name: 'Findings' };
const incidentFinding = { uid: 2005, name: 'Incident Finding' };
const activities = { update: { id: 2, name: 'Update' }, close: { id: 3, name: 'Close' } };
const statuses = { open: { id: 2, name: 'In Progress' }, closed: { id: 5, name: 'Closed' } };
const severities: Record<Severity, { id: number; name: string }> = {
  low: { id: 2, name: 'Low' },
  medium: { id: 3, name: 'Medium' },
  high: { id: 4, name: 'High' },
};
const verdicts: Record<Verdict, { id: number; name: string }> = {
  authorised: { id: 5, name: 'Benign' },
  'unauthorised-attempt': { id: 2, name: 'True Positive' },
  'unauthorised-export': { id: 2, name: 'True Positive' },
  undetermined: { id: 7, name: 'Insufficient Data' },
};

/**
 * The report as an OCSF Incident Finding (class 2005), for lakes and SIEMs. What OCSF has no word for stands under
 * `unmapped`; impact, priority and confidence of the whole are left out: nobody measured them.
 */
export function renderOcsf(report: IncidentReport): Fields {
  const { incidentKey, alert, assessment, verdict, openedAt, closedAt, links = [] } = report;
  const playbook = playbooks.find(({ id }) => id === report.playbook);
  const activity = closedAt === null ? activities.update : activities.close;
  const status = closedAt === null ? statuses.open : statuses.closed;
  const sentences = summary(report).map((sentence) => rendered(sentence, { own, value: said, strong: said }));
  const page = links.find(({ title }) => title === 'Incident in Temporal UI');
  const attacks = attacksOf(report, playbook);
  return {
    category_uid: category.uid,
    category_name: category.name,
    class_uid: incidentFinding.uid,
    class_name: incidentFinding.name,
    activity_id: activity.id,
    activity_name: activity.name,
    type_uid: incidentFinding.uid * 100 + activity.id,
    type_name: `${incidentFinding.name}: ${activity.name}`,
    severity_id: severities[assessment.severity].id,
    severity: severities[assessment.severity].name,
    status_id: status.id,
    status: status.name,
    verdict_id: verdicts[verdict].id,
    verdict: verdicts[verdict].name,
    time: milliseconds(openedAt),
    start_time: milliseconds(alert.time),
    end_time: milliseconds(lastMoment(report)),
    message: sentences[0] ?? incidentKey,
    desc: sentences.join(' '),
    assignee_group: { name: playbook?.maintainer ?? 'incident responders' },
    finding_info_list: [...arrivalsOf(report).map(alertInfo(report)), ...report.findings.map(answerInfo(report))],
    ...(attacks.length === 0 ? {} : { attacks }),
    ...suspectedBreach(report),
    ...(page ? { src_url: said(page.url) } : {}),
    cloud: {
      provider: 'AWS',
      region: said(alert.region),
      account: { uid: said(alert.recipientAccount), type: 'AWS Account', type_id: 10 },
    },
    metadata: {
      version: schemaVersion,
      product: { name: 'temporal-soar', vendor_name: 'temporal-soar' },
      profiles: ['incident', 'cloud'],
      uid: `${report.runId}/${activity.name.toLowerCase()}`,
      correlation_uid: incidentKey,
    },
    unmapped: unmapped(report),
  };
}

const own = (words: string): string => words;
const said = (value: string): string => shortened(plainText(value));

/** OCSF counts in milliseconds; what is no time is nothing, and 0 says so. */
const milliseconds = (at: string): number => {
  const time = Date.parse(at);
  return Number.isNaN(time) ? 0 : time;
};

const lastMoment = ({ closedAt, phases, openedAt }: IncidentReport): string =>
  closedAt ?? phases.at(-1)?.endedAt ?? openedAt;

/** How the alerts came; incidents of earlier versions recorded the first one only. One event may have come several times. */
function arrivalsOf({ alert, arrivals }: IncidentReport): RecordedArrival[] {
  const all =
    arrivals === undefined || arrivals.length === 0 ? [{ ...alert.arrival, eventId: alert.eventId }] : arrivals;
  const uidOf = ({ alertId, eventId }: RecordedArrival): string => alertId ?? eventId;
  return all.filter((arrival, index) => all.findIndex((other) => uidOf(other) === uidOf(arrival)) === index);
}

/** What a detector raised. */
const alertInfo =
  ({ alert }: IncidentReport) =>
  ({ eventId, alertId, rule, receivedAt, detectedAt, door }: RecordedArrival): Fields => ({
    uid: said(alertId ?? eventId),
    title: said(rule ?? alert.eventName),
    types: ['alert'],
    desc: said(`${alert.eventName}, ${alert.outcome}; taken in by ${door}`),
    created_time: milliseconds(detectedAt ?? receivedAt),
    first_seen_time: milliseconds(alert.time),
    data_sources: ['AWS CloudTrail'],
    related_events: [{ uid: said(eventId), type: 'AWS CloudTrail event' }],
    ...(rule === undefined ? {} : { analytic: { name: said(rule), type: 'Rule', type_id: 1 } }),
  });

/** What the playbook asked, with its answer; a gap says that it is one. */
const answerInfo =
  ({ incidentKey }: IncidentReport) =>
  ({ id, question, answer, detail, whyUnknown, confidence, source, range }: Finding): Fields => ({
    uid: `${incidentKey}/${said(id)}`,
    title: said(question),
    types: ['playbook question'],
    desc: said(answer === 'unknown' ? `unknown: ${whyUnknown ?? detail}` : `${answer}: ${detail}`),
    ...(source === undefined ? {} : { data_sources: [said(source)] }),
    tags: [
      { name: 'answer', value: answer },
      ...(confidence === undefined ? [] : [{ name: 'confidence', value: confidence }]),
      ...(range ? [{ name: 'looked at', value: `${said(range.from)}/${said(range.to)}` }] : []),
    ],
  });

/** Only what a finding shows; what the playbook is about is no finding. */
const attacksOf = (report: IncidentReport, playbook: PlaybookDescriptor | undefined): Fields[] =>
  techniquesOf(playbook?.techniques ?? [], report)
    .filter(({ findings }) => findings.length > 0)
    .map(({ technique }) => ({ tactic: named(technique.tactic, 'tactics'), ...techniqueOf(technique) }));

function techniqueOf({ id, name }: Technique): Fields {
  const [parent = '', sub] = id.split('.');
  const [family = '', own] = name.split(': ');
  return {
    technique: named({ id: parent, name: family }, 'techniques'),
    ...(sub === undefined || own === undefined
      ? {}
      : { sub_technique: { uid: id, name: own, src_url: `https://attack.mitre.org/techniques/${parent}/${sub}/` } }),
  };
}

const named = ({ id, name }: { id: string; name: string }, kind: 'tactics' | 'techniques'): Fields => ({
  uid: id,
  name,
  src_url: `https://attack.mitre.org/${kind}/${id}/`,
});

/** Left out where nobody knows: a gap is not a no. */
function suspectedBreach({ verdict, metrics, findings }: IncidentReport): Fields {
  if (verdict === 'unauthorised-export' || sharedCopy({ findings }) || metrics.accessedOutsideOrganisation === 'yes') {
    return { is_suspected_breach: true };
  }
  return metrics.accessedOutsideOrganisation === 'no' && verdict !== 'undetermined'
    ? { is_suspected_breach: false }
    : {};
}

function unmapped(report: IncidentReport): Fields {
  const { metrics, actions, decisions, rechecks } = report;
  return {
    verdict: report.verdict,
    playbook: said(report.playbook),
    workflow_id: said(report.workflowId),
    run_id: said(report.runId),
    policy_digest: said(report.policyDigest),
    severity_criteria: report.assessment.met.map(({ id }) => said(id)),
    time_to_detection_seconds: metrics.timeToDetection,
    time_to_containment_seconds: metrics.timeToContainment,
    exposure_seconds: metrics.exposure,
    accessed_outside_organisation: metrics.accessedOutsideOrganisation,
    actions: actions.map(({ id, status, target, at }) => ({
      id: said(id),
      status,
      target: said(target),
      at: said(at),
    })),
    decisions: decisions.map(({ approver, decision, at, verifiedBy, answer }) => ({
      approver: said(approver),
      decision,
      at: said(at),
      verified_by: verifiedBy,
      result: answer.result,
    })),
    rechecks: rechecks.map(({ at, result }) => ({ at: said(at), result })),
  };
}
