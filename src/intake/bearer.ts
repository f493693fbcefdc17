import { createHash, timingSafeEqual } from 'node:crypto';

/** Hashes have one length, so that comparing them tells nothing, not even a token's length. */
const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** The token of an `Authorization: Bearer …` header. */
const bearerToken = (header: string | undefined): string | undefined =>
  /^Bearer +([\x21-\x7e]{1,500})$/i.exec(header ?? '')?.[1];

/**
 * Which of the known tokens (as SHA-256 in hex) a header carries; -1: none. All are compared, always: several are valid
 * at once, so that one can be replaced.
 */
export function matchingToken(header: string | undefined, sha256OfKnown: string[]): number {
  const token = bearerToken(header);
  const match = indexOf(token ?? '', sha256OfKnown);
  return token === undefined ? -1 : match;
}

/** The same for a token that stands in a header of its own. */
export const tokenMatches = (token: string, sha256OfKnown: string[]): boolean => indexOf(token, sha256OfKnown) >= 0;

function indexOf(token: string, sha256OfKnown: string[]): number {
  const offered = hashOf(token);
  return sha256OfKnown.reduce(
    (match, known, index) => (timingSafeEqual(offered, Buffer.from(known, 'hex')) ? index : match),
    -1,
  );
}

export const sha256OfToken = (token: string): string => hashOf(token).toString('hex');
