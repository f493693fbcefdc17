import { canonicalJson, digestOf } from '../digest.ts';
import type { Json } from '../json.ts';

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
const sets: ReadonlySet<string> = new Set([
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
/** What a statement is called in its policy: by its Sid, else by its place. */
export const statementName = ({ Statement }: PolicyDocument, statement: Statement): string =>
  typeof statement.Sid === 'string' && statement.Sid !== ''
    ? `statement ${statement.Sid}`
    : `statement ${Statement.indexOf(statement) + 1}`;

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

/** An account's root, as S3 may write it for a canonical user. */
const accountRoot = /^arn:[\w-]+:iam::\d{12}:root$/;

/**
 * True when S3 may show the written statement as the found one. "Amazon S3 may change the canonical ID to the
 * corresponding AWS account ID" (bucket policies, principals), so for a statement with a Sid, as all of ours have, the
 * roots of as many accounts stand for canonical users.
 */
function shows(found: Statement, written: Statement): boolean {
  if (sameStatement(found, written)) return true;
  const { Principal: asWritten, ...rest } = written;
  const { Principal: asFound, ...others } = found;
  if (written.Sid === undefined || !sameStatement(rest, others)) return false;
  const canonicalUsers = strings(memberOf(asWritten, 'CanonicalUser'));
  const roots = strings(memberOf(asFound, 'AWS'));
  return (
    canonicalUsers.length > 0 && roots.length === canonicalUsers.length && roots.every((arn) => accountRoot.test(arn))
  );
}
const memberOf = (value: Json | undefined, name: string): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value[name] : undefined;

/** True when nothing of the edit is left to do. */
export function editIsDone(document: PolicyDocument | null, edit: StatementEdit): boolean {
  const present = (statement: Statement) => (document?.Statement ?? []).some((found) => shows(found, statement));
  return edit.add.every(present) && !edit.remove.some(present);
}

/** The edited document, or null when no statement is left (the policy is then deleted: AWS refuses an empty one). */
export function applyEdit(document: PolicyDocument | null, edit: StatementEdit): PolicyDocument | null {
  const dropped = [...edit.remove, ...edit.add];
  const kept = (document?.Statement ?? []).filter((statement) => !dropped.some((written) => shows(statement, written)));
  const statements = [...kept, ...edit.add];
  if (statements.length === 0) return null;
  return { ...(document ?? { Version: '2012-10-17' }), Statement: statements };
}

/** As AWS counts them for its quotas, or less: what was written with escapes is longer there. */
export const charactersOf = (document: PolicyDocument): number => JSON.stringify(document).length;
