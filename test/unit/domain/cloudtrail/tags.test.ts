import { describe, expect, it } from 'vitest';
import { tagsChanged } from '../../../../src/domain/cloudtrail/tags.ts';

const record = (eventName: string, items: unknown) => ({
  eventName,
  eventSource: 'ec2.amazonaws.com',
  requestParameters: { resourcesSet: { items: [{ resourceId: 'i-1' }] }, tagSet: { items } },
});

describe('tags that a call changed', () => {
  it('are those of its record, each once', () => {
    expect(tagsChanged(record('CreateTags', [{ key: 'Environment', value: 'dev' }, { key: 'Owner' }]))).toEqual([
      'Environment',
      'Owner',
    ]);
    expect(tagsChanged(record('DeleteTags', [{ key: 'Owner' }, { key: 'Owner', value: '' }]))).toEqual(['Owner']);
  });

  it('are not known where the record does not name each of them', () => {
    expect(tagsChanged(record('CreateTags', [{ key: 'Owner' }, { value: 'x' }]))).toBeUndefined();
    expect(tagsChanged(record('CreateTags', 'nonsense'))).toBeUndefined();
    expect(tagsChanged({ eventName: 'DeleteTags', requestParameters: null })).toBeUndefined();
    expect(tagsChanged(undefined)).toBeUndefined();
  });

  it('are, of a launch, those that it gave the machine', () => {
    const launch = (tagSpecificationSet: unknown) =>
      tagsChanged({ eventName: 'RunInstances', requestParameters: { tagSpecificationSet } });
    const items = [
      { resourceType: 'instance', tags: [{ key: 'Environment', value: 'dev' }] },
      { resourceType: 'volume', tags: [{ key: 'Owner', value: 'x' }] },
    ];
    expect(launch({ items })).toEqual(['Environment']);
    expect(launch({ items: items.slice(1) })).toEqual([]);
    expect(launch(undefined)).toBeUndefined();
    expect(launch({ items: [{ resourceType: 'instance', tags: [{ value: 'dev' }] }] })).toBeUndefined();
  });

  it('are none of other calls', () => {
    expect(tagsChanged(record('StartInstances', [{ key: 'Owner' }]))).toBeUndefined();
  });
});
