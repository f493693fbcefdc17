import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archiveWorkflowId } from '../../../src/domain/archive.ts';
import { dataKeys, eraseKeys, keysOf, rememberedMs, rewrapKeys } from '../../../src/encryption/data-keys.ts';
import { EncryptionFailed } from '../../../src/encryption/failures.ts';
import { keyFolder, makeKeyFolder } from '../../../src/encryption/key-store.ts';
import { scopeOf } from '../../../src/encryption/scope.ts';
import { masterKey } from './keys.ts';

const first = masterKey('2026');
const second = masterKey('2027');
const erasure = { at: '2027-01-01T00:00:00.000Z', by: ['alice', 'bob'], reason: 'the contract has ended' };
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soar-keys-'));
  await makeKeyFolder(folder);
});
afterEach(() => rm(folder, { recursive: true }));
const keys = (...masters: [typeof first, ...(typeof first)[]]) => dataKeys(keyFolder(folder), masters);

describe('the key of an incident', () => {
  it('is made once, however many processes ask for it at once', async () => {
    const asked = await Promise.all(Array.from({ length: 40 }, () => keys(first).current('incident/1')));
    expect(new Set(asked.map(({ key }) => key.toString('hex'))).size).toBe(1);
    expect(await keyFolder(folder).names()).toEqual([asked[0]!.name]);
    expect(await readdir(folder)).toHaveLength(2);
  });

  it('never lies in the folder in the clear, which nobody else can read', async () => {
    const { name, key } = await keys(first).current('incident/1');
    const text = await readFile(join(folder, `${name}.json`), 'utf8');
    expect(text).not.toContain(key.toString('base64'));
    expect(text).not.toContain(key.toString('hex'));
    expect(name).not.toContain('incident');
    await makeKeyFolder(join(folder, 'as-setup-makes-it'));
    expect((await stat(join(folder, 'as-setup-makes-it'))).mode & 0o077).toBe(0);
  });

  it('can be read by processes of other users in the group that the folder is opened to, and by nobody else', async () => {
    const { name } = await keys(first).current('incident/1');
    // Written with everything that the mask of this process leaves.
    const open = join(folder, 'open');
    await writeFile(open, '', { mode: 0o777 });
    const modeOf = async (file: string) => (await stat(file)).mode & 0o777;
    expect(await modeOf(join(folder, `${name}.json`))).toBe((await modeOf(open)) & 0o640);
  });

  it('opens with the master key that wrapped it, and with no other', async () => {
    const { name, key } = await keys(first).current('incident/1');
    expect(await keys(second, first).named(name)).toEqual(key);
    await expect(keys(second).named(name)).rejects.toThrow(
      /is wrapped with master key 2026, which encryption.masterKeys does not list; it lists 2027/,
    );
    const impostor = { ...second, id: '2026' };
    await expect(keys(impostor).named(name)).rejects.toThrow(/master key 2026 does not open data key/);
    // It does not make another one instead.
    await expect(keys(impostor).current('incident/1')).rejects.toThrow(/does not open/);
  });

  it('is refused when its file is that of another incident, or none', async () => {
    const [one, other] = [await keys(first).current('incident/1'), await keys(first).current('incident/2')];
    await writeFile(join(folder, `${one.name}.json`), await readFile(join(folder, `${other.name}.json`)));
    await expect(keys(first).named(one.name)).rejects.toThrow(/is not that data key; restore it from a backup/);
    await writeFile(join(folder, `${one.name}.json`), 'nothing');
    await expect(keys(first).current('incident/1')).rejects.toThrow(/is not that data key/);
  });

  it('that the disk does not give out fails as every other trouble with keys, and is not made anew', async () => {
    const { name } = await keys(first).current('incident/1');
    // For every user a folder is no file; what a key's file does not let root read is not the same everywhere.
    await rm(join(folder, `${name}.json`));
    await mkdir(join(folder, `${name}.json`));
    for (const asked of [keys(first).current('incident/1'), keys(first).named(name)])
      await expect(asked).rejects.toSatisfy(
        (error) => error instanceof EncryptionFailed && error.message.includes('EISDIR'),
      );
  });

  it('is shared by all that belongs to the incident, and by nothing else', () => {
    const incident = 'ec2-vm-export/111111111111/eu-west-1/export-i-1';
    expect(scopeOf(incident)).toBe(incident);
    expect(scopeOf(`${incident}/undo/2`)).toBe(incident);
    expect(scopeOf(`tally/${incident}`)).toBe(incident);
    expect(scopeOf(archiveWorkflowId({ workflowId: `${incident}/undo/2`, runId: 'r-1' }))).toBe(incident);
    expect(scopeOf(`${incident}/2`)).toBe(`${incident}/2`);
    expect(scopeOf(`${incident}/2/undo/1`)).toBe(`${incident}/2`);
    // Runs begin every few minutes: a key each would be a hundred thousand a year.
    expect(scopeOf('soar-detection/vm-export-failure/run-1')).toBe('soar-detection');
    expect(scopeOf('correlation/abc')).toBe('correlation');
    expect(scopeOf(undefined)).toBe('shared');
  });
});

describe('rotation', () => {
  it('wraps new keys with the first master key and opens old ones with theirs', async () => {
    const old = await keys(first).current('incident/1');
    const both = keys(second, first);
    expect(await both.current('incident/1')).toEqual(old);
    const fresh = await both.current('incident/2');
    expect(await keys(second).named(fresh.name)).toEqual(fresh.key);
  });

  it('wraps all anew, after which the old master key can go', async () => {
    const old = await keys(first).current('incident/1');
    await keys(second).current('incident/2');
    await keys(first).current('incident/3');
    await eraseKeys(keyFolder(folder), 'incident/3', erasure);
    expect(await rewrapKeys(keyFolder(folder), [second, first])).toEqual({ rewrapped: 1, untouched: 1, erased: 1 });
    expect(await keys(second).named(old.name)).toEqual(old.key);
    expect(await rewrapKeys(keyFolder(folder), [second])).toEqual({ rewrapped: 0, untouched: 2, erased: 1 });
  });

  it('waits for nobody: a second one at the same time is refused, and so is an erasure', async () => {
    await keyFolder(folder).exclusively(async () => {
      await expect(rewrapKeys(keyFolder(folder), [second])).rejects.toThrow(/somebody else is changing the keys/);
      await expect(eraseKeys(keyFolder(folder), 'incident/1', erasure)).rejects.toThrow(/maintenance.lock/);
    });
    expect(await readdir(folder)).toEqual(['keys-of-temporal-soar']);
  });
});

describe('a folder that is not mounted', () => {
  const notMounted = /holds neither keys nor the mark of soar setup: is it mounted\?/;

  it('takes no key, and says so', async () => {
    for (const empty of [join(folder, 'not there'), join(folder, 'mount point')]) {
      if (empty.endsWith('point')) await mkdir(empty);
      await expect(dataKeys(keyFolder(empty), [first]).current('incident/1')).rejects.toThrow(notMounted);
      await expect(rewrapKeys(keyFolder(empty), [second, first])).rejects.toThrow(notMounted);
    }
    expect(await readdir(join(folder, 'mount point'))).toEqual([]);
  });

  it('is told from one with keys of a release that made no mark', async () => {
    await keys(first).current('incident/1');
    await rm(join(folder, 'keys-of-temporal-soar'));
    expect(await makeKeyFolder(folder)).toBe(false);
    expect((await keys(first).current('incident/2')).name).not.toBe('');
  });
});

describe('erasure', () => {
  it('leaves who, when and why, and nothing that opens', async () => {
    const store = keyFolder(folder);
    const { name } = await keys(first).current('incident/1');
    const kept = await keys(first).current('incident/2');
    const wrapped = (JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')) as { wrapped: string }).wrapped;
    expect(await keysOf(store, 'incident/1')).toHaveLength(1);
    expect(await eraseKeys(store, 'incident/1', erasure)).toBe(1);
    await expect(keys(first).named(name)).rejects.toThrow(
      /was erased on 2027-01-01T00:00:00.000Z by alice and bob \(the contract has ended\)/,
    );
    for (const file of await readdir(folder)) expect(await readFile(join(folder, file), 'utf8')).not.toContain(wrapped);
    expect(await keys(first).named(kept.name)).toEqual(kept.key);
    expect(await eraseKeys(store, 'incident/1', erasure)).toBe(0);
  });

  it('gives whatever comes later a new key, which does not bring the old one back', async () => {
    const old = await keys(first).current('incident/1');
    await eraseKeys(keyFolder(folder), 'incident/1', erasure);
    const later = await keys(first).current('incident/1');
    expect(later.name).not.toBe(old.name);
    expect(later.key).not.toEqual(old.key);
    await expect(keys(first).named(old.name)).rejects.toThrow(/was erased/);
  });

  it('is known to every process after a while', async () => {
    let now = 0;
    const process = dataKeys(keyFolder(folder), [first], () => now);
    const { name } = await process.current('incident/1');
    await process.named(name);
    await eraseKeys(keyFolder(folder), 'incident/1', erasure);
    await process.named(name);
    now += rememberedMs;
    await expect(process.named(name)).rejects.toThrow(/was erased/);
  });
});
