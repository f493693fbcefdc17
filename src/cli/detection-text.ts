import { detectionWarnings } from '../domain/alert/detection-text.ts';
import { kqlOf } from '../domain/alert/detection-query.ts';
import type { DetectionRule } from '../domain/alert/detection.ts';
import type { LastRun, RuleStatus } from '../detection/status.ts';
import { table, wrapped } from './terminal.ts';

export function statusText(statuses: RuleStatus[]): string {
  const heading = [
    'RULE',
    'SCHEDULE',
    'NEXT RUN',
    'LAST RUN',
    'HITS',
    'OPENED',
    'ATTACHED',
    'KNOWN',
    'REFUSED',
    'LEFT',
  ];
  const rows = statuses.map(({ ruleId, schedule, nextRun, lastRun }) => [
    ruleId,
    schedule,
    nextRun ? short(nextRun) : '-',
    lastRun ? `${short(lastRun.startedAt)}${lastRun.state === 'done' ? '' : ` ${lastRun.state}`}` : '-',
    ...countsOf(lastRun),
  ]);
  return table([heading, ...rows]);
}

const short = (time: string): string => `${time.slice(0, 19)}Z`;

function countsOf(last: LastRun | null): string[] {
  if (last?.state !== 'done') return ['-', '-', '-', '-', '-', '-'];
  const { hits, opened, attached, known, refused, remaining } = last.run;
  return [hits, opened, attached, known, refused, remaining].map(String);
}

/** What does not run as it should, one line each. */
export function statusNotes(statuses: RuleStatus[]): string[] {
  return statuses.flatMap(({ ruleId, schedule, lastRun }) => [
    ...(schedule === 'not applied' ? [`${ruleId} is not scheduled: soar detection apply`] : []),
    ...(schedule === 'paused' ? [`${ruleId} is paused: it detects nothing`] : []),
    ...(lastRun?.state === 'failed' ? [`${ruleId} failed last: ${lastRun.reason}`] : []),
    ...(lastRun?.state === 'done' ? detectionWarnings(lastRun.run).map((warning) => `${ruleId}: ${warning}`) : []),
  ]);
}

/** A rule for people, with its query for Kibana. */
export function ruleText(rule: DetectionRule, width: number): string {
  const { threat, deprecated } = rule;
  const facts: [string, string][] = [
    ['name', `${rule.name}, version ${rule.version}`],
    ['origin', rule.origin],
    ['about', rule.description],
    ...(deprecated === undefined ? [] : [['deprecated', deprecated] satisfies [string, string]]),
    ['indices', rule.indices.join(', ')],
    ['query', kqlOf(rule.condition)],
    [
      'runs',
      `every ${rule.interval / 60_000} min, back ${rule.lookback / 60_000} min, at most ${rule.maxAlerts} alerts`,
    ],
    ['severity', `${rule.severity}, risk score ${rule.riskScore}`],
    ['ATT&CK', threat.map(({ tactic, techniques }) => [tactic, ...techniques].map(named).join(' ')).join('; ')],
    ['tags', rule.tags.join(', ')],
    ['known noise', rule.falsePositives.join(' ')],
    ['notes', rule.notes],
    ['data', rule.setup],
    ['references', rule.references.length > 0 ? rule.references.join(' ') : 'none'],
    ['authors', rule.authors.join(', ')],
    ['licence', rule.licence],
  ];
  const label = Math.max(...facts.map(([name]) => name.length)) + 2;
  return facts
    .flatMap(([name, fact]) =>
      // The query stays in one piece, to be copied.
      (name === 'query' ? [fact] : wrapped(fact, Math.max(40, width - label))).map(
        (line, index) => (index === 0 ? name : '').padEnd(label) + line,
      ),
    )
    .join('\n')
    .concat('\n');
}

const named = ({ id, name }: { id: string; name: string }): string => `${id} ${name}`;
