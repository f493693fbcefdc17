import { GetBucketLoggingCommand, PutObjectCommand, type LoggingEnabled } from '@aws-sdk/client-s3';
import { createHash, randomBytes } from 'node:crypto';
import type { AdminClients } from './admin.ts';
import type { Buckets } from './buckets.ts';
import type { UserIdentity } from './identities.ts';
import { errorOf } from './reply-content.ts';
import type { LabReply } from './reply.ts';
import { copySource, header } from './request.ts';
import type { LabRequest } from './lab-request.ts';

interface Destination {
  bucket: string;
  prefix: string;
}

/** S3 server access logs: lines are collected and delivered later, as objects in the configured bucket. */
export class AccessLogs {
  readonly #admin: AdminClients;
  readonly #buckets: Buckets;
  #destinations = new Map<string, Destination | undefined>();
  #waiting = new Map<string, { destination: Destination; lines: string[] }>();
  readonly #timer: NodeJS.Timeout;

  constructor(admin: AdminClients, buckets: Buckets, flushMs: number) {
    this.#admin = admin;
    this.#buckets = buckets;
    this.#timer = setInterval(() => void this.deliver().catch(() => undefined), flushMs).unref();
  }

  /** Adds the request's line, and for a copy the source bucket's own. */
  async add(request: LabRequest, reply: LabReply, caller: UserIdentity, ms: number): Promise<void> {
    if (request.bucket === '') return;
    // These calls change what was remembered, the new configuration counts from the next request on.
    if (/^(PutBucketLogging|CreateBucket|DeleteBucket)$/.test(request.operation)) {
      this.#destinations.delete(request.bucket);
    }
    const copies = request.operation.endsWith('Copy') || request.operation === 'CopyObject';
    const call = { request, reply, caller, ms };
    await this.#addLine({ ...call, bucket: request.bucket, key: request.key, operation: logOperation(request) });
    const source = copies ? copySource(request) : undefined;
    if (source) await this.#addLine({ ...call, ...source, operation: 'REST.COPY.OBJECT_GET' });
  }

  async deliver(): Promise<void> {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { destination, lines } of waiting) {
      const owner = await this.#buckets.owner(destination.bucket);
      if (owner === undefined) continue;
      const stamp = new Date().toISOString().slice(0, 19).replace(/[T:]/g, '-');
      const key = `${destination.prefix}${stamp}-${randomBytes(8).toString('hex').toUpperCase()}`;
      const body = `${lines.join('\n')}\n`;
      await this.#admin
        .s3(owner)
        .send(new PutObjectCommand({ Bucket: destination.bucket, Key: key, Body: body, ContentType: 'text/plain' }));
    }
  }

  clear(): void {
    this.#destinations.clear();
    this.#waiting.clear();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #addLine(call: LoggedCall): Promise<void> {
    const owner = await this.#buckets.owner(call.bucket);
    if (owner === undefined) return;
    const destination = await this.#destination(owner, call.bucket);
    if (destination === undefined) return;
    const name = `${destination.bucket}/${destination.prefix}`;
    const waiting = this.#waiting.get(name) ?? { destination, lines: [] };
    waiting.lines.push(logLine(call, owner));
    this.#waiting.set(name, waiting);
  }

  async #destination(owner: string, bucket: string): Promise<Destination | undefined> {
    if (!this.#destinations.has(bucket)) {
      const logging = await this.#logging(owner, bucket);
      const target = logging?.TargetBucket;
      const prefix = logging?.TargetPrefix ?? '';
      this.#destinations.set(bucket, target === undefined ? undefined : { bucket: target, prefix });
    }
    return this.#destinations.get(bucket);
  }

  async #logging(owner: string, bucket: string): Promise<LoggingEnabled | undefined> {
    try {
      return (await this.#admin.s3(owner).send(new GetBucketLoggingCommand({ Bucket: bucket }))).LoggingEnabled;
    } catch (error) {
      // The call to be logged was the one that deleted it.
      if (error instanceof Error && error.name === 'NoSuchBucket') return undefined;
      throw error;
    }
  }
}

interface LoggedCall {
  request: LabRequest;
  reply: LabReply;
  caller: UserIdentity;
  ms: number;
  bucket: string;
  key: string;
  operation: string;
}

function logOperation(request: LabRequest): string {
  const [, noun] = /^(?:Get|Put|Delete)(?:Bucket|Object)([A-Z]\w+)$/.exec(request.operation) ?? [];
  const names: Readonly<Record<string, string>> = {
    CopyObject: 'REST.COPY.OBJECT',
    UploadPart: 'REST.PUT.PART',
    UploadPartCopy: 'REST.COPY.PART',
    CreateMultipartUpload: 'REST.POST.UPLOADS',
    CompleteMultipartUpload: 'REST.POST.UPLOAD',
    DeleteObjects: 'REST.POST.MULTI_OBJECT_DELETE',
  };
  const subResource = noun?.replace(/Configuration$/, '').toUpperCase();
  const target = subResource ?? (request.key === '' ? 'BUCKET' : 'OBJECT');
  return names[request.operation] ?? `REST.${request.method}.${target}`;
}

/** The fields in AWS's order; `-` stands for what does not apply. */
function logLine({ request, reply, caller, ms, bucket, key, operation }: LoggedCall, owner: string): string {
  const status = reply.status;
  const reads = /^(GetObject|HeadObject)$/.test(request.operation) && status < 300;
  const total = /\/(\d+)$/.exec(header(reply.headers, 'content-range') ?? '')?.[1];
  const size = reads ? (total ?? header(reply.headers, 'content-length') ?? String(reply.body.length)) : '-';
  const sent = request.method === 'HEAD' ? 0 : reply.body.length;
  return [
    canonicalId(owner),
    bucket,
    `[${logTime(new Date())}]`,
    request.sourceAddress,
    caller.type === 'AWSAccount' ? '-' : (caller.arn ?? '-'),
    randomBytes(8).toString('hex').toUpperCase(),
    operation,
    key === '' ? '-' : encodeURIComponent(key).replaceAll('%2F', '/'),
    `"${request.method} ${request.target} HTTP/1.1"`,
    status,
    errorOf(reply)?.code ?? '-',
    sent === 0 ? '-' : sent,
    size,
    Math.round(ms),
    reads ? Math.max(1, Math.round(ms / 2)) : '-',
    '"-"',
    `"${request.userAgent === '' ? '-' : request.userAgent}"`,
    header(reply.headers, 'x-amz-version-id') ?? '-',
    randomBytes(48).toString('base64'),
    request.accessKeyId === '' ? '-' : 'SigV4',
    'TLS_AES_128_GCM_SHA256',
    request.accessKeyId === '' ? '-' : request.presigned ? 'QueryString' : 'AuthHeader',
    `s3.${request.region}.amazonaws.com`,
    'TLSv1.3',
    '-',
    '-',
  ].join(' ');
}

function logTime(time: Date): string {
  const [, weekdayless = ''] = /^\w+, (.*) GMT$/.exec(time.toUTCString()) ?? [];
  const [day = '', month = '', year = '', clock = ''] = weekdayless.split(' ');
  return `${day}/${month}/${year}:${clock} +0000`;
}

/** ministack's canonical user id of an account. */
function canonicalId(accountId: string): string {
  return createHash('sha256').update(accountId).digest('hex');
}
