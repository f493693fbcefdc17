import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify, parse as parseYaml } from 'yaml';
import { ConfigInvalid } from '../../../src/config/config-invalid.ts';
import { encryptionSettings } from '../../../src/config/encryption-settings.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { dataKeys } from '../../../src/encryption/data-keys.ts';
import { dataConverterFor, encryptionOf } from '../../../src/encryption/encryption.ts';
import { keyFolder, makeKeyFolder } from '../../../src/encryption/key-store.ts';
import { soar } from '../cli/a-terminal.ts';
import { leastConfig, parse } from '../config/configuration.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soar-encryption-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Writes soar.yaml with what soar encryption keygen printed for these ids, the first first. */
async function configured(...ids: string[]): Promise<string> {
  const masterKeys: unknown[] = [];
  for (const id of ids) {
    const made = await soar(['encryption', 'keygen', '--id', id, '--out', join(folder, 'secrets')]);
    expect(made.code).toBe(0);
    masterKeys.push(...(parseYaml(made.out) as { encryption: { masterKeys: unknown[] } }).encryption.masterKeys);
  }
  const file = join(folder, 'soar.yaml');
  await writeFile(file, stringify({ ...leastConfig(), encryption: { masterKeys, keys: './keys' } }));
  return file;
}

describe('the section encryption', () => {
  it('takes what soar encryption keygen prints', async () => {
    const config = await loadConfig(await configured('2027', '2026'));
    const encryption = encryptionOf(config);
    expect(encryption?.masters.map(({ id }) => id)).toEqual(['2027', '2026']);
    expect(config.encryption?.keys).toBe(join(folder, 'keys'));
    const file = join(folder, 'secrets', 'master-2027.key');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
    expect((await soar(['encryption', 'keygen', '--id', '2027', '--out', join(folder, 'secrets')])).code).toBe(2);
  });

  it('is off when it is absent: payloads are plain, and encrypted ones are refused', async () => {
    const config = parse(leastConfig());
    expect(encryptionOf(config)).toBeNull();
    const { payloadCodecs, failureConverterPath } = dataConverterFor(null);
    expect(failureConverterPath).toBeUndefined();
    const encrypted = { metadata: { encoding: Buffer.from('binary/encrypted') }, data: Buffer.from('?') };
    await expect(payloadCodecs?.[0]?.decode([encrypted])).rejects.toThrow(/this is encrypted/);
  });

  it('with a folder and keys from files reads no secret of AWS, which the incident worker has no use for', async () => {
    const file = await configured('2027');
    const text = await readFile(file, 'utf8');
    await writeFile(file, `${text}aws:\n  externalId: env:TEST_SOAR_UNSET\n`);
    expect(encryptionSettings(await loadConfig(file))).toMatchObject({ connection: {} });
    const bucket = text.replace('keys: ./keys', 'keyBucket: { bucket: acme-keys, region: eu-west-1 }');
    await writeFile(file, `${bucket}aws:\n  externalId: env:TEST_SOAR_UNSET\n`);
    const config = await loadConfig(file);
    expect(() => encryptionSettings(config)).toThrow(/aws\.externalId: env:TEST_SOAR_UNSET is not set/);
  });

  it('takes master keys in KMS and a bucket of keys, without asking either before a key is needed', () => {
    const kms = 'arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    const masterKeys = [{ id: '2027', kms }];
    const keyBucket = { bucket: 'acme-keys', region: 'eu-west-1' };
    const config = parse({ ...leastConfig(), encryption: { masterKeys, keyBucket } });
    expect(encryptionOf(config)?.masters.map(({ id }) => id)).toEqual(['2027']);
    const settings = (as: 'user' | 'keeper', roles: object) =>
      encryptionSettings(parse({ ...leastConfig(), encryption: { masterKeys, keyBucket, ...roles } }), as)?.connection;
    const [role, keeperRole] = ['keys', 'keeper'].map((name) => `arn:aws:iam::111111111111:role/${name}`);
    expect(settings('user', { role, keeperRole })).toMatchObject({ role });
    expect(settings('keeper', { role, keeperRole })).toMatchObject({ role: keeperRole });
    expect(settings('keeper', { role })).toMatchObject({ role });

    const refused = (encryption: object) => () => parse({ ...leastConfig(), encryption });
    expect(refused({ masterKeys: [{ id: 'a' }] })).toThrow(/needs either key or kms/);
    expect(refused({ masterKeys: [{ id: 'a', kms, key: 'env:KEY' }] })).toThrow(/needs either key or kms/);
    expect(refused({ masterKeys: [{ id: 'a', kms: 'alias/soar' }] })).toThrow(/must be the ARN of a KMS key/);
    expect(refused({ masterKeys, keyBucket, keys: './keys' })).toThrow(/keyBucket is set, too/);
  });

  it('refuses a key that is none, and two of one id, without repeating the key', async () => {
    await writeFile(join(folder, 'bad'), 'not a key but long enough');
    const masterKeys = [{ id: 'a', key: `file:${join(folder, 'bad')}` }];
    const bad = parse({ ...leastConfig(), encryption: { masterKeys } });
    expect(() => encryptionOf(bad)).toThrow(/encryption.masterKeys\[0\].key: .* must hold 64 lower-case hex digits/);
    expect(() => encryptionOf(bad)).not.toThrow(/long enough/);
    expect(() => parse({ ...leastConfig(), encryption: { masterKeys: [...masterKeys, ...masterKeys] } })).toThrow(
      ConfigInvalid,
    );
    expect(() => parse({ ...leastConfig(), encryption: { masterKeys: [] } })).toThrow(/at least one key/);
  });
});

describe('soar encryption rewrap', () => {
  it('wraps old keys with the first master key', async () => {
    const file = await configured('2027', '2026');
    const { masters } = encryptionOf(await loadConfig(file))!;
    await makeKeyFolder(join(folder, 'keys'));
    const store = keyFolder(join(folder, 'keys'));
    const made = await dataKeys(store, [masters[1]!]).current('incident/1');
    const done = await soar(['encryption', 'rewrap', '-c', file]);
    expect(done).toMatchObject({ code: 0, out: '1 key(s) wrapped with 2027, 0 were already, 0 are erased\n' });
    expect(await dataKeys(store, [masters[0]]).named(made.name)).toEqual(made.key);
  });

  it('says so when there is nothing to wrap with', async () => {
    const file = join(folder, 'soar.yaml');
    await writeFile(file, stringify(leastConfig()));
    expect(await soar(['encryption', 'rewrap', '-c', file])).toMatchObject({
      code: 2,
      err: 'soar: the configuration has no section encryption\n',
    });
  });
});
