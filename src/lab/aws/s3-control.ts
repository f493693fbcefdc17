import type { Tree } from './reply-content.ts';
import type { LabRequest } from './lab-request.ts';

/** S3 Control: signed for S3 and recorded as S3, under a path of its own, with the account in a header. */
const PREFIX = '/v20180820/';

export const isS3Control = (url: URL): boolean => url.pathname.startsWith(PREFIX);

const VERBS: Readonly<Record<string, string>> = { GET: 'Get', PUT: 'Put', DELETE: 'Delete' };

/** `accesspoint/NAME/policy` and its like. */
const placeOf = (url: URL): string[] => url.pathname.slice(PREFIX.length).split('/');

export function s3ControlOperation({ method, url }: Pick<LabRequest, 'method' | 'url'>): string {
  const [kind, name, part] = placeOf(url);
  const verb = VERBS[method] ?? method;
  if (kind !== 'accesspoint') return `${method} ${url.pathname}`;
  if (name === undefined) return 'ListAccessPoints';
  if (part === 'policy') return `${verb}AccessPointPolicy`;
  if (part === 'policyStatus') return 'GetAccessPointPolicyStatus';
  return method === 'PUT' ? 'CreateAccessPoint' : `${verb}AccessPoint`;
}

/** What its records say beside the request's document. */
export function s3ControlParameters({ url }: LabRequest): Tree {
  const [, name] = placeOf(url);
  const bucket = url.searchParams.get('bucket');
  return { ...(name === undefined ? {} : { name }), ...(bucket === null ? {} : { bucket }) };
}
