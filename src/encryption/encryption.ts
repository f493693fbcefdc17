import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { encryptionSettings, type MasterKeySetting } from '../config/encryption-settings.ts';
import type { SoarConfig } from '../config/load-config.ts';
import { dataKeys, type DataKeys } from './data-keys.ts';
import { keyBucket } from './key-bucket.ts';
import { keyFolder, type KeyStore } from './key-store.ts';
import { kmsMasterKey } from './kms-master-key.ts';
import { localMasterKey, type MasterKey } from './master-key.ts';
import { payloadCodec, withoutKeys } from './payload-codec.ts';

export interface Encryption {
  store: KeyStore;
  masters: [MasterKey, ...MasterKey[]];
  keys: DataKeys;
}

/**
 * From the configuration; null: nothing is encrypted. Reads every master key that we hold at once: a missing one shows at
 * start. Who erases or wraps anew is a keeper, and works under a role of its own.
 */
export function encryptionOf(config: SoarConfig, as: 'user' | 'keeper' = 'user'): Encryption | null {
  const settings = encryptionSettings(config, as);
  if (!settings) return null;
  const { connection, keys } = settings;
  const made = (master: MasterKeySetting): MasterKey =>
    'arn' in master ? kmsMasterKey(master.id, master.arn, connection) : localMasterKey(master.id, master.key);
  const [first, ...rest] = settings.masters;
  const masters: Encryption['masters'] = [made(first), ...rest.map(made)];
  const store = 'folder' in keys ? keyFolder(keys.folder) : keyBucket({ ...connection, ...keys });
  return { store, masters, keys: dataKeys(store, masters) };
}

const failureConverterPath = fileURLToPath(new URL('./failure-converter.ts', import.meta.url));

/** For clients and workers. Without keys what is plain is read, and nothing else. */
export const dataConverterFor = (encryption: Pick<Encryption, 'keys'> | null): DataConverter =>
  encryption
    ? { payloadCodecs: [payloadCodec(encryption.keys)], failureConverterPath }
    : { payloadCodecs: [withoutKeys] };

export const notEncrypted =
  'what incidents say is NOT encrypted in Temporal: whoever can read the namespace reads it; ' +
  'the section encryption of soar.yaml turns encryption on (soar encryption keygen)';
