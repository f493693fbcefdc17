import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { geographyObserve } from '../../../../activities/geography/observe.ts';
import { geographyFiles } from '../../../support/geography-files.ts';
import { writeMmdb } from '../../../support/write-mmdb.ts';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../../fixtures/geography/${name}`, import.meta.url));
const database = fixture('places.mmdb');
const asn = fixture('networks.mmdb');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soar-geography-'));
});
afterAll(() => rm(folder, { recursive: true }));

const locate = async (address: string, files = { database, asn }) =>
  (await geographyObserve(files).locate({ addresses: [address] })).places[address];

describe('where addresses are', () => {
  it('is read from the committed databases, which their script would write again', async () => {
    expect(await readFile(database)).toEqual(geographyFiles['places.mmdb']);
    expect(await readFile(asn)).toEqual(geographyFiles['networks.mmdb']);
    expect(await locate('192.0.2.77')).toEqual({
      country: 'DE',
      city: 'Berlin',
      latitude: 52.52,
      longitude: 13.41,
      network: 'AS64496 Example Broadband',
    });
    expect((await locate('203.0.113.1'))?.network).toBe('AS64498 Example Hosting');
  });

  it.each([
    ['8.8.8.8', undefined],
    ['2001:db8::1', undefined],
    ['no address', undefined],
    ['10.1.2.3', { notPublic: true }],
    ['AWS Internal', { aws: true }],
    ['ec2.amazonaws.com', { aws: true }],
    ['ec2.amazonaws.com.example.net', undefined],
  ])('%s', async (address, place) => {
    expect(await locate(address)).toEqual(place);
  });

  it('knows AWS by its list of ranges', async () => {
    const awsRanges = join(folder, 'ip-ranges.json');
    const prefixes = [{ ip_prefix: '203.0.113.0/25', region: 'us-east-1', service: 'EC2' }];
    await writeFile(awsRanges, JSON.stringify({ prefixes, ipv6_prefixes: [{ ipv6_prefix: '2001:db8::/64' }] }));
    const files = { database, awsRanges };
    const { places } = await geographyObserve(files).locate({
      addresses: ['203.0.113.1', '203.0.113.200', '2001:db8::9'],
    });
    expect(places['203.0.113.1']).toMatchObject({ aws: true, country: 'US' });
    expect(places['203.0.113.200']?.aws).toBeUndefined();
    expect(places['2001:db8::9']).toEqual({ aws: true });
  });

  it('takes flat records of other makers', async () => {
    const path = join(folder, 'flat.mmdb');
    await writeFile(
      path,
      writeMmdb('Flat', { '192.0.2.0/24': { country_code: 'NL', city: 'Delft', latitude: '52.01' } }),
    );
    expect(await locate('192.0.2.1', { database: path, asn })).toMatchObject({
      country: 'NL',
      city: 'Delft',
      latitude: 52.01,
    });
  });

  it('says which file it could not read, and answers by the other', async () => {
    const broken = join(folder, 'broken.mmdb');
    await writeFile(broken, 'no database');
    const { places, databases, gaps } = await geographyObserve({ database: broken, asn }).locate({
      addresses: ['192.0.2.1'],
    });
    expect(gaps).toEqual([{ what: 'geography.database', why: 'is no file of that kind' }]);
    expect([places['192.0.2.1'], databases.length]).toEqual([{ network: 'AS64496 Example Broadband' }, 1]);
    const absent = await geographyObserve({ database: join(folder, 'absent') }).locate({ addresses: [] });
    expect(absent.gaps).toEqual([{ what: 'geography.database', why: 'cannot be read (ENOENT)' }]);
    expect(await geographyObserve({}).locate({ addresses: ['192.0.2.1'] })).toEqual({
      databases: [],
      places: {},
      gaps: [],
    });
  });

  it('reads a file again when it was replaced', async () => {
    const path = join(folder, 'replaced.mmdb');
    await writeFile(path, writeMmdb('Old', { '192.0.2.0/24': { country_code: 'NL' } }));
    const files = geographyObserve({ database: path });
    const country = async () => (await files.locate({ addresses: ['192.0.2.1'] })).places['192.0.2.1']?.country;
    expect(await country()).toBe('NL');
    await writeFile(path, writeMmdb('New', { '192.0.2.0/24': { country_code: 'BE' } }));
    await utimes(path, new Date(), new Date(Date.now() + 5_000));
    expect(await country()).toBe('BE');
  });
});
