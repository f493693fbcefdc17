import { describe, expect, it } from 'vitest';
import { isJoining, isRelation } from '../../../../src/domain/shape.ts';

const incident = { incidentKey: 'VMX-1', workflowId: 'id-1', openedAt: '2026-03-02T10:06:00Z' };
const joining = { ...incident, kind: 'accessKey' };
const relation = { kind: 'accessKey', members: [incident], total: 2, burst: null };

describe('what incidents tell each other', () => {
  it('is believed with and without the machine, which incidents of earlier versions do not tell', () => {
    expect(isJoining(joining)).toBe(true);
    expect(isJoining({ ...joining, instance: 'a1b2' })).toBe(true);
    expect(isRelation({ ...relation, members: [{ ...incident, instance: 'a1b2' }] })).toBe(true);
  });

  it.each([7, null, 'x'.repeat(501), { toString: 'x' }])(
    'is not believed with a machine that is no short text: %j',
    (instance) => {
      expect(isJoining({ ...joining, instance })).toBe(false);
      expect(isRelation({ ...relation, members: [{ ...incident, instance }] })).toBe(false);
    },
  );
});
