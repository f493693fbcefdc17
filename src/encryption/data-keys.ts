import { randomBytes } from 'node:crypto';
import { keyBytes } from './aes-gcm.ts';
import { EncryptionFailed } from './failures.ts';
import {
  erasedKey,
  isKeyName,
  keyName,
  parseRecord,
  recordText,
  unwrapped,
  wrappedKey,
  type Erasure,
  type KeyRecord,
} from './key-record.ts';
import type { KeyStore } from './key-store.ts';
import type { MasterKey } from './master-key.ts';

export interface DataKey {
  name: string;
  key: Buffer;
}

export interface DataKeys {
  /** What the scope's payloads are encrypted with from now on; made when there is none. */
  current(scope: string): Promise<DataKey>;
  /** The key that encrypted a payload; throws where it is erased, unknown, or cannot be opened. */
  named(name: string): Promise<Buffer>;
}

/** A destroyed key is forgotten everywhere after so long. */
export const rememberedMs = 5 * 60_000;
/** Open incidents of a busy day; beyond, the store is read again. */
const mostRemembered = 5000;

/** Data keys are made once, whichever process is first, and kept in memory for a while. The first master key wraps new ones. */
export function dataKeys(store: KeyStore, masters: [MasterKey, ...MasterKey[]], now = Date.now): DataKeys {
  const remembered = memory(now);
  const record = async (name: string): Promise<KeyRecord | null> => {
    const text = await store.read(name);
    return text === null ? null : parseRecord(name, text);
  };

  async function newest(scope: string): Promise<DataKey> {
    for (let generation = 1; ; generation++) {
      const name = keyName(scope, generation);
      let found = await record(name);
      if (!found) {
        const made = await wrappedKey(scope, generation, randomBytes(keyBytes), masters[0]);
        // Another process may have been faster: then its key is the one.
        found = (await store.add(name, recordText(made))) ? made : await record(name);
      }
      if (found && !('erased' in found)) return { name, key: await unwrapped(found, masters) };
    }
  }

  async function opened(name: string): Promise<Buffer> {
    const found = isKeyName(name) ? await record(name) : null;
    if (found) return unwrapped(found, masters);
    throw new EncryptionFailed(
      `the key store has no data key ${name}; is encryption.keys the folder, or encryption.keyBucket the bucket, that it was made in?`,
    );
  }

  return {
    current: (scope) => remembered(`current ${scope}`, () => newest(scope)),
    named: (name) => remembered(`named ${name}`, () => opened(name)),
  };
}

/** What was asked for is asked once and known for a while; a failure is not kept. */
function memory(now: () => number) {
  const known = new Map<string, { until: number; value: Promise<unknown> }>();
  return <T>(what: string, find: () => Promise<T>): Promise<T> => {
    const had = known.get(what);
    if (had && had.until > now()) return had.value as Promise<T>;
    known.delete(what);
    const value = find();
    known.set(what, { until: now() + rememberedMs, value });
    value.catch(() => known.delete(what));
    const [oldest] = known.keys();
    if (known.size > mostRemembered && oldest !== undefined) known.delete(oldest);
    return value;
  };
}

/**
 * All generations of a scope's key that can still be read: what an erasure would destroy. One that was stopped half way has
 * left its note, and what the note replaced.
 */
export async function keysOf(store: KeyStore, scope: string): Promise<KeyRecord[]> {
  const found: KeyRecord[] = [];
  for (let generation = 1; ; generation++) {
    const name = keyName(scope, generation);
    const text = await store.read(name);
    if (text === null) return found;
    const record = parseRecord(name, text);
    if (!('erased' in record) || (await store.earlier(name)) > 0) found.push(record);
  }
}

/** Destroys the keys of a scope, and leaves a note in their place. Returns how many there were. */
export const eraseKeys = (store: KeyStore, scope: string, erasure: Erasure): Promise<number> =>
  store.exclusively(async () => {
    const records = await keysOf(store, scope);
    for (const record of records) {
      const name = keyName(scope, record.generation);
      if ('erased' in record) await store.dropEarlier(name);
      else await store.replace(name, recordText(erasedKey(record, erasure)));
    }
    return records.length;
  });

/** Wraps every data key with the first master key, so that the others can go. Payloads stay as they are. */
export const rewrapKeys = (
  store: KeyStore,
  masters: [MasterKey, ...MasterKey[]],
): Promise<{ rewrapped: number; untouched: number; erased: number }> =>
  store.exclusively(async () => {
    const done = { rewrapped: 0, untouched: 0, erased: 0 };
    for (const name of await store.names()) {
      const text = await store.read(name);
      if (text === null) continue;
      const record = parseRecord(name, text);
      if ('erased' in record) done.erased++;
      else if (record.masterKey === masters[0].id) done.untouched++;
      else {
        const { scope, generation } = record;
        const anew = await wrappedKey(scope, generation, await unwrapped(record, masters), masters[0]);
        await store.replace(name, recordText(anew));
        done.rewrapped++;
      }
    }
    return done;
  });
