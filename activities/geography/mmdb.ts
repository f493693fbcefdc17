import { isIP } from 'node:net';
import { Reader, type Response } from 'mmdb-lib';
import { isFields, member, present, text } from '../../src/domain/cloudtrail/fields.ts';
import type { Place } from '../../src/domain/findings/places.ts';

export type Database = Reader<Response>;

/** MaxMind's format, which others write, too. Throws where it is none. */
export const databaseIn = (content: Buffer): Database => new Reader<Response>(content);

const recordOf = (database: Database, address: string): unknown => {
  const version = isIP(address);
  // A database of IPv4 alone refuses the others.
  if (version === 0 || (version === 6 && database.metadata.ipVersion === 4)) return null;
  return database.get(address);
};

const coordinate = (value: unknown): number | undefined => {
  const number = typeof value === 'number' ? value : Number(text(value));
  return value === undefined || Number.isNaN(number) ? undefined : number;
};

/** Country and city, as MaxMind nests them or as flat files name them. */
export function placeOf(database: Database, address: string): Place {
  const record = recordOf(database, address);
  if (!isFields(record)) return {};
  return present({
    country: text(member(record, 'country', 'iso_code')) ?? text(member(record, 'country_code')),
    city: text(member(record, 'city', 'names', 'en')) ?? text(member(record, 'city')),
    latitude: coordinate(member(record, 'location', 'latitude') ?? member(record, 'latitude')),
    longitude: coordinate(member(record, 'location', 'longitude') ?? member(record, 'longitude')),
  });
}

/** Such as `AS64500 Example Hosting`. */
export function networkOf(database: Database, address: string): Place {
  const record = recordOf(database, address);
  const number = text(member(record, 'autonomous_system_number'));
  const name = text(member(record, 'autonomous_system_organization'));
  const words = [...(number === undefined ? [] : [`AS${number}`]), ...(name === undefined ? [] : [name])].join(' ');
  return words === '' ? {} : { network: words.slice(0, 100) };
}
