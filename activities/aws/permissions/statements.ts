import type { Permission } from './permission.ts';

export interface AllowStatement {
  Effect: 'Allow';
  Action: string[];
  Resource: string[];
  Condition?: { StringEquals: Record<string, string> };
}

/** One statement for each set of resources and condition, with every action once; rows without a resource are left out. */
export function statementsOf(
  permissions: Permission[],
  resourcesOf: (permission: Permission) => string[],
): AllowStatement[] {
  const byResources = new Map<string, AllowStatement>();
  for (const permission of permissions) {
    const Resource = resourcesOf(permission);
    if (Resource.length === 0) continue;
    const { when } = permission;
    const Condition = when && { StringEquals: when };
    const key = JSON.stringify([Resource, when]);
    const statement = byResources.get(key) ?? {
      Effect: 'Allow',
      Action: [],
      Resource,
      ...(Condition ? { Condition } : {}),
    };
    statement.Action = [...new Set([...statement.Action, permission.action])].sort();
    byResources.set(key, statement);
  }
  return [...byResources.values()];
}
