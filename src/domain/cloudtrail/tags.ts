import { member, text } from './fields.ts';
import { structured } from './parameters.ts';

/** Names of the tags that a call of EC2 wrote or removed; undefined: it did neither, or its record does not tell. */
export function tagsChanged(record: unknown): string[] | undefined {
  const eventName = text(member(record, 'eventName'));
  if (eventName !== 'CreateTags' && eventName !== 'DeleteTags') return undefined;
  const items = member(structured(member(record, 'requestParameters')), 'tagSet', 'items');
  if (!Array.isArray(items)) return undefined;
  const names = items.flatMap((item: unknown) => text(member(item, 'key')) ?? []);
  return names.length === items.length ? [...new Set(names)] : undefined;
}
