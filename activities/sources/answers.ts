import { member } from '../../src/domain/cloudtrail/fields.ts';
import { refused } from './failures.ts';

/** The results in an answer. Without a list it is no answer: an empty one would say that there is nothing. */
export function resultsIn(answer: unknown, name: string, ...path: string[]): unknown[] {
  const results = member(answer, ...path);
  if (Array.isArray(results)) return results as unknown[];
  throw refused(`${name} answered without a list of results: check its address in the configuration`);
}
