import { createHash } from 'node:crypto';
import { EncryptionFailed, KeyErased } from './failures.ts';
import type { MasterKey } from './master-key.ts';

export interface Erasure {
  /** ISO 8601 UTC. */
  at: string;
  /** Ids of the people who confirmed it. */
  by: string[];
  reason: string;
}

interface About {
  format: typeof format;
  /** Whose payloads it encrypts: mostly the workflow id of an incident. */
  scope: string;
  /** From 1; after an erasure whatever comes later has a new key. */
  generation: number;
}
/** A data key as it is stored: wrapped, or destroyed with a note of why. */
export type KeyRecord = (About & { masterKey: string; wrapped: string }) | (About & { erased: Erasure });

const format = 'temporal-soar-key/1';

/** Stands in the clear beside each payload, so it says nothing about the incident. */
export const keyName = (scope: string, generation: number): string =>
  `${createHash('sha256').update(scope).digest('hex').slice(0, 32)}-${generation}`;

export const isKeyName = (text: string): boolean => /^[0-9a-f]{32}-\d{1,4}$/.test(text);

const nameOf = ({ scope, generation }: About): string => keyName(scope, generation);

export async function wrappedKey(
  scope: string,
  generation: number,
  dataKey: Buffer,
  master: MasterKey,
): Promise<KeyRecord> {
  const wrapped = await master.wrap(dataKey, { name: keyName(scope, generation), scope });
  return { format, scope, generation, masterKey: master.id, wrapped };
}

export const erasedKey = ({ scope, generation }: KeyRecord, erased: Erasure): KeyRecord => ({
  format,
  scope,
  generation,
  erased,
});

export const recordText = (record: KeyRecord): string => `${JSON.stringify(record)}\n`;

export function parseRecord(name: string, text: string): KeyRecord {
  let record: KeyRecord | undefined;
  try {
    record = JSON.parse(text) as KeyRecord;
  } catch {
    record = undefined;
  }
  if ((record?.format as string | undefined) !== format || !record || nameOf(record) !== name) {
    throw new EncryptionFailed(`what the key store has as ${name} is not that data key; restore it from a backup`);
  }
  return record;
}

/** The data key; throws where it is erased, or no master key of ours opens it. */
export async function unwrapped(record: KeyRecord, masters: MasterKey[]): Promise<Buffer> {
  const name = nameOf(record);
  if ('erased' in record) {
    const { at, by, reason } = record.erased;
    throw new KeyErased(
      `data key ${name} of ${record.scope} was erased on ${at} by ${by.join(' and ')} (${reason}): ` +
        'what it encrypted is gone for good',
    );
  }
  const master = masters.find(({ id }) => id === record.masterKey);
  if (!master) {
    throw new EncryptionFailed(
      `data key ${name} is wrapped with master key ${record.masterKey}, which encryption.masterKeys does not list; ` +
        `it lists ${masters.map(({ id }) => id).join(', ')}`,
    );
  }
  const dataKey = await master.unwrap(record.wrapped, { name, scope: record.scope });
  if (dataKey) return dataKey;
  throw new EncryptionFailed(
    `master key ${master.id} does not open data key ${name}: it is another key than the one that wrapped it, or the stored key was changed`,
  );
}
