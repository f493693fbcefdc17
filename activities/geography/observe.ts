import { BlockList, isIP } from 'node:net';
import { awsRangesIn } from './aws-ranges.ts';
import { noted } from '../aws/witness.ts';
import type { GeographyObserve } from './contract.ts';
import { keptFile } from './kept-file.ts';
import { databaseIn, networkOf, placeOf } from './mmdb.ts';
import type { Place, PlacesFacts } from '../../src/domain/findings/places.ts';
import type { Gap } from '../../src/domain/findings/kept.ts';

/** Paths of the operator's files; absent: none is set. */
export interface GeographyFiles {
  /** Country or city, in MaxMind's format. */
  database?: string;
  /** Autonomous systems, in the same format. */
  asn?: string;
  /** AWS's own `ip-ranges.json`. */
  awsRanges?: string;
}

export function geographyObserve({ database, asn, awsRanges }: GeographyFiles): GeographyObserve {
  const places = keptFile('geography.database', database, databaseIn);
  const networks = keptFile('geography.asn', asn, databaseIn);
  const ranges = keptFile('geography.awsRanges', awsRanges, awsRangesIn);

  return {
    async locate({ addresses }): Promise<PlacesFacts> {
      const gaps: Gap[] = [];
      const [placeFile, networkFile, rangeFile] = [await places(gaps), await networks(gaps), await ranges(gaps)];
      const found: Record<string, Place> = {};
      for (const address of addresses) {
        const place = locateOne(address, {
          ...(placeFile ? placeOf(placeFile.content, address) : {}),
          ...(networkFile ? networkOf(networkFile.content, address) : {}),
          ...(rangeFile && isIP(address) !== 0 && holds(rangeFile.content, address) ? { aws: true } : {}),
        });
        if (place) found[address] = place;
      }
      const databases = [placeFile, networkFile].flatMap((file) => (file ? [file.name] : []));
      noted({ call: 'geography files', query: addresses, answer: { databases, places: found } });
      return { databases, places: found, gaps };
    },
  };
}

/** CloudTrail writes `AWS Internal`, or a service's host name, where AWS called on somebody's behalf. */
const awsName = /^(AWS Internal|[a-z0-9.-]+\.amazonaws\.com(\.cn)?)$/i;

const notPublic = new BlockList();
for (const [network, bits] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  notPublic.addSubnet(network, bits, 'ipv4');
}
notPublic.addSubnet('fc00::', 7, 'ipv6');
notPublic.addSubnet('fe80::', 10, 'ipv6');
notPublic.addAddress('::1', 'ipv6');

const holds = (list: BlockList, address: string): boolean => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

function locateOne(address: string, place: Place): Place | null {
  if (awsName.test(address)) return { aws: true };
  if (isIP(address) === 0) return null;
  if (holds(notPublic, address)) return { notPublic: true };
  return Object.keys(place).length > 0 ? place : null;
}
