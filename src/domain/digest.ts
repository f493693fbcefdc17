import canonicalize from 'canonicalize';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** RFC 8785 canonical JSON: one text for one value, whatever the order of its keys. `undefined` members are left out. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('only JSON values have a canonical form');
  return text;
}

/** SHA-256 of the text, in lower-case hex. */
export const sha256Hex = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)));

/** SHA-256 over the canonical JSON of a value: what approvals, policies and preconditions are compared by. */
export const digestOf = (value: unknown): string => sha256Hex(canonicalJson(value));

/** HMAC-SHA-256 in hex: correlation values and decision codes, which nobody without the key can compute. */
export const keyedHash = (key: string, text: string): string =>
  bytesToHex(hmac(sha256, utf8ToBytes(key), utf8ToBytes(text)));

/** True when both values have the same canonical form. */
export const sameJson = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The first `length` RFC 4648 base32 characters (5 bits each) of hex digits. */
export function base32OfHex(hex: string, length: number): string {
  let bits = BigInt('0x' + hex);
  let surplus = hex.length * 4 - length * 5;
  if (surplus < 0) throw new RangeError(`${hex.length} hex digits hold no ${length} base32 characters`);
  bits >>= BigInt(surplus);
  let text = '';
  for (surplus = 0; surplus < length; surplus++) {
    text = base32.charAt(Number(bits & 31n)) + text;
    bits >>= 5n;
  }
  return text;
}
