import { randomBytes } from 'node:crypto';
import type { KeyStore } from '../../../src/encryption/key-store.ts';
import { localMasterKey, type MasterKey } from '../../../src/encryption/master-key.ts';

export const masterKey = (id: string): MasterKey => localMasterKey(id, randomBytes(32));

/** As a folder behaves, without one. */
export function keysInMemory(): KeyStore & { records: Map<string, string> } {
  const records = new Map<string, string>();
  return {
    records,
    read: (name) => Promise.resolve(records.get(name) ?? null),
    add: (name, text) => {
      if (records.has(name)) return Promise.resolve(false);
      records.set(name, text);
      return Promise.resolve(true);
    },
    replace: (name, text) => Promise.resolve(void records.set(name, text)),
    names: () => Promise.resolve([...records.keys()]),
    earlier: () => Promise.resolve(0),
    dropEarlier: () => Promise.resolve(),
    exclusively: (change) => change(),
  };
}
