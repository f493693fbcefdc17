import type { Permission, RoleName } from './permission.ts';
import { resourcesOf, type Names } from './resources.ts';
import { statementsOf, type AllowStatement } from './statements.ts';
import { permissions } from './table.ts';

/** All that a role may ever do, in the names of one deployment. */
export const roleStatements = (role: RoleName, names: Names): AllowStatement[] =>
  statementsOf(
    permissions[role].map((permission) => named(permission, names)),
    ({ on }) => resourcesOf(on, names),
  );

/** Where a condition names the prefix of the evidence store. */
function named(permission: Permission, { evidencePrefix }: Names): Permission {
  const { when } = permission;
  if (!when) return permission;
  const values = Object.entries(when).map(([key, value]) => [key, value.replace('{evidencePrefix}', evidencePrefix)]);
  return { ...permission, when: Object.fromEntries(values) as Record<string, string> };
}
