import { member, text } from './fields.ts';
import { structured } from './parameters.ts';

/**
 * Names of the tags that a call of EC2 wrote or removed, a launch those that it gave the machine; undefined: it did neither,
 * or its record does not tell.
 */
export function tagsChanged(record: unknown): string[] | undefined {
  const eventName = text(member(record, 'eventName'));
  const parameters = structured(member(record, 'requestParameters'));
  if (eventName === 'RunInstances') return namesIn(tagsAtLaunch(member(parameters, 'tagSpecificationSet', 'items')));
  if (eventName !== 'CreateTags' && eventName !== 'DeleteTags') return undefined;
  return namesIn(member(parameters, 'tagSet', 'items'));
}

function tagsAtLaunch(specifications: unknown): unknown {
  if (!Array.isArray(specifications)) return undefined;
  return specifications.flatMap((specification: unknown) => {
    const tags = member(specification, 'tags');
    return member(specification, 'resourceType') === 'instance' && Array.isArray(tags) ? (tags as unknown[]) : [];
  });
}

function namesIn(items: unknown): string[] | undefined {
  if (!Array.isArray(items)) return undefined;
  const names = items.flatMap((item: unknown) => text(member(item, 'key')) ?? []);
  return names.length === items.length ? [...new Set(names)] : undefined;
}
