import type { DetectionCondition, DetectionWindow } from './detection.ts';
import type { Json } from '../json.ts';

/** Fields of the condition by their ECS names, in the order in which people write them. */
export const conditionFields = ({ dataset, provider, actions, outcome }: DetectionCondition): [string, string[]][] => [
  ['event.dataset', [dataset]],
  ['event.provider', [provider]],
  ['event.action', actions],
  ...(outcome === undefined ? [] : [['event.outcome', [outcome]] satisfies [string, string[]]]),
];

/** The condition as it is pasted into Kibana. Values are of harmless characters: the rules' schema sees to it. */
export const kqlOf = (condition: DetectionCondition): string =>
  conditionFields(condition)
    .map(([field, values]) => `${field}:${values.length === 1 ? (values[0] ?? '') : `(${values.join(' or ')})`}`)
    .join(' and ');

/**
 * When a document came in. `event.ingested` is set by the ingest pipeline and finds what arrives late; documents without it are
 * taken by the event's own time.
 */
export const clocks = ['event.ingested', '@timestamp'] as const;
export type Clock = (typeof clocks)[number];

/** The same condition for `_search`: documents of the window by one of the two clocks, without those that were seen. */
export function searchQuery(
  condition: DetectionCondition,
  clock: Clock,
  { from, to }: DetectionWindow,
  seen: string[],
): Json {
  const notSeen: Json[] = seen.length > 0 ? [{ ids: { values: seen } }] : [];
  const noOther: Json[] = clock === '@timestamp' ? [{ exists: { field: 'event.ingested' } }] : [];
  return {
    bool: {
      filter: [
        ...conditionFields(condition).map(([field, values]): Json => ({ terms: { [field]: values } })),
        { range: { [clock]: { gte: from, lt: to, format: 'strict_date_optional_time' } } },
      ],
      must_not: [...notSeen, ...noOther],
    },
  };
}
