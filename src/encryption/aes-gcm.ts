import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ivBytes = 12;
const tagBytes = 16;
/** AES-256. */
export const keyBytes = 32;

/** AES-256-GCM under a random nonce: nonce, ciphertext, tag. What it belongs to is authenticated with it. */
export function seal(key: Buffer, plain: Uint8Array, belongsTo: string): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(belongsTo, 'utf8'));
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Null: another key, other bytes, or sealed for something else. */
export function unseal(key: Buffer, sealed: Uint8Array, belongsTo: string): Buffer | null {
  if (sealed.length < ivBytes + tagBytes) return null;
  const body = sealed.subarray(ivBytes, sealed.length - tagBytes);
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivBytes), { authTagLength: tagBytes })
    .setAAD(Buffer.from(belongsTo, 'utf8'))
    .setAuthTag(sealed.subarray(sealed.length - tagBytes));
  try {
    return Buffer.concat([decipher.update(body), decipher.final()]);
  } catch {
    return null;
  }
}
