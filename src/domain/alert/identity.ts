import { arnMatches, policyArn, type Principal } from './principal.ts';

/** A person behind AWS identities, and who they are elsewhere. */
export interface Identity {
  /** ARN patterns of the AWS identities that are theirs alone. */
  principals: string[];
  name: string;
  /** Their login. */
  github?: string;
  /** Their member id, which nobody chooses. */
  slack?: string;
  /** Their Atlassian account id, for Jira and Confluence. */
  jira?: string;
}

/** Who is behind a principal; null: the map does not say, or names several, and one of them would be a guess. */
export function identityOf(identities: Identity[], principal: Principal): Identity | null {
  const arns = [principal.arn, policyArn(principal)].filter((arn) => arn !== undefined);
  const [found, ...others] = identities.filter(({ principals }) =>
    principals.some((pattern) => arns.some((arn) => arnMatches(arn, pattern))),
  );
  return found && others.length === 0 ? found : null;
}
