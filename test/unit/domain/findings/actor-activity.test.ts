import { describe, expect, it } from 'vitest';
import { authentication } from '../../../../src/domain/findings/authentication.ts';
import { thresholds } from '../../../../src/domain/data/thresholds.ts';
import { deniedRun } from '../../../../src/domain/findings/denied-run.ts';
import { keyTimeline } from '../../../../src/domain/findings/key-timeline.ts';
import { historyBefore, newForActor } from '../../../../src/domain/findings/new-for-actor.ts';
import { TrailTally } from '../../../../src/domain/findings/trail-summary.ts';
import { aCaseFile, anAlert, aTrail, aTrailEvent } from '../../../support/builders.ts';
import type { TrailEvent } from '../../../../src/domain/findings/trail-facts.ts';

const summed = (events: TrailEvent[], changes = {}) => {
  const tally = new TrailTally();
  for (const event of events) tally.add(event);
  return aTrail(events, { summary: tally.summary(), ...changes });
};
const at = (minute: number): string => new Date(Date.UTC(2026, 2, 2, 9, minute)).toISOString();
const refused = (minute: number, changes: Partial<TrailEvent> = {}): TrailEvent =>
  aTrailEvent({
    eventId: `r${minute}`,
    time: at(minute),
    eventName: 'ListUsers',
    errorCode: 'AccessDenied',
    ...changes,
  });

describe('what the key did', () => {
  it('is told in figures', () => {
    const found = keyTimeline(aCaseFile({ actorTrail: summed([aTrailEvent({ userAgent: 'Boto3/1' }), refused(1)]) }));
    expect(found).toMatchObject({
      answer: 'yes',
      detail:
        '2 calls (2 reading, 0 changing, 1 refused) from 2026-03-02T09:01:00.000Z to 2026-03-02T09:50:00Z; ' +
        'services ec2.amazonaws.com (2); Regions eu-west-1 (2); addresses 198.51.100.7 (2); user agents Boto3 (1); ' +
        'errors AccessDenied of ListUsers (1)',
      source: 'CloudTrail',
      range: { from: aTrail().from, to: aTrail().to },
    });
  });

  it('is said to be incomplete, or unknown, where the trail is', () => {
    const truncated = summed([aTrailEvent()], { truncated: true });
    expect(keyTimeline(aCaseFile({ actorTrail: truncated })).detail).toMatch(/incomplete: the trail was not read/);
    expect(keyTimeline(aCaseFile({ actorTrail: summed([], { truncated: true }) })).answer).toBe('unknown');
    expect(keyTimeline(aCaseFile({ actorTrail: summed([]) })).detail).toMatch(/no call/);
    expect(keyTimeline(aCaseFile({ actorTrail: null })).answer).toBe('unknown');
  });
});

describe('a run of refused calls before the export', () => {
  const { calls } = thresholds.deniedRun;
  const run = (count: number, every: number) => Array.from({ length: count }, (_, n) => refused(n * every));

  it('is told with what was tried', () => {
    expect(deniedRun(aCaseFile({ actorTrail: aTrail(run(calls, 1)) }))).toMatchObject({
      answer: 'yes',
      detail: `${calls} calls from ${at(0)} to ${at(calls - 1)}: AccessDenied of ListUsers (${calls})`,
    });
  });

  it('is none where it is one less, is spread out, or comes after the export', () => {
    const later = run(calls, 1).map((event, n) => ({
      ...event,
      time: new Date(Date.UTC(2026, 2, 2, 11, n)).toISOString(),
    }));
    for (const events of [run(calls - 1, 1), run(calls, 10), later]) {
      expect(deniedRun(aCaseFile({ actorTrail: aTrail(events) })).answer).toBe('no');
    }
  });

  it('is found among calls by name as well, and not excluded by half a trail', () => {
    const [first, ...rest] = run(calls, 1);
    const nameTrail = aTrail(rest);
    expect(deniedRun(aCaseFile({ actorTrail: aTrail([first!]), nameTrail })).answer).toBe('yes');
    expect(deniedRun(aCaseFile({ actorTrail: aTrail([], { truncated: true }) })).answer).toBe('unknown');
    // Reads that were left out are no refused calls.
    const readsLeftOut = aTrail([], { total: 9_000, changesLeftOut: 0 });
    expect(deniedRun(aCaseFile({ actorTrail: readsLeftOut })).answer).toBe('no');
    expect(deniedRun(aCaseFile({ actorTrail: { ...readsLeftOut, changesLeftOut: 1 } })).answer).toBe('unknown');
  });
});

describe('what the actor did for the first time', () => {
  const usual = aTrailEvent({ eventName: 'CreateInstanceExportTask', userAgent: 'aws-cli/2.1' });
  const file = (before: TrailEvent[], changes = {}, now: TrailEvent[] = []) => ({
    ...aCaseFile({ actorTrail: summed(now) }),
    ...{ principal: null, bucketTrail: null, lineage: null },
    history: summed(before, changes),
  });

  it('is nothing where all of it was seen before', () => {
    expect(newForActor(file([usual]))).toMatchObject({
      answer: 'no',
      detail: expect.stringMatching(/1 calls/) as unknown,
    });
  });

  it.each([
    ['action CreateInstanceExportTask', { eventName: 'DescribeInstances' }],
    ['address 198.51.100.7', { sourceAddress: '192.0.2.1' }],
    ['Region eu-west-1', { region: 'us-east-1' }],
    ['user agent aws-cli', { userAgent: 'Boto3/1' }],
  ])('is told: %s', (what, changes) => {
    const found = newForActor(file([{ ...usual, ...changes }]));
    expect(found.answer).toBe('yes');
    expect(found.detail).toMatch(new RegExp(`^${what.replaceAll('.', '\\.')}; not seen in 1 calls`));
  });

  it('is not known where nothing before could be read, and no list of what would be new is made of that', () => {
    const gaps = [{ what: 'CloudTrail of eu-west-1', why: 'AwsAccessDenied' }];
    const { answer, detail } = newForActor(file([], { gaps }));
    expect([answer, detail]).toEqual(['unknown', 'not known: CloudTrail of eu-west-1: AwsAccessDenied']);
  });

  it('names what else was done around the export, changes first', () => {
    const now = [aTrailEvent({ eventName: 'ListBuckets' }), aTrailEvent({ eventName: 'StopLogging', readOnly: false })];
    expect(newForActor(file([usual], {}, now)).detail).toMatch(/^action StopLogging, action ListBuckets;/);
  });

  it('is not claimed where the history was not read to its end, nor where values were only counted', () => {
    expect(newForActor(file([{ ...usual, region: 'us-east-1' }], { truncated: true }))).toMatchObject({
      answer: 'unknown',
      detail: expect.stringMatching(/^Region eu-west-1; .* what lies before is not known/) as unknown,
    });
    expect(newForActor(file([usual], { truncated: true })).answer).toBe('no');
    const many = file([{ ...usual, region: 'us-east-1' }]);
    many.history.summary!.regions.others = 3;
    expect(newForActor(many).answer).toBe('no');
    expect(newForActor({ ...many, history: null }).answer).toBe('unknown');
  });

  it('says next to nothing where there is no past to compare with', () => {
    const found = newForActor(file([]));
    expect(found).toMatchObject({ answer: 'yes', confidence: 'low' });
    expect(found.detail).toMatch(
      /action CreateInstanceExportTask.*; no call of the actor is on record between .* no past to compare with$/,
    );
    expect(newForActor(file([usual, { ...usual, eventName: 'X' }])).confidence).not.toBe('low');
    // What was not read may hold a past.
    expect(newForActor(file([], { truncated: true })).answer).toBe('unknown');
  });

  it('is compared with the 90 days before the day of the export', () => {
    expect(historyBefore('2026-03-02T10:00:00Z')).toEqual({
      from: '2025-12-02T10:00:00.000Z',
      to: '2026-03-02T00:00:00.000Z',
    });
  });
});

describe('sign-ins', () => {
  const login = aTrailEvent({
    eventId: 'login',
    eventName: 'ConsoleLogin',
    eventSource: 'signin.amazonaws.com',
    mfa: true,
  });

  it('are found by name, with the second factor', () => {
    const own = aTrailEvent({ eventId: anAlert().eventId, readOnly: false, mfa: false });
    const found = authentication(aCaseFile({ actorTrail: aTrail([own]), nameTrail: aTrail([login]) }));
    expect(found).toMatchObject({
      answer: 'yes',
      detail: expect.stringMatching(
        /^ConsoleLogin .*, with a second factor; the export itself: without a second factor$/,
      ) as unknown,
    });
    const silent = { ...login };
    delete silent.mfa;
    expect(authentication(aCaseFile({ nameTrail: aTrail([silent]) })).detail).toMatch(/second factor not known/);
  });

  it('are excluded by a whole trail of the name alone', () => {
    expect(authentication(aCaseFile({ nameTrail: aTrail() }))).toMatchObject({
      answer: 'no',
      detail: expect.stringMatching(/in eu-west-1, us-east-1/) as unknown,
    });
    expect(authentication(aCaseFile({ nameTrail: null })).answer).toBe('unknown');
    expect(authentication(aCaseFile({ nameTrail: aTrail([], { truncated: true }) })).answer).toBe('unknown');
  });
});
