/** An address as a number of 32 or 128 bits. */
interface Address {
  bits: 32 | 128;
  value: bigint;
}

function parseIpv4(text: string): Address | null {
  // No leading zeros: some parsers read them as octal, so they mean different hosts to different readers.
  if (!/^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/.test(text)) return null;
  const octets = text.split('.').map(Number);
  if (octets.some((octet) => octet > 255)) return null;
  return { bits: 32, value: octets.reduce((value, octet) => (value << 8n) | BigInt(octet), 0n) };
}

function parseIpv6(text: string): Address | null {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (tail) {
    const v4 = parseIpv4(tail[2] ?? '');
    if (!v4) return null;
    return parseIpv6(`${tail[1] ?? ''}${(v4.value >> 16n).toString(16)}:${(v4.value & 0xffffn).toString(16)}`);
  }
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const written = groups.flat();
  if (written.some((group) => !/^[\da-f]{1,4}$/i.test(group))) return null;
  const omitted = 8 - written.length;
  if (halves.length === 2 ? omitted < 1 : omitted !== 0) return null;
  const all = [...(groups[0] ?? []), ...Array<string>(omitted).fill('0'), ...(groups[1] ?? [])];
  return { bits: 128, value: all.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n) };
}

/** `::ffff:0:0/96`, where IPv6 writes IPv4 addresses. */
const mapped = 0xffffn;

function parseAddress(text: string): Address | null {
  if (!text.includes(':')) return parseIpv4(text);
  const address = parseIpv6(text);
  if (address && address.value >> 32n === mapped) return { bits: 32, value: address.value & 0xffffffffn };
  return address;
}

/**
 * Who has one address of IPv6 has the 2^64 of its network: each counted alone would have no limit, and thousands of them would
 * leave all others one count to share. What is no address of IPv6 stands for itself; one of IPv4 written as such, for that.
 */
export function sourceNetwork(text: string): string {
  const [bare = ''] = text.split('%');
  const address = parseAddress(bare);
  if (!address) return text;
  const parts = (shifts: bigint[], mask: bigint) => shifts.map((shift) => (address.value >> shift) & mask);
  if (address.bits === 32) return parts([24n, 16n, 8n, 0n], 0xffn).join('.');
  const groups = parts([112n, 96n, 80n, 64n], 0xffffn).map((group) => group.toString(16));
  return `${groups.join(':')}::/64`;
}

const privateBlocks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'];

/** No call from outside AWS has such an address: it comes from a network that somebody made, with addresses of their choice. */
export const isPrivate = (address: string): boolean => privateBlocks.some((block) => inNetwork(address, block));

/**
 * True when the address lies in the CIDR block, or equals it where the block is a single address. Whatever is not an
 * address, such as `AWS Internal` or a service's host name, lies in no network.
 */
export function inNetwork(address: string, network: string): boolean {
  const [base = '', length, ...more] = network.split('/');
  const host = parseAddress(address);
  const block = parseAddress(base);
  if (!host || !block || host.bits !== block.bits || more.length > 0) return false;
  if (length === undefined) return host.value === block.value;
  if (!/^\d{1,3}$/.test(length)) return false;
  const written = base.includes(':') ? 128 : 32;
  const prefix = Number(length) - (written - block.bits);
  if (prefix < 0 || prefix > block.bits) return false;
  const shift = BigInt(block.bits - prefix);
  return host.value >> shift === block.value >> shift;
}
