import { XMLParser } from 'fast-xml-parser';
import type { LabReply } from './reply.ts';

export type Tree = { [key: string]: Value };
export type Value = string | number | boolean | null | Value[] | Tree;

const LIST_ELEMENTS = new Set(['item', 'member']);
const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  isArray: (name) => LIST_ELEMENTS.has(name),
});

/** The reply's document, or undefined where there is none (an object's bytes, an empty body). */
export function contentOf(reply: LabReply): Tree | undefined {
  const type = String(reply.headers['content-type'] ?? '');
  const start = reply.body.subarray(0, 1).toString();
  try {
    if (start === '<' && type.includes('xml')) return parser.parse(reply.body) as Tree;
    if (start === '{' && type.includes('json')) return JSON.parse(reply.body.toString()) as Tree;
  } catch {
    return undefined;
  }
  return undefined;
}

/** Follows a path of keys; undefined as soon as one is missing. */
export function at(value: Value | undefined, ...path: string[]): Value | undefined {
  return path.reduce<Value | undefined>((inner, key) => (isTree(inner) ? inner[key] : undefined), value);
}

export function text(value: Value | undefined, ...path: string[]): string {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
}

export function isTree(value: Value | undefined): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export interface AwsError {
  code: string;
  message: string;
}

/** The error in a failed reply, whichever protocol it is in. */
export function errorOf(reply: LabReply): AwsError | undefined {
  if (reply.status < 400) return undefined;
  const content = contentOf(reply);
  const error =
    at(content, 'Response', 'Errors', 'Error') ?? at(content, 'ErrorResponse', 'Error') ?? at(content, 'Error');
  if (error !== undefined) return { code: text(error, 'Code'), message: text(error, 'Message') };
  const type = text(content, '__type').split('#').pop() ?? '';
  // A failed HEAD has no body: S3 and its clients go by the status alone.
  const code = type === '' ? ({ 403: 'AccessDenied', 404: 'NoSuchKey' }[reply.status] ?? String(reply.status)) : type;
  return { code, message: text(content, 'message') || text(content, 'Message') };
}
