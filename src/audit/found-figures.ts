import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import type { Client } from '@temporalio/client';
import type { FigureSettings } from '../config/figure-settings.ts';
import { dayOf, figureIndexFolder, readFigures } from '../domain/report/figure-index.ts';
import { figuresOf, type IncidentFigures } from '../domain/report/incident-figures.ts';
import type { IncidentReport } from '../domain/report/report.ts';
import { listing } from '../temporal/listing.ts';
import { storedReports } from './stored-reports.ts';

/** Figures of closed incidents from one place, and what is there and cannot be read. */
export interface FoundFigures {
  figures: IncidentFigures[];
  /** Each with why, in words. */
  unreadable: string[];
}

/** Milliseconds since 1970; the end is not in it. */
export interface Period {
  from: number;
  to: number;
}

/** So many at the same time. */
const atOnce = 16;

/** From the reports and sealed bundles in a folder: an evidence store, or a copy of its bucket. */
export async function figuresInFolder(folder: string): Promise<FoundFigures> {
  const { reports, unreadable } = await storedReports(folder);
  return {
    figures: reports.flatMap((report) => figuresOf(report) ?? []),
    unreadable: unreadable.map((path) => `${path} is no report that this release can read`),
  };
}

/** From the results of the incidents that the namespace still has. */
export async function figuresInTemporal(client: Client, { from }: Period): Promise<FoundFigures> {
  // An incident closes after it has opened: those that closed before are not asked for their result.
  const since = from === -Infinity ? '' : ` AND CloseTime >= '${new Date(from).toISOString()}'`;
  const query = `Playbook IS NOT NULL AND ExecutionStatus = 'Completed'${since}`;
  const runs: { workflowId: string; runId: string }[] = [];
  for await (const { workflowId, runId } of listing(client).list({ query })) runs.push({ workflowId, runId });
  return inBatches(runs, async ({ workflowId, runId }) => {
    try {
      return figuresOf((await client.workflow.getHandle(workflowId, runId).result()) as IncidentReport);
    } catch (error) {
      return `${workflowId} cannot be read (${reasonOf(error)})`;
    }
  });
}

/** From the index of incidents in the evidence store. */
export async function figuresInStore(settings: FigureSettings, period: Period): Promise<FoundFigures> {
  if ('folder' in settings) return figuresInFolder(settings.folder);
  const { bucket, account, prefix } = settings;
  const s3 = readingClient(settings);
  try {
    const above = prefix === undefined ? '' : `${prefix}/`;
    const keys = await keysOf(s3, { bucket, account, folder: `${above}${figureIndexFolder}` }, period);
    return await inBatches(keys, async (Key) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key, ExpectedBucketOwner: account }));
      return (
        readFigures((await Body?.transformToString('utf-8')) ?? '') ??
        `s3://${bucket}/${Key} is no entry of the index that this release can read`
      );
    });
  } finally {
    s3.destroy();
  }
}

/** The entries of the period: their names begin with the day on which the incident opened. */
export async function keysOf(
  s3: Pick<S3Client, 'send'>,
  { bucket, account, folder }: { bucket: string; account: string | undefined; folder: string },
  { from, to }: Period,
): Promise<string[]> {
  const keys: string[] = [];
  const first = from === -Infinity ? undefined : `${folder}${dayOf(from)}`;
  // `0` is the character after `/`: what begins with the last day and a slash is still in it.
  const beyond = to === Infinity ? undefined : `${folder}${dayOf(to - 1)}0`;
  for (let token: string | undefined; ;) {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: folder,
        ExpectedBucketOwner: account,
        ...(token === undefined ? { StartAfter: first } : { ContinuationToken: token }),
      }),
    );
    const found = (page.Contents ?? []).flatMap(({ Key }) => Key ?? []);
    const wanted = found.filter((key) => beyond === undefined || key < beyond);
    keys.push(...wanted);
    token = page.NextContinuationToken;
    if (token === undefined || wanted.length < found.length) return keys;
  }
}

/** Under the role that reads the index of incidents, and nothing else of the evidence. */
export function readingClient(settings: Exclude<FigureSettings, { folder: string }>): S3Client {
  const { region, figuresRole, endpoint, forcePathStyle, externalId, profile } = settings;
  const shared = { region, ...(endpoint === undefined ? {} : { endpoint }) };
  return new S3Client({
    ...shared,
    forcePathStyle: forcePathStyle ?? false,
    credentials: fromTemporaryCredentials({
      masterCredentials: fromNodeProviderChain(profile === undefined ? {} : { profile }),
      params: {
        RoleArn: figuresRole,
        RoleSessionName: 'soar-metrics',
        ...(externalId === undefined ? {} : { ExternalId: externalId }),
      },
      clientConfig: shared,
    }),
  });
}

/** A text is why one of them cannot be read; null: it has no figures. */
async function inBatches<T>(
  items: T[],
  read: (item: T) => Promise<IncidentFigures | string | null>,
): Promise<FoundFigures> {
  const found: FoundFigures = { figures: [], unreadable: [] };
  for (let first = 0; first < items.length; first += atOnce) {
    for (const one of await Promise.all(items.slice(first, first + atOnce).map(read))) {
      if (typeof one === 'string') found.unreadable.push(one);
      else if (one) found.figures.push(one);
    }
  }
  return found;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
