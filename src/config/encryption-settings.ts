import { awsEndpoint, type AwsEndpoint } from './aws-settings.ts';
import { ConfigInvalid } from './config-invalid.ts';
import type { SoarConfig } from './load-config.ts';

export interface EncryptionSettings {
  /** Where wrapped data keys lie. */
  keys: { folder: string } | { bucket: string; region: string; account?: string; prefix: string };
  /** The first wraps new data keys. */
  masters: [MasterKeySetting, ...MasterKeySetting[]];
  /** How KMS and the bucket are reached. */
  connection: AwsEndpoint & { role?: string };
}
export type MasterKeySetting = { id: string; key: Buffer } | { id: string; arn: string };

/** Null: nothing is encrypted. */
export function encryptionSettings(config: SoarConfig, as: 'user' | 'keeper' = 'user'): EncryptionSettings | null {
  const { encryption, file } = config;
  if (!encryption) return null;
  const masters = encryption.masterKeys.map(({ id, key, kms }, index): MasterKeySetting => {
    if (kms !== undefined) return { id, arn: kms };
    const text = key?.read() ?? '';
    if (/^[0-9a-f]{64}$/.test(text)) return { id, key: Buffer.from(text, 'hex') };
    const path = `encryption.masterKeys[${index}].key`;
    const message = `${key?.reference ?? 'it'} must hold 64 lower-case hex digits (soar encryption keygen)`;
    throw new ConfigInvalid(file, [{ path, message }]);
  });
  const [first, ...rest] = masters;
  // The schema asks for one at least.
  if (!first) throw new ConfigInvalid(file, [{ path: 'encryption.masterKeys', message: 'is empty' }]);
  // What the roles ask for is a secret that a process without AWS is not to need.
  const inAws = encryption.keyBucket !== undefined || masters.some((master) => 'arn' in master);
  const role = as === 'keeper' ? (encryption.keeperRole ?? encryption.role) : encryption.role;
  return {
    keys: encryption.keyBucket ?? { folder: encryption.keys },
    masters: [first, ...rest],
    connection: { ...(inAws ? awsEndpoint(config, 'encryption') : {}), ...(role === undefined ? {} : { role }) },
  };
}
