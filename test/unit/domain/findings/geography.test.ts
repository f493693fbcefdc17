import { describe, expect, it } from 'vitest';
import { addressesOf, distance, geography, placeWords } from '../../../../src/domain/findings/geography.ts';
import type { Investigated } from '../../../../src/domain/findings/investigated.ts';
import { TrailTally } from '../../../../src/domain/findings/trail-summary.ts';
import { aCaseFile, anAlert, aPolicy, aTrail, aTrailEvent } from '../../../support/builders.ts';
import type { PlacesFacts } from '../../../../src/domain/findings/places.ts';
import type { TrailEvent } from '../../../../src/domain/findings/trail-facts.ts';

const berlin = '192.0.2.1';
const sydney = '198.51.100.7';
const hosted = '203.0.113.9';
const places: PlacesFacts = {
  databases: ['places.mmdb of 2026-01-01'],
  places: {
    [berlin]: {
      country: 'DE',
      city: 'Berlin',
      latitude: 52.52,
      longitude: 13.41,
      network: 'AS64496 Example Broadband',
    },
    [sydney]: { country: 'AU', city: 'Sydney', latitude: -33.87, longitude: 151.21 },
    [hosted]: { country: 'DE', network: 'AS64498 Example Hosting' },
    'AWS Internal': { aws: true },
    '10.0.0.1': { notPublic: true },
  },
  gaps: [],
};
const summed = (events: TrailEvent[], changes = {}) => {
  const tally = new TrailTally();
  for (const event of events) tally.add(event);
  return aTrail(events, { summary: tally.summary(), ...changes });
};
const from = (sourceAddress: string, time = '2026-03-02T09:30:00Z') =>
  aTrailEvent({ eventId: `${sourceAddress} ${time}`, sourceAddress, time });
const file = (options: {
  exportFrom?: string;
  now?: TrailEvent[];
  before?: TrailEvent[];
  more?: Partial<Investigated>;
}) => ({
  ...aCaseFile({ alert: anAlert({ sourceAddress: options.exportFrom ?? berlin }) }),
  ...{ principal: null, bucketTrail: null, lineage: null, places },
  actorTrail: summed(options.now ?? []),
  history: summed(options.before ?? []),
  ...options.more,
});
const answer = (options: Parameters<typeof file>[0]) => geography(file(options));

describe('the addresses of the actor', () => {
  it('fit where they are those of before', () => {
    expect(answer({ before: [from(berlin)] })).toMatchObject({
      answer: 'yes',
      detail: `nothing unusual; ${berlin}: Berlin, DE, AS64496 Example Broadband`,
      source: 'geography file',
    });
    expect(answer({ now: [from(berlin)] }).answer).toBe('yes');
  });

  it('do not fit after an impossible journey', () => {
    expect(answer({ exportFrom: sydney, now: [from(berlin)], before: [from(berlin), from(sydney)] })).toMatchObject({
      answer: 'no',
      detail: expect.stringMatching(
        /^impossible travel: 192\.0\.2\.1 and 30 minutes later 198\.51\.100\.7, 16\d{3} km away;/,
      ) as unknown,
    });
  });

  it('fit after a journey that an aeroplane makes', () => {
    const now = [from(berlin, '2026-03-01T12:00:00Z')];
    expect(answer({ exportFrom: sydney, now, before: [from(berlin), from(sydney)] }).answer).toBe('yes');
  });

  it('do not fit in a country where no call came from before', () => {
    const now = [from(berlin, '2026-03-01T11:00:00Z')];
    expect(answer({ exportFrom: sydney, now, before: [from(berlin)] })).toMatchObject({
      answer: 'no',
      detail: expect.stringMatching(/^198\.51\.100\.7 is in AU, where no call came from before \(DE\);/) as unknown,
    });
  });

  it('do not fit in a network that rents out machines, unless the actor always calls from there', () => {
    expect(answer({ exportFrom: hosted, before: [from(berlin)] }).detail).toMatch(
      /^203\.0\.113\.9 is in a hosting network, AS64498 Example Hosting;/,
    );
    expect(answer({ exportFrom: hosted, before: [from(hosted)] }).answer).toBe('yes');
    const policy = aPolicy({ geography: { hostingNetworks: ['Example Broadband'] } });
    expect(answer({ before: [from(sydney)], more: { policy } }).detail).toMatch(/hosting network, AS64496/);
  });

  it('take AWS itself and private addresses for no place', () => {
    const now = [from('AWS Internal'), from('10.0.0.1')];
    expect(answer({ now, before: [from(berlin)] })).toMatchObject({
      answer: 'yes',
      detail: expect.stringMatching(/AWS Internal: AWS itself; 10\.0\.0\.1: not public/) as unknown,
    });
  });

  it('are not known without a file, a place, a comparison or the whole trail', () => {
    const none = { databases: [], places: {}, gaps: [] };
    expect(answer({ more: { places: none } }).whyUnknown).toMatch(/geography\.database/);
    const gaps = [{ what: 'geography.database', why: 'cannot be read (ENOENT)' }];
    expect(answer({ more: { places: { ...none, gaps } } }).whyUnknown).toMatch(/ENOENT/);
    expect(answer({ more: { places: null } }).answer).toBe('unknown');
    expect(answer({ exportFrom: '192.0.2.200', before: [from(berlin)] }).whyUnknown).toBe('192.0.2.200 is in no file');
    expect(answer({}).whyUnknown).toBe('there are no earlier calls to compare with');
    const truncated = summed([from(berlin)], { truncated: true });
    expect(answer({ more: { actorTrail: truncated } }).answer).toBe('unknown');
    const more = summed([from(berlin)]);
    more.summary!.otherAddresses = 1;
    expect(answer({ more: { actorTrail: more } }).whyUnknown).toBe('more addresses were used than are looked up');
  });

  it('are looked up each once, those around the export first', () => {
    expect(addressesOf(file({ now: [from(sydney), from(berlin)], before: [from(hosted), from(berlin)] }))).toEqual([
      berlin,
      sydney,
      hosted,
    ]);
  });

  it('are far apart by the surface of the earth', () => {
    const { [berlin]: a, [sydney]: b } = places.places;
    const point = (place = {}) => ({ latitude: 0, longitude: 0, ...place });
    expect(distance(point(a), point(b))).toBeGreaterThan(16_000);
    expect(distance(point(a), point(b))).toBeLessThan(16_200);
    expect(distance(point(a), point(a))).toBe(0);
    expect(placeWords({})).toBe('in no file');
  });
});
