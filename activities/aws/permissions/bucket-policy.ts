import { resourcesOf, type Names } from './resources.ts';
import { statementsOf } from './statements.ts';
import { permissions } from './table.ts';
import { roleNames } from './trust.ts';

/** What the contain roles of other accounts need from the forensics bucket; `accounts` are the principals that it names. */
export const forensicsBucketPolicy = <P>(names: Names, accounts: P) =>
  statementsOf(
    permissions.contain.filter(({ on }) => on === 'copy' || on === 'copyBucket'),
    ({ on }) => resourcesOf(on, names),
  ).map((statement) => ({
    ...statement,
    Principal: { AWS: accounts },
    Condition: { ArnLike: { 'aws:PrincipalArn': `arn:${names.partition}:iam::*:role/${roleNames.contain}` } },
  }));
