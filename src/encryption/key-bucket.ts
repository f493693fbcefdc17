import type { ListObjectVersionsCommandOutput } from '@aws-sdk/client-s3';
import { clientConfig, type KeysConnection } from './aws-connection.ts';
import { EncryptionFailed } from './failures.ts';
import type { KeyStore } from './key-store.ts';

export interface KeyBucket extends KeysConnection {
  bucket: string;
  region: string;
  /** The account that must own the bucket. */
  account?: string;
  prefix: string;
}

const ending = '.json';
const lock = 'maintenance.lock';

/** A bucket that all processes of the installation share. In one with versioning, what is replaced is destroyed, too. */
export function keyBucket(settings: KeyBucket): KeyStore {
  const { bucket, region, account, prefix, forcePathStyle = false } = settings;
  const connect = async () => {
    const sdk = await import('@aws-sdk/client-s3');
    return { ...sdk, s3: new sdk.S3Client({ ...(await clientConfig(settings, region)), forcePathStyle }) };
  };
  let connected: ReturnType<typeof connect> | undefined;
  const sdk = () => (connected ??= connect());
  const pathOf = (name: string): string => `${prefix}/${name}${ending}`;
  const inBucket = { Bucket: bucket, ExpectedBucketOwner: account };

  async function put(Key: string, Body: string, onlyNew: boolean) {
    const { s3, PutObjectCommand } = await sdk();
    const condition = onlyNew ? { IfNoneMatch: '*' } : {};
    return asked(`write s3://${bucket}/${Key}`, () =>
      s3.send(new PutObjectCommand({ ...inBucket, Key, Body, ContentType: 'application/json', ...condition })),
    );
  }
  /** Null: there is one of this name. */
  async function putNew(key: string, text: string) {
    try {
      return await put(key, text, true);
    } catch (error) {
      if (causeOf(error) === 'PreconditionFailed') return null;
      throw error;
    }
  }
  async function destroy(Key: string, VersionId: string): Promise<void> {
    const { s3, DeleteObjectCommand } = await sdk();
    const command = new DeleteObjectCommand({ ...inBucket, Key, VersionId });
    await asked(`destroy version ${VersionId} of s3://${bucket}/${Key}`, () => s3.send(command));
  }
  /** Ids of what was under the key before what is there now. */
  async function earlierOf(key: string): Promise<string[]> {
    const { s3, ListObjectVersionsCommand } = await sdk();
    return asked(`list the versions of s3://${bucket}/${key}`, async () => {
      const found: string[] = [];
      for (let from: { KeyMarker?: string; VersionIdMarker?: string } | null = {}; from;) {
        const command = new ListObjectVersionsCommand({ ...inBucket, Prefix: key, ...from });
        const page: ListObjectVersionsCommandOutput = await s3.send(command);
        for (const version of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])])
          if (version.Key === key && version.IsLatest !== true) found.push(version.VersionId ?? unversioned);
        const { IsTruncated, NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
        from = IsTruncated && KeyMarker ? { KeyMarker, ...(VersionIdMarker ? { VersionIdMarker } : {}) } : null;
      }
      return found;
    });
  }
  async function dropEarlier(name: string): Promise<void> {
    for (const version of await earlierOf(pathOf(name))) await destroy(pathOf(name), version);
  }

  return {
    async read(name) {
      const { s3, GetObjectCommand } = await sdk();
      const Key = pathOf(name);
      try {
        const get = () => s3.send(new GetObjectCommand({ ...inBucket, Key }));
        const { Body } = await asked(`read s3://${bucket}/${Key}`, get);
        return (await Body?.transformToString('utf-8')) ?? '';
      } catch (error) {
        if (causeOf(error) !== 'NoSuchKey') throw error;
        // A key that was deleted by hand is not one that never was: a new one in its place would hide the loss.
        if ((await earlierOf(Key)).length === 0) return null;
        throw error;
      }
    },
    add: async (name, text) => (await putNew(pathOf(name), text)) !== null,
    async replace(name, text) {
      await put(pathOf(name), text, false);
      await dropEarlier(name);
    },
    async names() {
      const { s3, paginateListObjectsV2 } = await sdk();
      return asked(`list s3://${bucket}/${prefix}/`, async () => {
        const found: string[] = [];
        for await (const { Contents } of paginateListObjectsV2({ client: s3 }, { ...inBucket, Prefix: `${prefix}/` }))
          for (const { Key = '' } of Contents ?? [])
            if (Key.endsWith(ending)) found.push(Key.slice(prefix.length + 1, -ending.length));
        return found;
      });
    },
    earlier: async (name) => (await earlierOf(pathOf(name))).length,
    dropEarlier,
    async exclusively(change) {
      const key = `${prefix}/${lock}`;
      const locked = await putNew(key, `${process.pid}\n`);
      if (!locked) {
        throw new EncryptionFailed(
          `somebody else is changing the keys in s3://${bucket}/${prefix}; if nobody is, delete ${key} and try again`,
        );
      }
      try {
        return await change();
      } finally {
        await destroy(key, locked.VersionId ?? unversioned);
      }
    },
  };
}

/** The id of an object's only version in a bucket without versioning. */
const unversioned = 'null';

async function asked<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw new EncryptionFailed(`S3 does not ${what} (${(error as Error).name})`, { cause: error });
  }
}

const causeOf = (error: unknown): string | undefined =>
  error instanceof EncryptionFailed && error.cause instanceof Error ? error.cause.name : undefined;
