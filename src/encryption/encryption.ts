import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { encryptionSettings } from '../config/encryption-settings.ts';
import type { SoarConfig } from '../config/load-config.ts';
import { dataKeys, type DataKeys } from './data-keys.ts';
import type { MasterKey } from './key-record.ts';
import { keyFolder, type KeyStore } from './key-store.ts';
import { payloadCodec, withoutKeys } from './payload-codec.ts';

export interface Encryption {
  store: KeyStore;
  masters: [MasterKey, ...MasterKey[]];
  keys: DataKeys;
}

/** From the configuration; null: nothing is encrypted. Reads every master key at once: a missing one shows at start. */
export function encryptionOf(config: SoarConfig): Encryption | null {
  const settings = encryptionSettings(config);
  if (!settings) return null;
  const { masters } = settings;
  const store = keyFolder(settings.folder);
  return { store, masters, keys: dataKeys(store, masters) };
}

export const failureConverterPath = fileURLToPath(new URL('./failure-converter.ts', import.meta.url));

/** For clients and workers. Without keys what is plain is read, and nothing else. */
export const dataConverterFor = (encryption: Pick<Encryption, 'keys'> | null): DataConverter =>
  encryption
    ? { payloadCodecs: [payloadCodec(encryption.keys)], failureConverterPath }
    : { payloadCodecs: [withoutKeys] };

export const notEncrypted =
  'what incidents say is NOT encrypted in Temporal: whoever can read the namespace reads it; ' +
  'the section encryption of soar.yaml turns encryption on (soar encryption keygen)';
