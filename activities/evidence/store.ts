import { link, mkdir, rm, writeFile } from 'node:fs/promises';
import { createHash, randomUUID } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { Retention } from '../../src/domain/acts/acts.ts';
import type { EvidenceRef } from '../../src/domain/findings/evidence.ts';
import { clientConfig, s3Client, type AwsConnection } from '../aws/clients.ts';
import { aws, isPreconditionFailed } from '../aws/failures.ts';
import { lock } from '../s3/copy-request.ts';

/** Where evidence is kept: documents are added, never replaced; what a key holds already stays. */
export interface EvidenceStore {
  add(key: string, content: Buffer, contentType: string): Promise<{ uri: string }>;
}

/** A folder on the worker's disk, for trials and for whoever ships it on from there. */
function folderStore(folder: string): EvidenceStore {
  return {
    async add(key, content) {
      const path = resolve(folder, key);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      // Written aside and then linked: a worker killed in between leaves no half document under the key.
      const aside = join(dirname(path), `.${randomUUID()}`);
      await writeFile(aside, content, { mode: 0o600 });
      try {
        await link(aside, path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      } finally {
        await rm(aside);
      }
      return { uri: pathToFileURL(path).href };
    },
  };
}

export interface EvidenceBucket extends AwsConnection {
  bucket: string;
  region: string;
  /** Assumed to append; absent: the base credentials. */
  role?: string;
  /** The account that must own the bucket. */
  account?: string;
  prefix?: string;
  /** Object Lock on whatever is added; absent: what the bucket does by itself. */
  retention?: Retention;
}

/** A bucket, best in the forensics account and with Object Lock. */
function bucketStore(settings: EvidenceBucket, sessionName: string): EvidenceStore {
  const { bucket, region, role = null, account, prefix, retention } = settings;
  const s3 = s3Client(settings, clientConfig(settings, region, role, { name: sessionName }));
  return {
    async add(name, content, contentType) {
      const key = prefix === undefined ? name : `${prefix.replace(/\/+$/, '')}/${name}`;
      const uri = `s3://${bucket}/${key}`;
      try {
        await aws(`storing evidence at ${uri}`, () =>
          s3.send(
            new PutObjectCommand({
              Bucket: bucket,
              Key: key,
              Body: content,
              ContentType: contentType,
              ExpectedBucketOwner: account,
              IfNoneMatch: '*',
              ChecksumSHA256: createHash('sha256').update(content).digest('base64'),
              ...lock(retention),
            }),
          ),
        );
      } catch (error) {
        // There already: the key names its content or its event, and what was stored first stays.
        if (!isPreconditionFailed(error)) throw error;
      }
      return { uri };
    },
  };
}

export type EvidenceSettings = { folder: string } | EvidenceBucket;
export const evidenceStore = (settings: EvidenceSettings, sessionName = 'soar-notify'): EvidenceStore =>
  'folder' in settings ? folderStore(settings.folder) : bucketStore(settings, sessionName);

const safe = (part: string): string => part.replace(/[^\w.-]+/g, '_').replace(/^\.+/, '_');

const contentTypes = {
  json: 'application/json',
  md: 'text/markdown; charset=utf-8',
  html: 'text/html; charset=utf-8',
  tar: 'application/x-tar',
};

/** Stores a document under a key that its content determines. */
export async function storeDocument(
  store: EvidenceStore,
  document: {
    incidentKey: string;
    name: string;
    content: Buffer;
    format: keyof typeof contentTypes;
    /** Above the incidents; absent: nothing is. */
    folder?: 'observed';
  },
): Promise<EvidenceRef> {
  const { content } = document;
  const sha256 = createHash('sha256').update(content).digest('hex');
  const above = document.folder === undefined ? '' : `${document.folder}/`;
  const key = `${above}${safe(document.incidentKey)}/${safe(document.name)}-${sha256.slice(0, 12)}.${document.format}`;
  return { ...(await store.add(key, content, contentTypes[document.format])), sha256, size: content.length };
}
