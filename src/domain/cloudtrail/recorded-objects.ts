import { member, text } from './fields.ts';

const s3Object = 'AWS::S3::Object';
/** CloudTrail's words for every bucket. */
const everything = 'arn:aws:s3';
/** A trail names a few buckets; these travel with its event. */
const most = 20;

/**
 * Below which ARNs a trail with these selectors records every read of an object. A selector that leaves some reads out, by
 * name, caller or otherwise, is not counted: nothing follows from its silence.
 */
export function recordedObjects(request: unknown): string[] {
  const basic = listIn(request, 'eventSelectors')
    .filter((selector) => ['All', 'ReadOnly'].includes(text(member(selector, 'readWriteType')) ?? 'All'))
    .flatMap((selector) => listIn(selector, 'dataResources'))
    .filter((resource) => text(member(resource, 'type')) === s3Object)
    .flatMap((resource) => textsIn(resource, 'values'));
  const advanced = listIn(request, 'advancedEventSelectors').flatMap(objectsOf);
  return [...new Set([...basic, ...advanced])].slice(0, most);
}

function objectsOf(selector: unknown): string[] {
  const fields = listIn(selector, 'fieldSelectors');
  const named = (name: string) => fields.find((field) => text(member(field, 'field')) === name);
  const known = ['eventCategory', 'resources.type', 'resources.ARN', 'readOnly'];
  if (fields.some((field) => !known.includes(text(member(field, 'field')) ?? ''))) return [];
  if (!textsIn(named('resources.type'), 'equals').includes(s3Object)) return [];
  const readOnly = named('readOnly');
  if (readOnly !== undefined && !textsIn(readOnly, 'equals').includes('true')) return [];
  const place = named('resources.ARN');
  return place === undefined ? [everything] : textsIn(place, 'startsWith');
}

/** Whether reads of all of the bucket's objects are recorded. */
export const recordsBucket = (objects: string[], bucketArn: string): boolean =>
  objects.some((arn) => /^arn:aws[\w-]*:s3(:::)?$/.test(arn) || arn === `${bucketArn}/`);

function listIn(value: unknown, name: string): unknown[] {
  const found = member(value, name);
  return Array.isArray(found) ? (found as unknown[]) : [];
}
const textsIn = (value: unknown, name: string): string[] => listIn(value, name).flatMap((one) => text(one) ?? []);
