import type { ActInput } from '../../src/domain/acts/acts.ts';
import { roleNames } from './permissions/trust.ts';
import { sessionPolicy } from './permissions/session-policy.ts';

/** A session of a role: the name that CloudTrail shows, and what it may do at most; without a policy, what the role may. */
export interface Session {
  name: string;
  policy?: string;
}

/** STS takes no longer name, and no other characters in it. */
const longestName = 64;

/** For one act: CloudTrail names the incident with every call, and credentials that leak reach one target (ADR 21). */
export const actSession = (input: ActInput, roleArn: string): Session => ({
  name: `${roleNames.contain}-${input.incidentKey.replace(/[^\w+=,.@-]/g, '')}`.slice(0, longestName),
  policy: sessionPolicy(input, partitionOf(roleArn)),
});

/** `aws`, `aws-cn`, `aws-us-gov`: what an account is in, its resources are in, too. */
const partitionOf = (arn: string): string => arn.split(':')[1] ?? 'aws';
