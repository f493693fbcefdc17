import type { Permission } from './permission.ts';

export interface AllowStatement {
  Effect: 'Allow';
  Action: string[];
  Resource: string[];
}

/** One statement for each set of resources, with every action on them once; rows without a resource are left out. */
export function statementsOf(
  permissions: Permission[],
  resourcesOf: (permission: Permission) => string[],
): AllowStatement[] {
  const byResources = new Map<string, AllowStatement>();
  for (const permission of permissions) {
    const Resource = resourcesOf(permission);
    if (Resource.length === 0) continue;
    const key = Resource.join(' ');
    const statement = byResources.get(key) ?? { Effect: 'Allow', Action: [], Resource };
    statement.Action = [...new Set([...statement.Action, permission.action])].sort();
    byResources.set(key, statement);
  }
  return [...byResources.values()];
}
