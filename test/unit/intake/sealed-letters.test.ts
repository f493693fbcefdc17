import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataKeys } from '../../../src/encryption/data-keys.ts';
import { deadLetterFolder } from '../../../src/intake/dead-letters.ts';
import { sealedLetters } from '../../../src/intake/sealed-letters.ts';
import { keysInMemory, masterKey } from '../encryption/keys.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soar-letters-'));
});
afterEach(() => rm(folder, { recursive: true }));

const keys = dataKeys(keysInMemory(), [masterKey('2027')]);
const letters = (sealing: typeof keys | null) =>
  sealedLetters(deadLetterFolder({ deadLetters: folder, deadLetterBytes: 100_000, deadLetterAge: 60_000 }), sealing);
const letter = { requestId: '0-1', door: 'http' as const, body: Buffer.from('{"sourceIp":"198.51.100.7"}') };
const onDisk = async () => readFile(join(folder, (await readdir(folder))[0]!));

describe('a dead letter, where payloads are encrypted', () => {
  it('lies on the disk encrypted, and is read as it came', async () => {
    const id = await letters(keys).keep(letter);
    expect((await onDisk()).toString('latin1')).not.toContain('198.51.100.7');
    expect(await letters(keys).read(id)).toEqual(letter.body);
    expect(await letters(keys).list()).toMatchObject([{ id, door: 'http' }]);
  });

  it('is refused when it was changed, or when there are no keys', async () => {
    const id = await letters(keys).keep(letter);
    await expect(letters(null).read(id)).rejects.toThrow(
      /is encrypted, and the configuration has no section encryption/,
    );
    const bytes = await onDisk();
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(join(folder, `${id}.json`), bytes);
    await expect(letters(keys).read(id)).rejects.toThrow(/its file was changed/);
    await letters(keys).drop(id);
    expect(await readdir(folder)).toEqual([]);
  });

  it('of earlier, in the clear, is still read', async () => {
    const id = await letters(null).keep(letter);
    expect(await onDisk()).toEqual(letter.body);
    expect(await letters(keys).read(id)).toEqual(letter.body);
  });
});
