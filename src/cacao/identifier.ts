import { createHash } from 'node:crypto';

/** Of all names below; drawn once, never changed. */
const namespace = 'b3d5c1fe-0f6e-4c0a-9d3e-6a7c51f4e2d8';

/** A CACAO or STIX identifier, the same for the same name. */
export const identifier = (type: string, name: string): string => `${type}--${uuid5(namespace, `${type}/${name}`)}`;

/** A UUID of version 5 (RFC 9562): made of a name. */
export function uuid5(space: string, name: string): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(space.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest();
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
