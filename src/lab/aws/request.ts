import type { FastifyRequest } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import { operationOf } from './operation.ts';
import { isS3Control } from './s3-control.ts';
import type { LabRequest } from './lab-request.ts';

/** The unsigned header by which a client says which address its calls come from. */
export const SOURCE_ADDRESS_HEADER = 'x-lab-source-ip';

export function readRequest(incoming: FastifyRequest): LabRequest {
  const headers = incoming.headers;
  const target = incoming.raw.url ?? '/';
  const url = new URL(`http://${headers.host ?? 'localhost'}${target}`);
  const body = Buffer.isBuffer(incoming.body) ? incoming.body : Buffer.alloc(0);

  const scope = credentialScope(headers, url);
  const service = scope.service ?? 's3';
  const form = new URLSearchParams(service !== 's3' && isForm(headers) ? body.toString() : '');
  const inBucket = service === 's3' && !isS3Control(url);
  const [, bucket = '', ...key] = inBucket ? url.pathname.split('/').map(decode) : [];

  const request = {
    method: incoming.method,
    target,
    url,
    headers,
    rawHeaders: incoming.raw.rawHeaders,
    body,
    service,
    region: scope.region ?? 'us-east-1',
    accessKeyId: scope.accessKeyId ?? '',
    presigned: url.searchParams.has('X-Amz-Credential'),
    operation: '',
    form,
    bucket,
    key: key.join('/'),
    sourceAddress: header(headers, SOURCE_ADDRESS_HEADER) ?? incoming.ip,
    userAgent: header(headers, 'user-agent') ?? '',
  };
  request.operation = operationOf(request);
  return request;
}

export function header(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  name: string,
): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

/** Bucket and key of `x-amz-copy-source`, when the request copies. */
export function copySource(request: LabRequest): { bucket: string; key: string } | undefined {
  const source = header(request.headers, 'x-amz-copy-source');
  if (source === undefined) return undefined;
  const [bucket = '', ...key] = decode(source.split('?')[0] ?? '')
    .replace(/^\//, '')
    .split('/');
  return { bucket, key: key.join('/') };
}

/** `Credential=AKIA…/20260101/us-east-1/ec2/aws4_request`, from the header or from a presigned query. */
function credentialScope(headers: IncomingHttpHeaders, url: URL) {
  const signed = /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1];
  const [accessKeyId, , region, service] = (signed ?? url.searchParams.get('X-Amz-Credential') ?? '').split('/');
  return { accessKeyId, region, service };
}

function isForm(headers: IncomingHttpHeaders): boolean {
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
