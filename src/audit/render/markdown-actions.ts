import { type Drift, causeWords } from '../../domain/watch/drift.ts';
import type { ActionRecord } from '../../domain/plan/plan.ts';
import type { IncidentReport } from '../../domain/report/report.ts';
import { beforeAndAfter } from './before-and-after.ts';
import { block, fenced, list, text } from './markdown-parts.ts';

export const actions = ({ actions: all }: IncidentReport): string => all.map(actionText).join('\n\n');

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

export function rechecks({ rechecks: all }: IncidentReport): string {
  const lines = all.map(({ at, result, drifted, notInPlace = [] }) => {
    const failed = notInPlace.length > 0 ? [`not in place: ${notInPlace.map((id) => text(id)).join(', ')}`] : [];
    const what = [...drifted.map(({ id, detail }) => `${text(id)}: ${text(detail)}`), ...failed].join('; ');
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
