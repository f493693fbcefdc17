import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArchiveSettings } from '../config/archive-settings.ts';

/** The content of an object of the evidence store; null: there is none. */
export type ReadArchive = (key: string) => Promise<string | null>;

/** `as`: the name of the session, by which CloudTrail tells who looked up. */
export const archiveReader = (settings: ArchiveSettings, as = 'soar-intake'): ReadArchive =>
  'folder' in settings ? folderReader(settings.folder) : bucketReader(settings, as);

const folderReader =
  (folder: string): ReadArchive =>
  async (key) => {
    try {
      return await readFile(join(folder, key), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  };

const patience = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true };

function bucketReader(settings: Exclude<ArchiveSettings, { folder: string }>, sessionName: string): ReadArchive {
  const { bucket, region, readRole, account, prefix, endpoint, forcePathStyle, externalId, profile } = settings;
  const connect = async () => {
    // An intake that has no archive to read does not load the SDK.
    const { GetObjectCommand, S3Client } = await import('@aws-sdk/client-s3');
    const { fromNodeProviderChain, fromTemporaryCredentials } = await import('@aws-sdk/credential-providers');
    const shared = { region, ...(endpoint === undefined ? {} : { endpoint }) };
    const client = new S3Client({
      ...shared,
      forcePathStyle: forcePathStyle ?? false,
      maxAttempts: 2,
      requestHandler: patience,
      credentials: fromTemporaryCredentials({
        masterCredentials: fromNodeProviderChain(profile === undefined ? {} : { profile }),
        params: {
          RoleArn: readRole,
          RoleSessionName: sessionName,
          ...(externalId === undefined ? {} : { ExternalId: externalId }),
        },
        clientConfig: shared,
      }),
    });
    return (key: string) =>
      client.send(new GetObjectCommand({ Bucket: bucket, Key: key, ExpectedBucketOwner: account }));
  };
  let connected: ReturnType<typeof connect> | undefined;

  return async (name) => {
    const get = await (connected ??= connect());
    try {
      const { Body } = await get(prefix === undefined ? name : `${prefix}/${name}`);
      return (await Body?.transformToString('utf-8')) ?? null;
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return null;
      throw error;
    }
  };
}
