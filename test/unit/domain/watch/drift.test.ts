import { describe, expect, it } from 'vitest';
import type { ActInput } from '../../../../src/domain/acts/acts.ts';
import { changeOf, driftCauses, whereChanged } from '../../../../src/domain/watch/drift.ts';
import { containmentPlan } from '../../../../src/domain/plan/containment-plan.ts';
import { anActionRecord, aPlanInput, aTrail, aTrailEvent, ids } from '../../../support/builders.ts';

const responders = ['arn:aws:iam::111111111111:role/soar-*'];
const write = (changes: Parameters<typeof aTrailEvent>[0]) =>
  aTrailEvent({ eventName: 'PutBucketAcl', readOnly: false, ...changes });

describe('what caused a drift', () => {
  it('is looked for under the name that CloudTrail lists the target by', () => {
    const { actions } = containmentPlan(aPlanInput());
    const resource = (value: string) => ({ name: 'ResourceName', value });
    const named = actions.map(({ input }) => [input.act, whereChanged(input)]);
    expect(named).toContainEqual(['editBucketPolicy', resource(ids.bucket)]);
    expect(named).toContainEqual(['setAccessKeyStatus', resource('mallory')]);
    expect(named).toContainEqual(['putInlinePolicy', resource('mallory')]);
    const copy = actions.find(({ input }) => input.act === 'copyExport');
    expect(whereChanged(copy?.input as ActInput)).toBeNull();
    expect(whereChanged(anActionRecord().input)).toBeNull();
    const image = { type: 'image' as const, id: 'ami-1' };
    const base = { incidentKey: ids.incidentKey, accountId: ids.account, region: ids.region };
    expect(whereChanged({ ...base, act: 'setSharing', resource: image, before: ['all'], after: [] })).toEqual(
      resource('ami-1'),
    );
    expect(whereChanged({ ...base, act: 'setEbsEncryptionDefault', before: false, after: true })).toEqual({
      name: 'EventName',
      value: 'DisableEbsEncryptionByDefault',
    });
  });

  it('is a change by somebody else that succeeded, the newest first and three at most', () => {
    const trail = aTrail([
      write({ eventId: '1', time: '2026-03-02T12:00:00Z' }),
      write({ eventId: '2', time: '2026-03-02T13:00:00Z' }),
      write({ eventId: '3', time: '2026-03-02T11:00:00Z' }),
      write({ eventId: '4', time: '2026-03-02T10:00:00Z' }),
    ]);
    expect(driftCauses(trail, responders).map(({ eventId }) => eventId)).toEqual(['2', '1', '3']);
  });

  it('is neither a read, nor a call that failed, nor one of our own', () => {
    const trail = aTrail([
      write({ readOnly: true }),
      write({ errorCode: 'AccessDenied' }),
      write({ principalArn: 'arn:aws:sts::111111111111:assumed-role/soar-contain/VMX' }),
    ]);
    expect(driftCauses(trail, responders)).toEqual([]);
  });
});

describe('what mending a drift changes', () => {
  const [action] = containmentPlan(aPlanInput()).actions;

  it('is what people are asked about: only the lines that differ', () => {
    const lines = changeOf(action)!;
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.every(({ mark }) => mark === '+')).toBe(true);
    expect(lines.map(({ text }) => text).join('\n')).toContain('s3:GetObject');
  });

  it('is cut where it is long, with how much is missing', () => {
    const after = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`line-${index}`, index]));
    const lines = changeOf({ ...action!, before: {}, after })!;
    expect(lines).toHaveLength(41);
    expect(lines.at(-1)?.text).toMatch(/^\d+ more lines$/);
    expect(changeOf(undefined)).toBeUndefined();
  });
});
