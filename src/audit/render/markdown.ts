import { acknowledgement, type Acknowledgement } from '../../domain/approval/acknowledgement.ts';
import { causeWords, type Drift } from '../../domain/watch/drift.ts';
import { markdownText } from '../../domain/escape.ts';
import type { EvidenceRef, Finding } from '../../domain/findings/evidence.ts';
import { saidOnce } from '../../domain/findings/said-once.ts';
import type { IncidentLink } from '../../domain/incident-links.ts';
import type { ActionRecord } from '../../domain/plan/plan.ts';
import { severityQuestion } from '../../domain/severity/severity-answers.ts';
import { leftOut } from '../../domain/report/left-out.ts';
import type { IncidentReport } from '../../domain/report/report.ts';
import { playbooks } from '../../../workflows/playbooks.ts';
import { sharedNames } from '../../domain/alert/correlation.ts';
import { beforeAndAfter } from './before-and-after.ts';
import { review, techniques } from './markdown-lessons.ts';
import { block, fenced, list, section, table, text } from './markdown-parts.ts';
import { outsideWords } from './outside.ts';
import { rendered, type Sentence } from './sentence.ts';
import { summary } from './summary.ts';
import { temporary } from './temporary.ts';
import { undos } from './undos.ts';
import { basisWords, channelWords, duration, plural, rangeWords, spoken, verifiedBy as howVerified } from './words.ts';

/** The report as a responder would send it on: readable from the top, complete at the bottom. */
export function renderMarkdown(report: IncidentReport): string {
  const playbook = playbooks.find(({ id }) => id === report.playbook);
  const { actions: actionsLeftOut, byHand, remarks } = leftOut(report);
  const lines = (items: typeof remarks): string => list(items.map(({ what, why }) => `${text(what)}: ${text(why)}`));
  return (
    [
      `# ${text(report.incidentKey)}: ${text(playbook?.title ?? report.playbook)}`,
      section('Summary', summary(report).map(inMarkdown).join(' ')),
      section('Severity', severity(report)),
      section('What happened', facts(report)),
      section('Alerts', alerts(report)),
      section('Related incidents', related(report)),
      section('Timeline', timeline(report)),
      section('Findings', findings(report)),
      section('Links', list((report.links ?? []).map(linkText)), 'None: the configuration names no place to link to.'),
      section('Actions', actions(report), 'Nothing was changed.'),
      section('Not done', lines(actionsLeftOut), 'Nothing that the playbook names was left out.'),
      ...(byHand.length === 0 ? [] : [section('Beyond the playbook', lines(byHand))]),
      ...(remarks.length === 0 ? [] : [section('Remarks', lines(remarks))]),
      section('Undo', undos(report), 'Nobody asked to undo anything.'),
      ...(report.temporary ? [section('For a while', temporary(report.temporary))] : []),
      section('Asked', asked(report), 'Nobody was asked for anything.'),
      section('Decisions', decisions(report), 'Nobody decided anything.'),
      section('Credentials to rotate', credentials(report), 'None is known to be affected.'),
      section('Others told', notices(report), 'The policy names nobody else to tell.'),
      section('Metrics', metrics(report)),
      section('Rechecks', rechecks(report), 'Recovery was not checked again.'),
      section('Improvements', list(report.improvements.map((improvement) => text(improvement)))),
      section('Review', review(report, playbook), 'Nothing is left to do.'),
      section('Documents', documents(report), 'No document was kept.'),
      section('Notes', list(report.notes.map((note) => `${text(note.at)}, ${text(note.author)}: ${text(note.text)}`))),
      section('MITRE ATT&amp;CK', techniques(report, playbook)),
      section(
        'References',
        list((playbook?.references ?? []).map(({ title, url }) => `[${markdownText(title)}](${url})`)),
      ),
      section('Record', record(report)),
    ].join('\n\n') + '\n'
  );
}

/** Of a playbook whose questions stand in no checklist there are none. */
const listed = (sources: string[]): string =>
  sources.length === 0 ? '' : ` (${sources.map((source) => text(source)).join(', ')})`;

/** Values are escaped as everywhere; two of them stand out. */
const inMarkdown = (sentence: Sentence): string =>
  rendered(sentence, { own: (words) => words, value: text, strong: (value) => `**${text(value)}**` });

function severity({ assessment }: IncidentReport): string {
  const rows = assessment.met.map(({ level, criterion, evidence, id }) => [
    text(level),
    `${text(criterion)} (${text(id)})`,
    evidence.map((item) => text(spoken(item))).join('<br>'),
  ]);
  const met = rows.length === 0 ? 'No criterion was met.' : table(['Level', 'Criterion', 'Evidence'], rows);
  const open = assessment.unknown.map((fact) => text(severityQuestion(fact))).join(' ');
  return `**${text(assessment.severity)}**\n\n${met}${open === '' ? '' : `\n\nNot established: ${open}`}`;
}

function facts({ alert, alertCount, verdict }: IncidentReport): string {
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

function alerts({ arrivals = [], alertsNotListed = 0 }: IncidentReport): string {
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

function related({ related: others = [], relatedTotal = 0, burst = null }: IncidentReport): string {
  const rows = others.map(({ incidentKey, shares }) => [text(incidentKey), text(sharedNames(shares))]);
  return [
    ...(burst ? [`Part of a burst of ${plural(burst.size, 'incident')}, led by ${text(burst.lead)}.`] : []),
    ...(rows.length > 0 ? [table(['Incident', 'Shares'], rows)] : []),
    ...(relatedTotal > rows.length ? [`${relatedTotal} in all.`] : []),
  ].join('\n\n');
}

const timeline = ({ timeline: entries }: IncidentReport): string =>
  table(
    ['Time (UTC)', 'Phase', 'What', 'Detail'],
    entries.map((entry) => [text(entry.at), text(entry.phase), text(entry.kind), text(entry.text)]),
  );

/** Everything in it that came with an alert is percent-encoded; what could still end the link does not become one. */
const linkText = ({ title, url }: IncidentLink): string =>
  /[\s()<>|\\]/.test(url) ? text(`${title}: ${url}`) : `[${markdownText(title)}](${url})`;

const findings = ({ findings: all, links = [] }: IncidentReport): string =>
  all.length === 0
    ? ''
    : table(
        ['Question', 'Answer', 'What was found', 'Source', 'Evidence'],
        saidOnce(all).map((found) => [
          text(found.question) + listed(found.sources),
          `**${found.answer}**`,
          foundText(found),
          [...basisWords(found), rangeWords(found) ?? []]
            .flat()
            .map((words) => text(words))
            .join('<br>'),
          [
            found.evidence.map(({ uri }) => `D${documentsOf(all).findIndex((one) => one.uri === uri) + 1}`).join(', '),
            ...links.filter((link) => link.findings.includes(found.id)).map(linkText),
          ]
            .filter((part) => part !== '')
            .join('<br>'),
        ]),
      );

/** What was kept of the answers, each once: findings name it by its number. */
const documentsOf = (findings: Finding[]): EvidenceRef[] => [
  ...new Map(findings.flatMap(({ evidence }) => evidence.map((one) => [one.uri, one] as const))).values(),
];

const documents = ({ findings: all }: IncidentReport): string => {
  const kept = documentsOf(all);
  return kept.length === 0
    ? ''
    : table(
        ['No.', 'Where', 'SHA-256'],
        kept.map(({ uri, sha256 }, index) => [`D${index + 1}`, text(uri), text(sha256)]),
      );
};

const foundText = ({ detail, whyUnknown }: Finding): string =>
  text(spoken(detail)) +
  (whyUnknown === undefined || detail.includes(whyUnknown) ? '' : `<br>Not known because: ${text(whyUnknown)}`);

const actions = ({ actions: all }: IncidentReport): string => all.map(actionText).join('\n\n');

function actionText(action: ActionRecord): string {
  const { before, after } = beforeAndAfter(action.input);
  const observed = Object.entries(action.observed ?? {}).map(([name, value]) => `${text(name)}: ${text(value)}`);
  return [
    `### ${text(action.title)}`,
    list([
      `**${text(action.status)}** on ${text(action.at)}: ${text(action.detail)}`,
      `target: ${text(action.target)}`,
      `phase: ${text(action.phase)}, action ${text(action.id)}`,
      `${action.reversible ? 'undo' : '**irreversible**'}: ${text(action.undo)}`,
      ...(observed.length === 0 ? [] : [`read back: ${observed.join(', ')}`]),
    ]),
    `Before:\n\n${block(before)}`,
    `After:\n\n${block(after)}`,
  ].join('\n\n');
}

/** Who was asked about which plan, when they were told again, and how it ended. */
const asked = ({ requests = [] }: IncidentReport): string =>
  requests.length === 0
    ? ''
    : table(
        ['Request', 'Asked (UTC)', 'Of', 'Told again (UTC)', 'Outcome', 'Digest'],
        requests.map(({ requestId, askedAt, askedOf, told, outcome, settledAt, by, replacedBy, digest }) => [
          text(requestId),
          text(askedAt),
          askedOf
            .map(({ at, group, people, by: from }) =>
              text(
                `${group} (${people.join(', ') || 'nobody'}) ${at}${from === undefined ? '' : `, handed over by ${from}`}`,
              ),
            )
            .join('<br>'),
          told.map(({ at, what }) => text(`${what} ${at}`)).join('<br>'),
          [
            text(outcome),
            ...(by.length === 0 ? [] : [`by ${by.map((person) => text(person)).join(' and ')}`]),
            ...(replacedBy === undefined ? [] : [`by ${text(replacedBy)}`]),
            ...(settledAt === undefined ? [] : [`on ${text(settledAt)}`]),
          ].join(' '),
          text(digest),
        ]),
      );

const decisions = ({ decisions: all }: IncidentReport): string =>
  all.length === 0
    ? ''
    : table(
        ['Time (UTC)', 'Who', 'Decision', 'Verified', 'Outcome', 'Reason', 'Digest'],
        all.map(({ at, approver, decision, actions, to, channel, verifiedBy, answer, reason, digest }) => [
          text(at),
          text(approver),
          text(decision) +
            (actions ? ` of ${actions.map((id) => text(id)).join(', ')}` : '') +
            (to === undefined ? '' : ` to ${text(to)}`),
          `${text(channelWords(channel))}, ${howVerified[verifiedBy] ?? text(verifiedBy)}`,
          answer.result === 'accepted' ? `accepted: ${text(answer.detail)}` : `refused: ${text(answer.reason)}`,
          reason === undefined ? '' : text(reason),
          text(digest),
        ]),
      );

/** What the actor used and what was on the machine (S109), each until somebody says that it is done. */
const credentials = ({ credentials: all = [] }: IncidentReport): string =>
  all.length === 0
    ? ''
    : table(
        ['Credential', 'Status', 'Why', 'Said by', 'At (UTC)', 'Note'],
        all.map(({ id, what, why, status, by, at, note }) => [
          `${text(what)} (${text(id)})`,
          `**${text(status)}**`,
          text(why),
          ...[by, at, note].map(optional),
        ]),
      );

/** Who beyond the approvers was told, and who still has to be. */
const notices = ({ notices: all = [], closedAt }: IncidentReport): string =>
  all.length === 0
    ? ''
    : table(
        ['Who', 'Status', 'Told (UTC)', 'By', 'Due by (UTC)', 'Note'],
        all.map(({ id, who, status, at, by, dueBy, why, note, instructions }) => {
          const late = status !== 'told' && dueBy !== undefined && closedAt !== null && closedAt >= dueBy;
          return [
            `${text(who)} (${text(id)})`,
            `**${text(status)}**${late ? ', **overdue**' : ''}`,
            ...[at, by, dueBy].map(optional),
            [why, note, status === 'told' ? undefined : instructions]
              .filter((said) => said !== undefined)
              .map((said) => text(said))
              .join('<br>'),
          ];
        }),
      );

const optional = (value: string | undefined): string => (value === undefined ? '' : text(value));

function metrics(report: IncidentReport): string {
  const { metrics: known, alert, decisions: all } = report;
  const outside = outsideWords(report);
  return table(
    ['Metric', 'Value'],
    [
      ['Time to detection', duration(known.timeToDetection)],
      ['Time to acknowledgement', taken(acknowledgement(alert, all))],
      ['Time to containment', duration(known.timeToContainment)],
      [outside.readTitle, `${outside.read}: ${outside.basis}`],
      ['Exposure', outside.exposure],
    ],
  );
}

const taken = (first: Acknowledgement | null): string =>
  first ? `${duration(first.after)}, until ${text(first.by)} answered` : 'nobody answered';

function rechecks({ rechecks: all }: IncidentReport): string {
  const lines = all.map(({ at, result, drifted }) => {
    const what = drifted.map(({ id, detail }) => `${text(id)}: ${text(detail)}`).join('; ');
    return `${text(at)}: **${text(result)}**${what === '' ? '' : ` (${what})`}`;
  });
  const drifts = all.flatMap(({ drifted }) => drifted).flatMap(whatDrifted);
  return [list(lines), ...drifts].filter((part) => part !== '').join('\n\n');
}

/** Who may have caused it, and what mending it changes. */
const whatDrifted = ({ id, causes = [], change = [] }: Drift): string[] => [
  ...(causes.length > 0
    ? [`${text(id)} drifted, perhaps by:\n\n${list(causes.map((cause) => text(causeWords(cause))))}`]
    : []),
  ...(change.length > 0
    ? [
        `To put ${text(id)} back:\n\n${fenced(
          'diff',
          change.map(({ mark, text: line }) => `${mark} ${line}`),
        )}`,
      ]
    : []),
];

function record(report: IncidentReport): string {
  const rows: [string, string | undefined][] = [
    ['Workflow', report.workflowId],
    ['Run', report.runId],
    ['Playbook', report.playbook],
    ['Opened', report.openedAt],
    ['Closed', report.closedAt ?? 'open'],
    ['Continues', report.predecessor],
    ['Undoes', report.undoes],
    ['Policy digest', report.policyDigest],
    ['Sealed', report.sealedAs && `as ${report.sealedAs}-….tar in the evidence store, once this run has closed`],
    ['Events', report.eventIds.join(', ')],
  ];
  const phases = report.phases.map(({ phase, startedAt, endedAt, outcome }) => [
    text(phase),
    text(startedAt),
    text(endedAt),
    text(outcome),
  ]);
  const known = rows.filter(([, value]) => value !== undefined);
  return [
    table(
      ['Name', 'Value'],
      known.map(([name, value]) => [name, text(value)]),
    ),
    table(['Phase', 'From', 'To', 'Outcome'], phases),
  ].join('\n\n');
}
