import { seal, unseal } from './aes-gcm.ts';

/** What a data key is wrapped for; it opens for nothing else. */
export interface KeyPurpose {
  /** Under which it is stored. */
  name: string;
  /** Whose payloads it encrypts: mostly the workflow id of an incident. */
  scope: string;
}

/** Wraps data keys; it encrypts nothing else. */
export interface MasterKey {
  id: string;
  /** The wrapped key in base64. */
  wrap(dataKey: Buffer, purpose: KeyPurpose): Promise<string>;
  /** Null: another key wrapped it, for another purpose, or it was changed. Throws where it cannot be asked. */
  unwrap(wrapped: string, purpose: KeyPurpose): Promise<Buffer | null>;
}

/** One whose bytes we hold: from the environment or a file. */
export const localMasterKey = (id: string, key: Buffer): MasterKey => ({
  id,
  wrap: (dataKey, { name }) => Promise.resolve(seal(key, dataKey, name).toString('base64')),
  unwrap: (wrapped, { name }) => Promise.resolve(unseal(key, Buffer.from(wrapped, 'base64'), name)),
});
