import { exportEvents } from '../alert/alert.ts';
import type { Json } from '../json.ts';
import { actionMatches } from './policy-actions.ts';
import { strings, type PolicyDocument, type Statement } from './policy-document.ts';

/** The three calls as IAM actions. */
export const exportActions: string[] = exportEvents.map((event) => `ec2:${event}`);

const isExportAction = (pattern: string): boolean => exportActions.some((action) => actionMatches(pattern, action));
/** Named in full, in whatever case: such an entry can be taken out of its list and nothing else changes. */
const isExactly = (pattern: string): boolean => isExportAction(pattern) && !/[*?]/.test(pattern);

function allows(statement: Statement, action: string): boolean {
  if (statement.Effect !== 'Allow') return false;
  const among = (patterns: Json | undefined) => strings(patterns).some((pattern) => actionMatches(pattern, action));
  return statement.Action === undefined ? !among(statement.NotAction) : among(statement.Action);
}
const allowsExport = (statement: Statement): boolean => exportActions.some((action) => allows(statement, action));

/** Allow statements of an identity policy for one action; resources, conditions and Denies are not weighed. */
export const statementsAllowing = (document: PolicyDocument, action: string): Statement[] =>
  document.Statement.filter((statement) => allows(statement, action));

/** Allow statements of an identity policy by which a VM export is possible (S105); conditions and Denies are not weighed. */
export const grantsExport = (document: PolicyDocument): Statement[] => document.Statement.filter(allowsExport);

/** An explicit Deny of the three calls: the only way to take them out of a wildcard. */
export const denyExportStatement = (sidPrefix: string): Statement => ({
  Sid: `${sidPrefix}DenyExport`,
  Effect: 'Deny',
  Action: exportActions,
  Resource: '*',
});

const deniesExport = ({ Effect, Action, Resource, Condition }: Statement): boolean =>
  Effect === 'Deny' &&
  Condition === undefined &&
  strings(Resource).includes('*') &&
  exportActions.every((action) => strings(Action).some((pattern) => actionMatches(pattern, action)));

export interface WithoutExport {
  /** null: no statement is left. */
  after: PolicyDocument | null;
  /** Actions that were taken out of lists, as they were written. */
  removed: string[];
  /** `denied`: a wildcard grants it too, so an explicit Deny was added. */
  how: 'removed' | 'denied';
}

function withoutNamedActions(statement: Statement): { statement: Statement | null; removed: string[] } {
  if (statement.Effect !== 'Allow') return { statement, removed: [] };
  const actions = strings(statement.Action);
  const removed = actions.filter(isExactly);
  if (removed.length === 0) return { statement, removed };
  const kept = actions.filter((action) => !isExactly(action));
  return { statement: kept.length === 0 ? null : { ...statement, Action: kept }, removed };
}

/**
 * The same policy without the permission to export (S106, S110): named actions leave their lists, wildcards get an
 * explicit Deny beside them. null: it grants nothing, or denies it already; so a second run changes nothing.
 */
export function withoutExport(document: PolicyDocument, sidPrefix: string): WithoutExport | null {
  if (grantsExport(document).length === 0 || document.Statement.some(deniesExport)) return null;
  const edited = document.Statement.map(withoutNamedActions);
  const removed = edited.flatMap((edit) => edit.removed);
  const statements = edited.map(({ statement }) => statement).filter((statement) => statement !== null);
  const denied = statements.some(allowsExport);
  if (denied) statements.push(denyExportStatement(sidPrefix));
  return {
    after: statements.length === 0 ? null : { ...document, Statement: statements },
    removed,
    how: denied ? 'denied' : 'removed',
  };
}
