import { DisableKeyCommand, EnableKeyCommand } from '@aws-sdk/client-kms';
import { DeleteObjectCommand, GetObjectCommand, ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadConfig } from '../../src/config/load-config.ts';
import { dataKeys, eraseKeys, keysOf, rewrapKeys } from '../../src/encryption/data-keys.ts';
import { encryptionOf } from '../../src/encryption/encryption.ts';
import { keyBucket } from '../../src/encryption/key-bucket.ts';
import { kmsMasterKey } from '../../src/encryption/kms-master-key.ts';
import type { MasterKey } from '../../src/encryption/master-key.ts';
import { payloadCodec } from '../../src/encryption/payload-codec.ts';
import { roleNames } from '../../activities/aws/permissions/trust.ts';
import { leastConfig } from '../unit/config/configuration.ts';
import { masterKey } from '../unit/encryption/keys.ts';
import { keyCustody, type KeyCustody } from '../support/key-custody.ts';
import { named, sharedWorld } from './activities-world.ts';

const world = sharedWorld();
let custody: KeyCustody;
let arn: string;
beforeAll(async () => {
  custody = await keyCustody(world());
  arn = await custody.newKey();
}, 60_000);

const erasure = { at: '2027-01-01T00:00:00.000Z', by: ['alice', 'bob'], reason: 'the contract has ended' };
const master = (id = '2027', key = arn): MasterKey => kmsMasterKey(id, key, custody.user);
/** As another process of the installation has them: it remembers nothing. */
const process = (...masters: MasterKey[]) => dataKeys(keyBucket(custody.user), [masters[0] ?? master(), ...masters]);
const s3 = () => world().foundation.forensics.admin.s3;
const objectOf = (name: string) => ({ Bucket: custody.user.bucket, Key: `keys/${name}.json` });
async function textsOf(name: string): Promise<string[]> {
  const { Bucket, Key } = objectOf(name);
  const { Versions = [] } = await s3().send(new ListObjectVersionsCommand({ Bucket, Prefix: Key }));
  const read = async (VersionId = '') =>
    (await s3().send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body?.transformToString() ?? '';
  return Promise.all(Versions.map(({ VersionId }) => read(VersionId)));
}
const callsOf = async (role: keyof typeof roleNames, eventName: string) =>
  (await world().lab.control.trail({ principalArn: `arn:aws:iam::*:role/${roleNames[role]}`, eventName })).map(
    ({ requestParameters }) => requestParameters as Record<string, unknown>,
  );

describe('a master key in KMS', () => {
  it('wraps the key of an incident that all workers share through the bucket, and CloudTrail names the incident', async () => {
    const incident = named('incident');
    const asked = await Promise.all(Array.from({ length: 8 }, () => process().current(incident)));
    expect(new Set(asked.map(({ key }) => key.toString('hex'))).size).toBe(1);
    const { name, key } = asked[0]!;
    expect(await process().named(name)).toEqual(key);
    const [text = '', ...others] = await textsOf(name);
    expect(others).toEqual([]);
    expect(text).not.toContain(key.toString('base64'));
    expect(await callsOf('dataKeys', 'Decrypt')).toContainEqual(
      expect.objectContaining({ encryptionContext: { incident, key: name } }),
    );
  });

  it('is asked once while a worker remembers the key, however many payloads there are', async () => {
    const incident = named('incident');
    const codec = payloadCodec(process());
    const before = (await callsOf('dataKeys', 'Decrypt')).length;
    const payloads = Array.from({ length: 30 }, (_, n) => ({ metadata: {}, data: Buffer.from(`secret ${n}`) }));
    const context = { type: 'workflow' as const, namespace: 'default', workflowId: incident };
    const sealed = await codec.encode(payloads, context);
    expect((await codec.decode(sealed)).map(({ data }) => Buffer.from(data ?? []).toString())).toEqual(
      payloads.map(({ data }) => data.toString()),
    );
    // One to encrypt, one to decrypt.
    expect((await callsOf('dataKeys', 'Decrypt')).length - before).toBe(2);
  });

  it('opens a key for its own incident alone', async () => {
    const [one, other] = [await process().current(named('incident')), await process().current(named('incident'))];
    const [mine = '', theirs = ''] = [(await textsOf(one.name))[0], (await textsOf(other.name))[0]];
    const { wrapped } = JSON.parse(theirs) as { wrapped: string };
    const forged = JSON.stringify({ ...(JSON.parse(mine) as object), wrapped });
    await s3().send(new PutObjectCommand({ ...objectOf(one.name), Body: forged }));
    await expect(process().named(one.name)).rejects.toThrow(/master key 2027 does not open data key/);
  });

  it('opens nothing for who is not allowed to ask it', async () => {
    const { name } = await process().current(named('incident'));
    const { role: _, ...withoutRole } = custody.user;
    const keys = dataKeys(keyBucket(custody.user), [kmsMasterKey('2027', arn, withoutRole)]);
    await expect(keys.named(name)).rejects.toThrow(/KMS does not open .* \(AccessDenied(Exception)?\)/);
  });

  it('that is disabled opens nothing and makes nothing, and says what to look at; enabled again, all goes on', async () => {
    const own = await custody.newKey();
    const old = await process(master('2028', own)).current(named('incident'));
    await custody.kms.send(new DisableKeyCommand({ KeyId: own }));
    const keys = process(master('2028', own));
    const fresh = named('incident');
    const said = new RegExp(`KMS does not (open|wrap) data key .* \\(DisabledException\\): see that ${own} is enabled`);
    await expect(keys.named(old.name)).rejects.toThrow(said);
    await expect(keys.current(fresh)).rejects.toThrow(said);
    expect(await keysOf(keyBucket(custody.keeper), fresh)).toEqual([]);
    await custody.kms.send(new EnableKeyCommand({ KeyId: own }));
    expect(await keys.named(old.name)).toEqual(old.key);
  });

  it('takes over from one in a file, and makes way for the next', async () => {
    const [file, next] = [masterKey('2026'), master('2029', await custody.newKey())];
    const old = await process(file).current(named('incident'));
    const fresh = await process(next, master(), file).current(named('incident'));
    expect(await process(next, file).named(old.name)).toEqual(old.key);
    const keeper = keyBucket(custody.keeper);
    const done = await rewrapKeys(only(keeper, old.name, fresh.name), [next, file]);
    expect(done).toEqual({ rewrapped: 1, untouched: 1, erased: 0 });
    expect(await process(next).named(old.name)).toEqual(old.key);
    // What the old master key could still open is gone.
    expect(await textsOf(old.name)).toHaveLength(1);
  });
});

/** The store as if it held nothing else. */
const only = (store: ReturnType<typeof keyBucket>, ...names: string[]) => ({
  ...store,
  names: async () => (await store.names()).filter((name) => names.includes(name)),
});

describe('a bucket of keys', () => {
  it('has every version of an erased key destroyed, and keeps who, when and why', async () => {
    const incident = named('incident');
    const { name } = await process().current(incident);
    // Somebody stored it again: what is under it is the key, too.
    await s3().send(new PutObjectCommand({ ...objectOf(name), Body: (await textsOf(name))[0] ?? '' }));
    expect(await eraseKeys(keyBucket(custody.keeper), incident, erasure)).toBe(1);
    const [note = '', ...others] = await textsOf(name);
    expect(others).toEqual([]);
    expect(note).not.toContain('wrapped');
    await expect(process().named(name)).rejects.toThrow(/was erased on 2027-01-01T00:00:00.000Z by alice and bob/);
    const later = await process().current(incident);
    expect(later.name).not.toBe(name);
  });

  it('finishes an erasure that was stopped half way', async () => {
    const incident = named('incident');
    const { name } = await process().current(incident);
    const denied = {
      service: 's3',
      operation: 'DeleteObject',
      kind: 'error' as const,
      status: 403,
      code: 'AccessDenied',
    };
    // The version, and then the lock.
    await world().lab.control.fault({ ...denied, times: 1 });
    await expect(eraseKeys(keyBucket(custody.keeper), incident, erasure)).rejects.toThrow(
      /S3 does not destroy version .* \(AccessDenied\)/,
    );
    expect(await textsOf(name)).toHaveLength(2);
    expect(await eraseKeys(keyBucket(custody.keeper), incident, { ...erasure, reason: 'again' })).toBe(1);
    const [note, ...others] = await textsOf(name);
    expect(note).toContain('the contract has ended');
    expect(others).toEqual([]);
    expect(await eraseKeys(keyBucket(custody.keeper), incident, erasure)).toBe(0);
  });

  it('lets the workers destroy nothing', async () => {
    const incident = named('incident');
    const { name, key } = await process().current(incident);
    await expect(eraseKeys(keyBucket(custody.user), incident, erasure)).rejects.toThrow(/S3 does not destroy/);
    await s3().send(new DeleteObjectCommand({ ...objectOf('maintenance.lock'), Key: 'keys/maintenance.lock' }));
    const version = await firstVersion(name);
    const text = (await s3().send(new GetObjectCommand({ ...objectOf(name), VersionId: version }))).Body;
    const wrapped = (JSON.parse((await text?.transformToString()) ?? '') as { wrapped: string }).wrapped;
    expect(await master().unwrap(wrapped, { name, scope: incident })).toEqual(key);
  });

  it('says that a key was deleted by hand, instead of making another in its place', async () => {
    const incident = named('incident');
    const { name } = await process().current(incident);
    await s3().send(new DeleteObjectCommand(objectOf(name)));
    await expect(process().current(incident)).rejects.toThrow(/S3 does not read .* \(NoSuchKey\)/);
  });

  it('is changed by one at a time', async () => {
    const [one, other] = [keyBucket(custody.keeper), keyBucket(custody.keeper)];
    await one.exclusively(async () => {
      await expect(eraseKeys(other, named('incident'), erasure)).rejects.toThrow(/delete keys\/maintenance.lock/);
    });
    expect(await eraseKeys(other, named('incident'), erasure)).toBe(0);
  });
});

async function firstVersion(name: string): Promise<string> {
  const { Bucket, Key } = objectOf(name);
  const { Versions = [] } = await s3().send(new ListObjectVersionsCommand({ Bucket, Prefix: Key }));
  return Versions.find(({ IsLatest }) => IsLatest !== true)?.VersionId ?? '';
}

describe('the section encryption', () => {
  it('takes KMS and a bucket, under the role of whoever is asking', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'soar-kms-'));
    const { bucket, region, account, endpoint, externalId, role } = custody.user;
    await writeFile(join(folder, 'id'), externalId ?? '');
    const aws = { endpoint, forcePathStyle: true, externalId: 'file:id' };
    const encryption = {
      masterKeys: [{ id: '2027', kms: arn }],
      keyBucket: { bucket, region, account },
      ...{ role, keeperRole: custody.keeper.role },
    };
    await writeFile(join(folder, 'soar.yaml'), stringify({ ...leastConfig(), aws, encryption }));
    try {
      const config = await loadConfig(join(folder, 'soar.yaml'));
      const incident = named('incident');
      const made = await encryptionOf(config)!.keys.current(incident);
      expect(await process().named(made.name)).toEqual(made.key);
      await expect(eraseKeys(encryptionOf(config)!.store, 'nothing', erasure)).rejects.toThrow(/S3 does not destroy/);
      await s3().send(new DeleteObjectCommand({ Bucket: bucket, Key: 'keys/maintenance.lock' }));
      expect(await eraseKeys(encryptionOf(config, 'keeper')!.store, incident, erasure)).toBe(1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
