import { XMLParser } from 'fast-xml-parser';
import { isTree, type Tree, type Value } from './reply-content.ts';
import { header, type LabRequest } from './request.ts';

const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';
const SECRET = /secret|password|sessiontoken|plaintext/i;
const xml = new XMLParser({ ignoreAttributes: true, parseTagValue: false });

/** `requestParameters` as CloudTrail writes them for this service's protocol. */
export function requestParameters(request: LabRequest): Tree | null {
  if (request.service === 's3') return s3Parameters(request);
  if (request.form.size > 0) return formParameters(request);
  return jsonParameters(request.body);
}

/** These newer EC2 calls are recorded under a wrapper and in PascalCase. */
const WRAPPED = new Set(['ExportImage', 'CreateStoreImageTask', 'DescribeStoreImageTasks', 'DescribeExportImageTasks']);

function formParameters(request: LabRequest): Tree | null {
  const wrapped = request.service === 'ec2' && WRAPPED.has(request.operation);
  const style: FormStyle = wrapped ? 'wrapped' : request.service === 'ec2' ? 'ec2' : 'query';
  const parameters: Tree = {};
  for (const [name, value] of request.form) {
    if (name === 'Action' || name === 'Version') continue;
    put(parameters, name.split('.'), SECRET.test(name) ? HIDDEN : scalar(value), style);
  }
  if (wrapped) return { [`${request.operation}Request`]: parameters };
  return Object.keys(parameters).length > 0 ? parameters : null;
}

type FormStyle = 'ec2' | 'query' | 'wrapped';

/**
 * Places `Filter.1.Value.2 = x` into the tree. EC2 lists become `filterSet.items[]`, those of the other query services
 * (`Tags.member.1.Key`) plain arrays.
 */
function put(tree: Tree, [name = '', ...rest]: string[], value: Value, style: FormStyle): void {
  const next = rest[0] === 'member' ? rest.slice(1) : rest;
  const index = /^\d+$/.test(next[0] ?? '') ? Number(next[0]) - 1 : undefined;
  const key = style === 'wrapped' ? name : camel(name);
  if (index === undefined) {
    if (rest.length === 0) tree[key] = value;
    else put(child(tree, key), rest, value, style);
    return;
  }
  // Tags inside a tag specification are a plain list even for EC2 (seen in real records).
  const items =
    style === 'ec2' && key !== 'tag'
      ? list(child(tree, setName(key)), 'items')
      : list(tree, style === 'query' || key !== 'tag' ? key : 'tags');
  const inner = next.slice(1);
  if (inner.length > 0) put(elementAt(items, index), inner, value, style);
  else items[index] = style === 'ec2' ? { [key]: value } : value;
}

/** Instances are the one list whose name real records put in the plural. */
function setName(key: string): string {
  return key === 'instanceId' ? 'instancesSet' : `${key}Set`;
}

function child(tree: Tree, key: string): Tree {
  const found = tree[key];
  if (isTree(found)) return found;
  const made: Tree = {};
  tree[key] = made;
  return made;
}

function list(tree: Tree, key: string): Value[] {
  const found = tree[key];
  if (Array.isArray(found)) return found;
  const made: Value[] = [];
  tree[key] = made;
  return made;
}

function elementAt(items: Value[], index: number): Tree {
  const found = items[index];
  if (isTree(found)) return found;
  const made: Tree = {};
  items[index] = made;
  return made;
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

/** `InstanceId` → `instanceId`, all the way down, without anything secret. */
export function camelCased(value: Value): Value {
  if (Array.isArray(value)) return value.map(camelCased);
  if (!isTree(value)) return typeof value === 'string' ? scalar(value) : value;
  const out: Tree = {};
  for (const [key, inner] of Object.entries(value)) {
    if (!SECRET.test(key)) out[key === 'return' ? '_return' : camel(key)] = camelCased(inner);
  }
  return out;
}

function scalar(value: string): Value {
  return value === 'true' ? true : value === 'false' ? false : value;
}

function camel(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
