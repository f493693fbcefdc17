import { defaultPayloadConverter, type SerializationContext } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { dataKeys } from '../../../src/encryption/data-keys.ts';
import { payloadCodec, withoutKeys } from '../../../src/encryption/payload-codec.ts';
import { keysInMemory, masterKey } from './keys.ts';

const workflow = (workflowId: string): SerializationContext => ({ type: 'workflow', namespace: 'default', workflowId });
const incident = workflow('ec2-vm-export/111111111111/eu-west-1/export-i-1');
const plain = defaultPayloadConverter.toPayload({ said: 'the bucket is acme-loot' });
const read = (payload: typeof plain) => defaultPayloadConverter.fromPayload(payload);
const textOf = (payload: typeof plain) => JSON.stringify(payload) + Buffer.from(payload.data ?? []).toString('latin1');

const store = keysInMemory();
const master = masterKey('2026');
const codec = payloadCodec(dataKeys(store, [master]));

describe('an encrypted payload', () => {
  it('says nothing of its content, and comes back as it was', async () => {
    const [encrypted] = await codec.encode([plain], incident);
    expect(textOf(encrypted!)).not.toContain('acme-loot');
    expect(Object.keys(encrypted!.metadata!).sort()).toEqual(['encoding', 'encryption-cipher', 'encryption-key-id']);
    expect(Buffer.from(encrypted!.metadata!.encoding!).toString()).toBe('binary/encrypted');
    const [decrypted] = await codec.decode([encrypted!], incident);
    expect(read(decrypted!)).toEqual({ said: 'the bucket is acme-loot' });
  });

  it('is never the same twice', async () => {
    const [one, other] = await codec.encode([plain, plain], incident);
    expect(one!.data).not.toEqual(other!.data);
  });

  it('is read by another process with the same keys, without being told of which incident it is', async () => {
    const [encrypted] = await codec.encode([plain], incident);
    const [decrypted] = await payloadCodec(dataKeys(store, [master])).decode([encrypted!]);
    expect(read(decrypted!)).toEqual({ said: 'the bucket is acme-loot' });
  });

  it('is refused after any change of a byte', async () => {
    const [encrypted] = await codec.encode([plain], incident);
    for (let index = 0; index < encrypted!.data!.length; index++) {
      const data = Uint8Array.from(encrypted!.data!);
      data[index]! ^= 1;
      await expect(codec.decode([{ ...encrypted!, data }])).rejects.toThrow(/it was changed, or encrypted by another/);
    }
    await expect(codec.decode([{ ...encrypted!, data: encrypted!.data!.subarray(0, 5) }])).rejects.toThrow(/changed/);
  });

  it('is refused as a payload of another incident', async () => {
    const [ours] = await codec.encode([plain], incident);
    const [theirs] = await codec.encode([plain], workflow('ec2-vm-export/111111111111/eu-west-1/export-i-2'));
    expect(ours!.metadata).not.toEqual(theirs!.metadata);
    await expect(codec.decode([{ ...ours!, metadata: theirs!.metadata! }])).rejects.toThrow(/changed/);
  });

  it('names the key that is missing, and invents none', async () => {
    const [encrypted] = await codec.encode([plain], incident);
    const elsewhere = keysInMemory();
    await expect(payloadCodec(dataKeys(elsewhere, [master])).decode([encrypted!])).rejects.toThrow(
      /the key store has no data key [0-9a-f]{32}-1/,
    );
    const traversal = { ...encrypted!.metadata, 'encryption-key-id': Buffer.from('../../etc/passwd') };
    await expect(codec.decode([{ ...encrypted!, metadata: traversal }])).rejects.toThrow(/has no data key/);
    expect(elsewhere.records.size).toBe(0);
  });

  it('is refused by whoever has no keys, with a word on what to do', async () => {
    const [encrypted] = await codec.encode([plain], incident);
    await expect(withoutKeys.decode([plain, encrypted!])).rejects.toThrow(/name one with --config or SOAR_CONFIG/);
    expect(await withoutKeys.decode([plain])).toEqual([plain]);
    expect(await withoutKeys.encode([plain])).toEqual([plain]);
  });
});

describe('a plain payload', () => {
  it('is taken as it is: somebody may send a signal in Temporal UI', async () => {
    expect(await codec.decode([plain], incident)).toEqual([plain]);
  });
});
