import { severityQuestion } from '../../domain/severity/severity-answers.ts';
import type { IncidentReport } from '../../domain/report/report.ts';
import { sharedNames } from '../../domain/alert/correlation.ts';
import { table, text } from './markdown-parts.ts';
import { plural, spoken } from './words.ts';

export function severity({ assessment }: IncidentReport): string {
  const rows = assessment.met.map(({ level, criterion, evidence, id }) => [
    text(level),
    `${text(criterion)} (${text(id)})`,
    evidence.map((item) => text(spoken(item))).join('<br>'),
  ]);
  const met = rows.length === 0 ? 'No criterion was met.' : table(['Level', 'Criterion', 'Evidence'], rows);
  const open = assessment.unknown.map((fact) => text(severityQuestion(fact))).join(' ');
  return `**${text(assessment.severity)}**\n\n${met}${open === '' ? '' : `\n\nNot established: ${open}`}`;
}

export function facts({ alert, alertCount, verdict }: IncidentReport): string {
  const { principal, arrival } = alert;
  const rows: [string, string | undefined][] = [
    ['Verdict', verdict],
    ['Call', `${alert.eventName}, ${alert.outcome}`],
    ['Error', alert.errorCode && `${alert.errorCode}: ${alert.errorMessage ?? ''}`],
    ['Time', alert.time],
    ['Account and Region', `${alert.recipientAccount}, ${alert.region}`],
    ['Actor', principal.arn],
    ["Actor's account", alert.account],
    ['Actor id', principal.id],
    ['Access key', principal.accessKeyId],
    ['Source address', alert.sourceAddress],
    ['User agent', alert.userAgent],
    ['Instance', alert.instanceId],
    ['Image', alert.imageId],
    ['Snapshot', alert.snapshotId],
    ['Shared with', alert.sharedWith?.join(', ')],
    ['Bucket and prefix', alert.bucket && `${alert.bucket}/${alert.prefix ?? ''}`],
    ['Object', alert.objectKey],
    ['Format', [alert.diskImageFormat, alert.containerFormat].filter(Boolean).join(' in ')],
    ['Target environment', alert.targetEnvironment],
    ['Export task', alert.exportTaskId],
    ['Role of the export', alert.roleName],
    ['About', alert.about?.id],
    ...Object.entries(alert.about?.says ?? {}).map(([name, value]): [string, string] => [text(name), value]),
    ['Alerts', `${alertCount}, the first by ${arrival.door} on ${arrival.receivedAt}`],
    ['Detection rule', arrival.rule],
  ];
  const known = rows.filter(([, value]) => value !== undefined && value !== '');
  const missing = alert.missing.map((name) => text(name)).join(', ');
  return (
    table(
      ['Fact', 'Value'],
      known.map(([name, value]) => [name, text(value)]),
    ) + (missing === '' ? '' : `\n\nThe alert did not say: ${missing}.`)
  );
}

export function alerts({ arrivals = [], alertsNotListed = 0 }: IncidentReport): string {
  if (arrivals.length === 0) return '';
  const rows = arrivals.map(({ receivedAt, door, rule, alertId, eventId }) => [
    text(receivedAt),
    text(door),
    ...[rule, alertId].map((said) => (said === undefined ? '' : text(said))),
    text(eventId),
  ]);
  return (
    table(['Received (UTC)', 'Door', 'Rule', 'Alert id', 'Event id'], rows) +
    (alertsNotListed === 0
      ? ''
      : `\n\n${plural(alertsNotListed, 'further alert')} came and ${alertsNotListed === 1 ? 'is' : 'are'} not listed.`)
  );
}

export function related({ related: others = [], relatedTotal = 0, burst = null }: IncidentReport): string {
  const rows = others.map(({ incidentKey, shares }) => [text(incidentKey), text(sharedNames(shares))]);
  return [
    ...(burst ? [`Part of a burst of ${plural(burst.size, 'incident')}, led by ${text(burst.lead)}.`] : []),
    ...(rows.length > 0 ? [table(['Incident', 'Shares'], rows)] : []),
    ...(relatedTotal > rows.length ? [`${relatedTotal} in all.`] : []),
  ].join('\n\n');
}
