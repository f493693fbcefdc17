import { describe, expect, test } from 'vitest';
import {
  correlate,
  mostRelated,
  noneCorrelated,
  type Correlated,
  type Joining,
} from '../../../../src/domain/alert/correlation.ts';

const joining = (number: number, changes: Partial<Joining> = {}): Joining => ({
  incidentKey: `VMX-${number}`,
  workflowId: `id-${number}`,
  openedAt: '2026-03-02T10:06:00Z',
  kind: 'accessKey',
  ...changes,
});
const after = (count: number): Correlated =>
  Array.from({ length: count }, (_, number) => joining(number)).reduce(
    (state, one) => correlate(state, [one]).state,
    noneCorrelated,
  );

describe('incidents that share a value', () => {
  test('hear of each other: the new one of all, the others of the new one', () => {
    const { tell } = correlate(after(2), [joining(2)]);
    const told = Object.fromEntries(tell.map(([id, { members }]) => [id, members.map(({ workflowId }) => workflowId)]));
    expect(told).toEqual({ 'id-0': ['id-2'], 'id-1': ['id-2'], 'id-2': ['id-0', 'id-1'] });
    expect(tell.every(([, { total }]) => total === 3)).toBe(true);
  });

  test('hear of which machine the others are, where that is known, and of nothing else that came with it', () => {
    const member = { ...joining(1, { instance: 'hash' }), more: 'x' };
    const { tell } = correlate(after(1), [member]);
    expect(tell[0]?.[1].members).toEqual([
      { incidentKey: 'VMX-1', workflowId: 'id-1', openedAt: joining(1).openedAt, instance: 'hash' },
    ]);
  });

  test('hear nothing while there is one', () => {
    expect(correlate(noneCorrelated, [joining(0)]).tell).toEqual([]);
  });

  test('hear that there is one, where it waits to hear', () => {
    const { tell } = correlate(noneCorrelated, [joining(0, { waits: true })]);
    expect(tell).toEqual([['id-0', { kind: 'accessKey', members: [], total: 1, burst: null }]]);
  });

  test('are not told of each one when there are many, only when their number has doubled', () => {
    const full = after(mostRelated + 5);
    expect(full.members).toHaveLength(mostRelated);
    const { tell, state } = correlate(full, [joining(99)]);
    expect(tell.map(([id]) => id)).toEqual(['id-99']);
    expect(tell[0]?.[1].members).toHaveLength(mostRelated);
    expect(correlate({ ...state, total: 63 }, [joining(100)]).tell).toHaveLength(mostRelated + 1);
  });

  test('are a burst led by the first when they opened within an hour', () => {
    expect(correlate(after(2), [joining(2)]).tell[0]?.[1].burst).toEqual({
      lead: 'VMX-0',
      leadWorkflowId: 'id-0',
      size: 3,
    });
  });

  test('are none when hours lie between them, or when they share only a bucket', () => {
    const later = correlate(after(1), [joining(1, { openedAt: '2026-03-02T12:06:00Z' })]);
    expect(later.tell.map(([, { burst }]) => burst)).toEqual([null, null]);
    const [one, two] = [joining(0, { kind: 'bucket' }), joining(1, { kind: 'bucket' })];
    expect(correlate(noneCorrelated, [one, two]).tell.map(([, { burst }]) => burst)).toEqual([null, null]);
  });
});
