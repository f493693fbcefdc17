import { isTree, type Tree, type Value } from './reply-content.ts';

/** Names of values that must not reach a record. */
export const SECRET = /secret|password|sessiontoken|plaintext/i;
export const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';

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

/** Booleans are real in records. */
export function scalar(value: string): Value {
  return value === 'true' ? true : value === 'false' ? false : value;
}

export function camel(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
