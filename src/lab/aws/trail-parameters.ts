import { XMLParser } from 'fast-xml-parser';
import { formParameters } from './form-parameters.ts';
import { isTree, type Tree, type Value } from './reply-content.ts';
import { header } from './request.ts';
import { isS3Control, s3ControlParameters } from './s3-control.ts';
import { camelCased } from './trail-values.ts';
import type { LabRequest } from './lab-request.ts';

const xml = new XMLParser({ ignoreAttributes: true, parseTagValue: false });

/** `requestParameters` as CloudTrail writes them for this service's protocol. */
export function requestParameters(request: LabRequest): Tree | null {
  if (request.service === 's3') return s3Parameters(request);
  if (request.form.size > 0) return formParameters(request);
  return jsonParameters(request.body);
}

function jsonParameters(body: Buffer): Tree | null {
  try {
    const parsed = JSON.parse(body.toString()) as Value;
    return isTree(parsed) && Object.keys(parsed).length > 0 ? (camelCased(parsed) as Tree) : null;
  } catch {
    return null;
  }
}

function s3Parameters(request: LabRequest): Tree {
  const parameters: Tree = { Host: header(request.headers, 'host') ?? '' };
  if (isS3Control(request.url)) Object.assign(parameters, s3ControlParameters(request));
  if (request.bucket !== '') parameters['bucketName'] = request.bucket;
  if (request.key !== '') parameters['key'] = request.key;
  for (const [name, value] of request.url.searchParams) {
    if (!/^x-amz-(signature|security-token|credential)$/i.test(name) && name !== 'x-id') parameters[name] = value;
  }
  for (const name of ['x-amz-copy-source', 'x-amz-acl', 'x-amz-grant-read', 'x-amz-grant-full-control']) {
    const value = header(request.headers, name);
    if (value !== undefined) parameters[name] = value;
  }
  return { ...parameters, ...s3Document(request) };
}

/** The document of a bucket configuration call: a policy as JSON under `bucketPolicy`, others by their XML root. */
function s3Document(request: LabRequest): Tree {
  if (request.method !== 'PUT' || request.key !== '' || request.body.length === 0) return {};
  try {
    if (request.operation === 'PutBucketPolicy') {
      return { bucketPolicy: JSON.parse(request.body.toString()) as Value };
    }
    const document = xml.parse(request.body) as Tree;
    delete document['?xml'];
    return document;
  } catch {
    return {};
  }
}
