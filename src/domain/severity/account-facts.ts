import type { Alert } from '../alert/alert.ts';
import type { ResponsePolicy } from '../response-policy.ts';
import type { SeverityFacts } from './assessment.ts';

/** What the configuration says of the account: the same for every playbook. */
export const accountFacts = (
  { recipientAccount }: Pick<Alert, 'recipientAccount'>,
  { account }: Pick<ResponsePolicy, 'account'>,
): Pick<SeverityFacts, 'accountKnown' | 'accountSensitivity'> =>
  account
    ? {
        accountKnown: { value: 'yes', evidence: `account ${account.name}` },
        accountSensitivity: { value: account.sensitivity, evidence: `account ${account.name} as configured` },
      }
    : {
        accountKnown: { value: 'no', evidence: `account ${recipientAccount} not in config` },
        accountSensitivity: { value: 'unknown', evidence: 'account not in config' },
      };
