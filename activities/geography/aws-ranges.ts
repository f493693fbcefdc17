import { BlockList, isIP } from 'node:net';
import { member, parseJson, text } from '../../src/domain/cloudtrail/fields.ts';

/** AWS's published address ranges (`ip-ranges.json`). Throws where it is no such file. */
export function awsRangesIn(content: Buffer): BlockList {
  const document = parseJson(content.toString('utf8'));
  const ranges = [
    ...prefixesIn(document, 'prefixes', 'ip_prefix'),
    ...prefixesIn(document, 'ipv6_prefixes', 'ipv6_prefix'),
  ];
  if (ranges.length === 0) throw new Error('no ranges');
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', bits = ''] = range.split('/');
    const version = isIP(network);
    if (version !== 0) list.addSubnet(network, Number(bits), version === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

function prefixesIn(document: unknown, list: string, name: string): string[] {
  const found = member(document, list);
  return Array.isArray(found) ? found.flatMap((one) => text(member(one, name)) ?? []) : [];
}
