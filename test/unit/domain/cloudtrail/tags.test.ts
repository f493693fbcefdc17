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

  it('are none of other calls', () => {
    expect(tagsChanged(record('RunInstances', [{ key: 'Owner' }]))).toBeUndefined();
  });
});
