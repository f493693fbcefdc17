import { describe, expect, it } from 'vitest';
import { blindingCalls, concealmentIn } from '../../../../src/domain/findings/concealment.ts';
import { concealing } from '../../../../src/domain/data/concealing-calls.ts';
import { aTrail, aTrailEvent } from '../../../support/builders.ts';
import type { TrailEvent, TrailFacts, BlindingCalls } from '../../../../src/domain/findings/trail-facts.ts';

const admin = 'arn:aws:iam::111111111111:user/admin';
const blinding = (events: TrailEvent[], changes: Partial<BlindingCalls> = {}): BlindingCalls => ({
  trail: aTrail(events),
  logBuckets: ['acme-trail'],
  responders: ['arn:aws:iam::111111111111:role/soar-*'],
  ...changes,
});
const call = (eventName: string, changes: Partial<TrailEvent> = {}): TrailEvent =>
  aTrailEvent({ eventName, readOnly: false, principalArn: admin, ...changes });
const judged = (actorTrail: TrailFacts | null, byAnybody?: BlindingCalls, laterTrail?: TrailFacts) =>
  concealmentIn({ actorTrail, ...(byAnybody ? { blinding: byAnybody } : {}), ...(laterTrail ? { laterTrail } : {}) });
const onLogs = { recording: { effect: 'unknown' as const, what: 'something', bucket: 'acme-trail' } };

describe('concealment by anybody', () => {
  it.each(concealing.filter(({ by }) => by === 'anybody'))('$call counts, with who called', ({ call: name }) => {
    expect(judged(aTrail(), blinding([call(name, onLogs)]))).toMatchObject({
      value: 'yes',
      evidence: expect.stringMatching(new RegExp(`^${name} .* by ${admin}$`)) as unknown,
    });
  });

  it.each(concealing)('$call is quiet when it was refused', ({ call: name }) => {
    const refused = call(name, { ...onLogs, errorCode: 'AccessDenied' });
    expect(judged(aTrail([refused]), blinding([refused])).value).toBe('no');
  });

  it.each(concealing.filter(({ by, on }) => by === 'actor' || on !== undefined))(
    '$call by somebody else is quiet where no logs are concerned',
    ({ call: name }) => {
      const elsewhere = { recording: { ...onLogs.recording, bucket: 'acme-pictures' } };
      expect(judged(aTrail(), blinding([call(name, elsewhere)])).value).toBe('no');
    },
  );

  it('is quiet about what is switched on or widened, and about our own roles', () => {
    const widened = call('PutEventSelectors', { recording: { effect: 'not less', what: 'selects all' } });
    const own = call('StopLogging', { principalArn: 'arn:aws:sts::111111111111:assumed-role/soar-contain/x' });
    expect(judged(aTrail([widened]), blinding([widened, own])).value).toBe('no');
  });

  it('asks in the account for nothing that people do all day', () => {
    expect(blindingCalls).toContain('StopLogging');
    expect(blindingCalls).not.toContain('DeleteLogGroup');
  });

  it('is not excluded where the account was not looked at, or not to the end', () => {
    expect(judged(aTrail(), blinding([], { trail: null })).value).toBe('unknown');
    expect(judged(aTrail(), blinding([], { trail: aTrail([], { truncated: true }) })).value).toBe('unknown');
    expect(judged(null, blinding([])).value).toBe('unknown');
    expect(judged(null, blinding([call('StopLogging')])).value).toBe('yes');
  });

  it('of the actor counts when CloudTrail lists it late, and is not excluded by a later look that was cut short', () => {
    const later = aTrail([call('StopLogging')], { to: '2026-03-02T11:30:00Z' });
    expect(judged(aTrail(), blinding([]), later)).toMatchObject({
      value: 'yes',
      evidence: expect.stringContaining('StopLogging') as unknown,
    });
    expect(judged(aTrail(), blinding([]), aTrail([], { truncated: true })).value).toBe('unknown');
    expect(judged(aTrail(), blinding([]), aTrail()).value).toBe('no');
    // The first look failed, and the later one read all of it.
    expect(judged(null, blinding([]), aTrail()).value).toBe('no');
  });
});
