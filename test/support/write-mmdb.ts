/**
 * Writes a small database in MaxMind's format (https://maxmind.github.io/MaxMind-DB/): a binary tree over the bits of IPv4
 * addresses, 16 zero bytes, the records, and the metadata behind its marker. For tests; records are small maps.
 */
export type MmdbValue = string | number | { [key: string]: MmdbValue };

export function writeMmdb(type: string, networks: Record<string, MmdbValue>): Buffer {
  const records: Buffer[] = [];
  const nodes: [Entry, Entry][] = [[null, null]];
  let offset = 0;
  for (const [network, value] of Object.entries(networks)) {
    const record = encode(value);
    insert(nodes, network, { record: offset });
    records.push(record);
    offset += record.length;
  }
  const tree = Buffer.concat(nodes.flatMap((node) => node.map((entry) => pointer(entry, nodes.length))));
  const metadata = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_767_225_600,
    database_type: type,
    ip_version: 4,
    node_count: nodes.length,
    record_size: 24,
  });
  const marker = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
  return Buffer.concat([tree, Buffer.alloc(16), ...records, marker, metadata]);
}

/** The next node, a record's offset, or nothing. */
type Entry = number | { record: number } | null;

function insert(nodes: [Entry, Entry][], network: string, leaf: { record: number }): void {
  const [address = '', length] = network.split('/');
  const bits = address.split('.').reduce((value, octet) => value * 256 + Number(octet), 0);
  let node = 0;
  for (let depth = 0; depth < Number(length); depth++) {
    const side = Math.floor(bits / 2 ** (31 - depth)) % 2 === 0 ? 0 : 1;
    if (depth === Number(length) - 1) {
      nodes[node]![side] = leaf;
      return;
    }
    const next = nodes[node]![side];
    if (typeof next === 'number') node = next;
    else node = nodes[node]![side] = nodes.push([null, null]) - 1;
  }
}

/** Three bytes; what is not in the tree points at the number of nodes, what is in the records behind it. */
function pointer(entry: Entry, count: number): Buffer {
  const value = entry === null ? count : typeof entry === 'number' ? entry : count + 16 + entry.record;
  const bytes = Buffer.alloc(3);
  bytes.writeUIntBE(value, 0, 3);
  return bytes;
}

function encode(value: MmdbValue): Buffer {
  if (typeof value === 'string') {
    const text = Buffer.from(value);
    return Buffer.concat([control(2, text.length), text]);
  }
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 ? whole(value) : double(value);
  const members = Object.entries(value);
  return Buffer.concat([
    control(7, members.length),
    ...members.flatMap(([key, inner]) => [encode(key), encode(inner)]),
  ]);
}

/** Kind and size; the format's longer sizes are not needed here. */
function control(kind: number, size: number): Buffer {
  if (size < 29) return Buffer.from([(kind << 5) | size]);
  if (size > 29 + 255) throw new Error('too long for this writer');
  return Buffer.from([(kind << 5) | 29, size - 29]);
}

function whole(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return Buffer.concat([control(6, 4), bytes]);
}

function double(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return Buffer.concat([control(3, 8), bytes]);
}
