import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createHash, randomUUID } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Retention } from '../../src/domain/acts/acts.ts';
import type { EvidenceRef } from '../../src/domain/findings/evidence.ts';
import { clientConfig, s3Client, type AwsConnection } from '../aws/clients.ts';
import { aws, isPreconditionFailed, triedAgain } from '../aws/failures.ts';
import { lock } from '../s3/copy-request.ts';

/** Where evidence is kept: documents are added, never replaced; what a key holds already stays. */
export interface EvidenceStore {
  add(key: string, content: Buffer, contentType: string): Promise<{ uri: string }>;
  /** What a key holds, under a role that may read it; few may. */
  read(key: string): Promise<Buffer>;
}

/** A folder on the worker's disk, for trials and for whoever ships it on from there. */
function folderStore(folder: string): EvidenceStore {
  return {
    async add(key, content) {
      const path = resolve(folder, key);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      // Written aside and then linked: a worker killed in between leaves no half document under the key. What a full disk cut
      // off goes at once: it is tried again and again, and would fill whatever somebody makes room for.
      const aside = join(dirname(path), `.${randomUUID()}`);
      try {
        await writeFile(aside, content, { mode: 0o600 });
        await link(aside, path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw takesNone(folder, error);
      } finally {
        await rm(aside, { force: true });
      }
      return { uri: pathToFileURL(path).href };
    },

    read: (key) => readFile(resolve(folder, key)),
  };
}

/** A write that fails does not say where. */
const takesNone = (folder: string, error: unknown): Error =>
  new Error(`${folder} takes no document: ${(error as Error).message}`, { cause: error });

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
  const keyOf = (name: string): string => (prefix === undefined ? name : `${prefix.replace(/\/+$/, '')}/${name}`);
  return {
    async add(name, content, contentType) {
      const key = keyOf(name);
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
        // The report waits for it, so a refusal must not end the incident: whoever waits for less says so in the workflow.
        if (!isPreconditionFailed(error)) throw triedAgain(error);
      }
      return { uri };
    },

    async read(name) {
      const key = keyOf(name);
      const { Body } = await aws(`reading evidence at s3://${bucket}/${key}`, () =>
        s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, ExpectedBucketOwner: account })),
      );
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
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

interface DocumentPlace {
  incidentKey: string;
  name: string;
  format: keyof typeof contentTypes;
  /** Above the incidents; absent: nothing is. */
  folder?: 'observed' | 'observed/trail-parts';
}

function documentKey({ incidentKey, name, format, folder }: DocumentPlace, sha256: string): string {
  const above = folder === undefined ? '' : `${folder}/`;
  return `${above}${safe(incidentKey)}/${safe(name)}-${sha256.slice(0, 12)}.${format}`;
}

/** The document of this digest; what the key holds may be another one, which nobody gets. */
export async function readDocument(store: EvidenceStore, place: DocumentPlace, sha256: string): Promise<Buffer> {
  const key = documentKey(place, sha256);
  const content = await store.read(key);
  if (sha256Of(content) !== sha256) throw new Error(`${key} has another content than it was stored with`);
  return content;
}

const sha256Of = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** Stores a document under a key that its content determines. */
export async function storeDocument(
  store: EvidenceStore,
  document: DocumentPlace & { content: Buffer },
): Promise<EvidenceRef> {
  const { content } = document;
  const sha256 = sha256Of(content);
  const key = documentKey(document, sha256);
  return { ...(await store.add(key, content, contentTypes[document.format])), sha256, size: content.length };
}
