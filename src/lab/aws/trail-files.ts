import { DescribeTrailsCommand, GetEventSelectorsCommand, GetTrailStatusCommand } from '@aws-sdk/client-cloudtrail';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { AdminClients } from './admin.ts';
import type { Buckets } from './buckets.ts';
import { text } from './reply-content.ts';
import type { TrailRecord } from './trail-record.ts';
import type { TrailEntry } from './trail.ts';
import type { LabRequest } from './lab-request.ts';

interface LoggingTrail {
  name: string;
  bucket: string;
  prefix: string;
  homeRegion: string;
  isMultiRegion: boolean;
  /** ARN prefixes of the S3 objects whose data events are wanted. */
  dataResources: string[];
}

interface Waiting {
  trail: LoggingTrail;
  account: string;
  region: string;
  records: TrailRecord[];
}

/** Writes the records of accounts with a logging trail as gzip objects into the trail's bucket. */
export class TrailFiles {
  readonly #admin: AdminClients;
  readonly #buckets: Buckets;
  #trails = new Map<string, LoggingTrail[]>();
  #waiting = new Map<string, Waiting>();
  readonly #timer: NodeJS.Timeout;

  constructor(admin: AdminClients, buckets: Buckets, flushMs: number) {
    this.#admin = admin;
    this.#buckets = buckets;
    this.#timer = setInterval(() => void this.deliver().catch(() => undefined), flushMs).unref();
  }

  /** Whether a trail wants a record is decided when it is made: StopLogging ends it from the next call on. */
  async add(request: LabRequest, entries: readonly TrailEntry[]): Promise<void> {
    for (const { record, authenticated } of entries) {
      if (!authenticated) continue;
      for (const trail of await this.#loggingTrails(record.recipientAccountId)) {
        if (wants(trail, record)) this.#wait(trail, record);
      }
    }
    if (request.service === 'cloudtrail' && !/^(Describe|Get|List|Lookup)/.test(request.operation)) {
      this.#trails.clear();
    }
  }

  async deliver(): Promise<void> {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { trail, account, region, records } of waiting) {
      const owner = await this.#buckets.owner(trail.bucket);
      if (owner === undefined) continue;
      const body = gzipSync(JSON.stringify({ Records: records }));
      const key = fileKey(trail, account, region, new Date());
      await this.#admin
        .s3(owner)
        .send(new PutObjectCommand({ Bucket: trail.bucket, Key: key, Body: body, ContentType: 'application/json' }));
    }
  }

  clear(): void {
    this.#trails.clear();
    this.#waiting.clear();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #wait(trail: LoggingTrail, record: TrailRecord): void {
    const { recipientAccountId: account, awsRegion: region } = record;
    const name = `${account} ${trail.name} ${region}`;
    const waiting = this.#waiting.get(name) ?? { trail, account, region, records: [] };
    waiting.records.push(record);
    this.#waiting.set(name, waiting);
  }

  async #loggingTrails(account: string): Promise<LoggingTrail[]> {
    const known = this.#trails.get(account);
    if (known) return known;
    const client = this.#admin.cloudTrail(account, 'us-east-1');
    const { trailList = [] } = await client.send(new DescribeTrailsCommand({ includeShadowTrails: true }));
    const logging: LoggingTrail[] = [];
    for (const trail of trailList) {
      const home = this.#admin.cloudTrail(account, trail.HomeRegion ?? 'us-east-1');
      const { IsLogging } = await home.send(new GetTrailStatusCommand({ Name: trail.TrailARN }));
      if (!IsLogging) continue;
      const { EventSelectors = [] } = await home.send(new GetEventSelectorsCommand({ TrailName: trail.TrailARN }));
      logging.push({
        name: trail.Name ?? '',
        bucket: trail.S3BucketName ?? '',
        prefix: trail.S3KeyPrefix ?? '',
        homeRegion: trail.HomeRegion ?? 'us-east-1',
        isMultiRegion: trail.IsMultiRegionTrail ?? false,
        dataResources: EventSelectors.flatMap(({ DataResources = [] }) => DataResources)
          .filter(({ Type }) => Type === 'AWS::S3::Object')
          .flatMap(({ Values = [] }) => Values),
      });
    }
    this.#trails.set(account, logging);
    return logging;
  }
}

function wants(trail: LoggingTrail, record: TrailRecord): boolean {
  if (!trail.isMultiRegion && trail.homeRegion !== record.awsRegion) return false;
  if (record.managementEvent) return true;
  const bucket = text(record.requestParameters ?? undefined, 'bucketName');
  const arn = `arn:aws:s3:::${bucket}/${text(record.requestParameters ?? undefined, 'key')}`;
  return trail.dataResources.some((prefix) => prefix === 'arn:aws:s3' || arn.startsWith(prefix));
}

function fileKey(trail: LoggingTrail, account: string, region: string, now: Date): string {
  const iso = now.toISOString();
  const day = iso.slice(0, 10).replaceAll('-', '/');
  const stamp = iso.slice(0, 16).replace(/[-:]/g, '');
  const folder = `${trail.prefix === '' ? '' : `${trail.prefix}/`}AWSLogs/${account}/CloudTrail/${region}/${day}`;
  return `${folder}/${account}_CloudTrail_${region}_${stamp}Z_${randomBytes(8).toString('hex')}.json.gz`;
}
