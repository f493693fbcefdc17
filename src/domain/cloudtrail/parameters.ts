import { fieldsOf, isFields, member, parseJson, textAsSent } from './fields.ts';
import { capital, javaMapValue } from './java-map.ts';

/** The text at the end of a path of keys, as it was sent. */
export type Parameters = (...path: string[]) => string | undefined;

/**
 * Request parameters or response elements: objects, flat or wrapped in one that is named after the call, with keys in
 * EC2's lower or upper camel case; or Elastic's text of them, where only the last key of a path can be looked for.
 */
export function parameters(given: unknown, eventName: string | undefined, suffix: 'Request' | 'Response'): Parameters {
  const value = structured(given);
  if (typeof value === 'string') {
    return (...path) => textAsSent(javaMapValue(value, path.at(-1) ?? ''));
  }
  const wrapped = eventName === undefined ? undefined : member(value, `${eventName}${suffix}`);
  const root = isFields(wrapped) ? wrapped : value;
  return (...path) =>
    textAsSent(
      path.reduce<unknown>((current, key) => {
        const inside = Array.isArray(current) && current.length === 1 ? (current[0] as unknown) : current;
        return member(inside, key) ?? member(inside, capital(key));
      }, root),
    );
}

/** Tables of CloudTrail records (Athena, CloudTrail Lake) keep objects as JSON text. */
export function structured(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*\{\s*(?:"|\})/.test(value)) return value;
  return fieldsOf(parseJson(value)) ?? value;
}
