import { canonicalJson } from '../digest.ts';
import { parseJson, fieldsOf } from '../cloudtrail/fields.ts';
import { durations, type IncidentFigures } from './incident-figures.ts';

/**
 * What the archive keeps of each closed incident for `soar metrics`, when Temporal no longer has it: one small object, in an
 * order by day, so that a period is found without reading the others. It holds figures, and names no person.
 */
export const figureIndexFolder = 'index/incidents/';

export const figureIndexKey = ({ openedAt, incidentKey, runId }: IncidentFigures): string =>
  `${figureIndexFolder}${dayOf(openedAt)}/${incidentKey}-${runId}.json`;

export const figureIndexEntry = (figures: IncidentFigures): string => canonicalJson({ ...figures });

/** Of the day, which is all that the order of names knows. */
export const dayOf = (time: string | number): string => new Date(time).toISOString().slice(0, 10);

const isText = (value: unknown): boolean => typeof value === 'string' && value.length <= 500;
const isTime = (value: unknown): boolean => isText(value) && !Number.isNaN(Date.parse(value as string));
const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const orNull =
  (is: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === null || is(value);
const oneOf =
  (...values: string[]) =>
  (value: unknown): boolean =>
    values.includes(value as string);

const shape: Record<keyof IncidentFigures, (value: unknown) => boolean> = {
  incidentKey: isText,
  runId: isText,
  openedAt: isTime,
  closedAt: isTime,
  account: isText,
  severity: oneOf('low', 'medium', 'high'),
  verdict: oneOf('authorised', 'unauthorised-attempt', 'unauthorised-export', 'undetermined'),
  rule: orNull(isText),
  allowListEntry: orNull(isText),
  requests: orNull(isCount),
  overdue: orNull(isCount),
  rechecks: isCount,
  drifted: isCount,
  ...(Object.fromEntries(durations.map((name) => [name, orNull(isCount)])) as Record<
    (typeof durations)[number],
    (value: unknown) => boolean
  >),
  accessedOutside: oneOf('yes', 'no', 'unknown'),
};

/** Null: that is no entry of the index. */
export function readFigures(content: string): IncidentFigures | null {
  const fields = fieldsOf(parseJson(content));
  if (!fields || !Object.entries(shape).every(([name, is]) => is(fields[name]))) return null;
  return Object.fromEntries(Object.keys(shape).map((name) => [name, fields[name]])) as unknown as IncidentFigures;
}
