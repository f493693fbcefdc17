import { duration, flag, list, name, oneOf, section } from './forms.ts';
import { accountId, region, roleArn } from './aws-names.ts';

export const account = section({
  id: accountId,
  name,
  sensitivity: oneOf('high', 'medium', 'low'),
  environment: oneOf('production', 'staging', 'development', 'test', 'mixed').default('mixed'),
  regions: list(region, 'Regions').min(1, { error: 'must name at least one Region' }),
  roles: section({ observe: roleArn, contain: roleArn, detect: roleArn.exactOptional() }),
}).superRefine(({ id: own, roles }, context) => {
  const problem = (role: keyof typeof roles, message: string) =>
    context.addIssue({ code: 'custom', path: ['roles', role], message });
  // Reading and changing are apart (P12): a role that may do both would undo that.
  if (roles.observe === roles.contain) problem('contain', 'must be another role than observe');
  if (roles.detect === roles.contain) problem('detect', 'must be another role than contain');
  for (const role of ['observe', 'contain', 'detect'] as const) {
    if (roles[role]?.includes(`::${own}:`) === false) problem(role, `must be a role of account ${own}`);
  }
});

/** What may be done to an account as a whole: by service control policies, which the management account keeps. */
export const organisation = section({
  /** Further accounts: reads from them do not count as reads from outside. */
  accounts: list(accountId, 'account ids').default([]),
  management: section({ account: accountId, roles: section({ observe: roleArn, contain: roleArn }) })
    .superRefine(({ account: own, roles }, context) => {
      const problem = (role: keyof typeof roles, message: string) =>
        context.addIssue({ code: 'custom', path: ['roles', role], message });
      if (roles.observe === roles.contain) problem('contain', 'must be another role than observe');
      for (const role of ['observe', 'contain'] as const) {
        if (!roles[role].includes(`::${own}:`)) problem(role, `must be a role of account ${own}`);
      }
    })
    .exactOptional(),
  isolation: oneOf('never', 'on-high', 'always').default('never'),
  reviewAfter: duration.prefault('4h'),
  denyExports: flag.default(false),
}).superRefine(({ management, isolation, denyExports }, context) => {
  if (management) return;
  const message = 'needs organisation.management: service control policies are kept in that account';
  if (isolation !== 'never') context.addIssue({ code: 'custom', path: ['isolation'], message });
  if (denyExports) context.addIssue({ code: 'custom', path: ['denyExports'], message });
});
