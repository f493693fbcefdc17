import { describe, expect, it } from 'vitest';
import { kqlOf, searchQuery } from '../../../../src/domain/alert/detection-query.ts';

const condition = { dataset: 'aws.cloudtrail', provider: 'ec2.amazonaws.com', actions: ['ExportImage'] };
const window = { from: '2026-03-02T09:00:00.000Z', to: '2026-03-02T10:00:00.000Z' };

describe('a condition', () => {
  it('reads as KQL, with a list where it names several calls and no outcome where any will do', () => {
    expect(kqlOf({ ...condition, actions: ['ExportImage', 'CreateStoreImageTask'] })).toBe(
      'event.dataset:aws.cloudtrail and event.provider:ec2.amazonaws.com and event.action:(ExportImage or CreateStoreImageTask)',
    );
  });

  it('is searched by when documents came in, without those that were seen', () => {
    const range = { gte: window.from, lt: window.to, format: 'strict_date_optional_time' };
    expect(searchQuery({ ...condition, outcome: 'failure' }, 'event.ingested', window, ['x'])).toEqual({
      bool: {
        filter: [
          { terms: { 'event.dataset': ['aws.cloudtrail'] } },
          { terms: { 'event.provider': ['ec2.amazonaws.com'] } },
          { terms: { 'event.action': ['ExportImage'] } },
          { terms: { 'event.outcome': ['failure'] } },
          { range: { 'event.ingested': range } },
        ],
        must_not: [{ ids: { values: ['x'] } }],
      },
    });
  });

  it('is searched by the event’s own time only where nothing says when it came in', () => {
    expect(searchQuery(condition, '@timestamp', window, [])).toMatchObject({
      bool: { must_not: [{ exists: { field: 'event.ingested' } }] },
    });
  });
});
