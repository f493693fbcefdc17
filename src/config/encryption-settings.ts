import { ConfigInvalid } from './config-invalid.ts';
import type { SoarConfig } from './load-config.ts';

export interface EncryptionSettings {
  /** Where wrapped data keys lie. */
  folder: string;
  /** The first wraps new data keys. */
  masters: [MasterKeySetting, ...MasterKeySetting[]];
}
interface MasterKeySetting {
  id: string;
  key: Buffer;
}

/** Null: nothing is encrypted. */
export function encryptionSettings({ encryption, file }: SoarConfig): EncryptionSettings | null {
  if (!encryption) return null;
  const masters = encryption.masterKeys.map(({ id, key }, index) => {
    const text = key.read();
    if (/^[0-9a-f]{64}$/.test(text)) return { id, key: Buffer.from(text, 'hex') };
    const path = `encryption.masterKeys[${index}].key`;
    const message = `${key.reference} must hold 64 lower-case hex digits (soar encryption keygen)`;
    throw new ConfigInvalid(file, [{ path, message }]);
  });
  const [first, ...rest] = masters;
  // The schema asks for one at least.
  if (!first) throw new ConfigInvalid(file, [{ path: 'encryption.masterKeys', message: 'is empty' }]);
  return { folder: encryption.keys, masters: [first, ...rest] };
}
