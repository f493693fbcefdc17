import { isTree, type Tree, type Value } from './reply-content.ts';
import { camel, HIDDEN, scalar, SECRET } from './trail-values.ts';
import type { LabRequest } from './lab-request.ts';

/** These newer EC2 calls are recorded under a wrapper and in PascalCase. */
const WRAPPED = new Set([
  'ExportImage',
  'CreateSnapshots',
  'CreateStoreImageTask',
  'DescribeStoreImageTasks',
  'DescribeExportImageTasks',
]);

/** `requestParameters` of a query-protocol call. */
export function formParameters(request: LabRequest): Tree | null {
  const wrapped = request.service === 'ec2' && WRAPPED.has(request.operation);
  const style: FormStyle = wrapped ? 'wrapped' : request.service === 'ec2' ? 'ec2' : 'query';
  const parameters: Tree = {};
  for (const [name, value] of request.form) {
    if (name === 'Action' || name === 'Version') continue;
    put(parameters, name.split('.'), shown(name, value), style);
  }
  if (wrapped) return { [`${request.operation}Request`]: parameters };
  return Object.keys(parameters).length > 0 ? parameters : null;
}

const shown = (name: string, value: string): Value => {
  if (name === 'UserData') return '<sensitiveDataRemoved>';
  return SECRET.test(name) ? HIDDEN : scalar(value);
};

type FormStyle = 'ec2' | 'query' | 'wrapped';

/**
 * Places `Filter.1.Value.2 = x` into the tree. EC2 lists become `filterSet.items[]`, those of the other query services
 * (`Tags.member.1.Key`) plain arrays.
 */
function put(tree: Tree, [name = '', ...rest]: string[], value: Value, style: FormStyle): void {
  const key = style === 'wrapped' ? name : camel(name);
  const next = rest[0] === 'member' ? rest.slice(1) : rest;
  if (!/^\d+$/.test(next[0] ?? '')) {
    if (rest.length === 0) tree[key] = value;
    else put(child(tree, key), rest, value, style);
    return;
  }
  const items = itemsOf(tree, key, style);
  const index = Number(next[0]) - 1;
  const inner = next.slice(1);
  if (inner.length > 0) put(elementAt(items, index), inner, value, style);
  else items[index] = style === 'ec2' ? { [key]: value } : value;
}

/** EC2 wraps lists, except the tags inside a tag specification (seen in real records). */
function itemsOf(tree: Tree, key: string, style: FormStyle): Value[] {
  if (style !== 'ec2') return list(tree, key);
  return key === 'tag' ? list(tree, 'tags') : list(child(tree, setName(key)), 'items');
}

/** Instances are the one list whose name real records put in the plural; shares that are added or removed keep theirs. */
function setName(key: string): string {
  if (key === 'add' || key === 'remove') return key;
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
