import type { RoleName } from '../../activities/aws/permissions/permission.ts';
import { resourcesOf, type Names } from '../../activities/aws/permissions/resources.ts';
import { statementsOf, type AllowStatement } from '../../activities/aws/permissions/statements.ts';
import { permissions } from '../../activities/aws/permissions/table.ts';

/** What one of our roles may do, as the shipped templates say it; the lab enforces it (P12). */
export const rolePermissions = (role: RoleName, names: Names): AllowStatement[] =>
  statementsOf(permissions[role], ({ on }) => resourcesOf(on, names));
