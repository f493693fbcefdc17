import { canonicalJson, digestOf } from './digest.ts';
import type { Json } from './json.ts';

/** One IAM or bucket policy statement, kept exactly as AWS returned it. */
export type Statement = { [key: string]: Json };
export interface PolicyDocument {
  Version?: string;
  Id?: string;
  Statement: Statement[];
}

/** AWS accepts one value where a list is meant. */
export const asList = (value: Json | undefined): Json[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

export const strings = (value: Json | undefined): string[] =>
  asList(value).filter((item): item is string => typeof item === 'string');

/** Parses a policy text; AWS allows a single statement where a list is meant. */
export function parsePolicy(text: string): PolicyDocument {
  const parsed = JSON.parse(text) as { Statement?: Json; Version?: string; Id?: string };
  const statements = asList(parsed.Statement).filter(
    (statement): statement is Statement =>
      typeof statement === 'object' && statement !== null && !Array.isArray(statement),
  );
  return { ...parsed, Statement: statements };
}

const own = (statement: Statement, sidPrefix: string): boolean =>
  typeof statement.Sid === 'string' && statement.Sid.startsWith(sidPrefix);

/** Members in which a list is a set, and one value stands for a list of one. */
const sets = new Set([
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'AWS',
  'CanonicalUser',
  'Service',
  'Federated',
]);

function normalised(value: Json, isSet: boolean): Json {
  if (isSet) {
    const items = asList(value);
    const single = items.length === 1 ? items[0] : undefined;
    return single ?? items.map((item) => canonicalJson(item)).sort();
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, normalisedMember(name, member)]));
}
const normalisedMember = (name: string, member: Json): Json =>
  name === 'Condition' ? normalisedCondition(member) : normalised(member, sets.has(name));

/** Operator → key → values. */
const normalisedCondition = (condition: Json): Json =>
  typeof condition === 'object' && condition !== null && !Array.isArray(condition)
    ? Object.fromEntries(
        Object.entries(condition).map(([operator, keys]) => [
          operator,
          typeof keys === 'object' && keys !== null && !Array.isArray(keys)
            ? Object.fromEntries(Object.entries(keys).map(([name, values]) => [name, normalised(values, true)]))
            : keys,
        ]),
      )
    : condition;

/** One text for one meaning: AWS may return lists in another order than they were written, or a single value bare. */
const key = (statement: Statement): string => canonicalJson(normalised(statement, false));

/** True when both documents hold the same statements, in whatever order; ids and versions of the document count too. */
export const sameDocument = (a: PolicyDocument | null, b: PolicyDocument | null): boolean =>
  a === null || b === null
    ? a === b
    : canonicalJson({ ...a, Statement: a.Statement.map(key).sort() }) ===
      canonicalJson({ ...b, Statement: b.Statement.map(key).sort() });
export const sameStatement = (a: Statement, b: Statement): boolean => key(a) === key(b);

/** A change of single statements that leaves every other statement exactly as it is. */
export interface StatementEdit {
  add: Statement[];
  remove: Statement[];
}

/**
 * Digest of the statements that no action of this incident touches. It is the precondition of a policy edit (P3):
 * several actions of one plan may edit the same policy in any order, or be left out, without disturbing each other,
 * and an edit by somebody else shows.
 */
export function restDigest(document: PolicyDocument | null, sidPrefix: string, removedByPlan: Statement[]): string {
  const removed = new Set(removedByPlan.map(key));
  const rest = (document?.Statement ?? []).filter(
    (statement) => !own(statement, sidPrefix) && !removed.has(key(statement)),
  );
  return digestOf(rest.map(key).sort());
}

/** True when nothing of the edit is left to do. */
export function editIsDone(document: PolicyDocument | null, edit: StatementEdit): boolean {
  const present = new Set((document?.Statement ?? []).map(key));
  return edit.add.every((statement) => present.has(key(statement))) && !edit.remove.some((s) => present.has(key(s)));
}

/** The edited document, or null when no statement is left (the policy is then deleted: AWS refuses an empty one). */
export function applyEdit(document: PolicyDocument | null, edit: StatementEdit): PolicyDocument | null {
  const dropped = new Set([...edit.remove, ...edit.add].map(key));
  const kept = (document?.Statement ?? []).filter((statement) => !dropped.has(key(statement)));
  const statements = [...kept, ...edit.add];
  if (statements.length === 0) return null;
  return { ...(document ?? { Version: '2012-10-17' }), Statement: statements };
}
