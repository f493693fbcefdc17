import type { Alert } from '../alert/alert.ts';
import { accountOfArn, roleArnOfSession } from './arns.ts';
import { exportServiceIds } from './export-service-ids.ts';
import { arnMatches } from '../alert/principal.ts';
import type { ResponsePolicy } from '../response-policy.ts';

/** What counts as ours when somebody is named in a policy, an ACL or an access log. */
export interface Perimeter {
  /** The incident's own account. */
  account: string;
  /** The organisation, the incident's own account and the forensics account. */
  accounts: string[];
  /** ARN patterns that stay inside wherever they live: our own tools. */
  responders: string[];
  /** Canonical ids as which the export service writes in this Region. */
  exportServiceIds: string[];
}

export function perimeterOf(alert: Pick<Alert, 'recipientAccount' | 'region'>, policy: ResponsePolicy): Perimeter {
  const forensics = policy.forensics ? [policy.forensics.accountId] : [];
  return {
    account: alert.recipientAccount,
    accounts: [...new Set([alert.recipientAccount, ...policy.organisationAccounts, ...forensics])],
    responders: policy.responders,
    exportServiceIds: exportServiceIds(alert.region),
  };
}

export const isResponder = (arn: string, responders: string[]): boolean =>
  responders.some((pattern) => arnMatches(arn, pattern) || arnMatches(roleArnOfSession(arn), pattern));

/** True for an account id or an ARN of one of our accounts. */
export function isInside(principal: string, perimeter: Perimeter): boolean {
  const account = /^\d{12}$/.test(principal) ? principal : accountOfArn(principal);
  return (
    (account !== undefined && perimeter.accounts.includes(account)) || isResponder(principal, perimeter.responders)
  );
}
