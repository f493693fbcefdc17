import { durationText } from '../domain/duration-text.ts';
import type { SoarConfig } from '../config/load-config.ts';

/** What may be done to an account as a whole, and what is never touched, in words. */
export function accountLines({ organisation, approvals, protected: spared, configRules }: SoarConfig): string[] {
  const { management, isolation, reviewAfter, denyExports } = organisation;
  const people = `${approvals.quorum.irreversible} approvals at least`;
  const by = `by a service control policy of management account ${management?.account ?? ''}, which binds no principal of that account`;
  const when = isolation === 'always' ? 'in every incident' : 'at severity high';
  return [
    isolation === 'never'
      ? 'no incident proposes to isolate its account'
      : `${when} isolating the account is proposed (${people}), ${by}; after ${durationText(reviewAfter)} people are asked to lift it`,
    ...(denyExports ? [`recovery proposes to deny the export calls in the account (${people}), ${by}`] : []),
    configRules.length === 0
      ? 'recovery proposes no rule of AWS Config'
      : `where AWS Config records, recovery proposes its rules ${configRules.join(', ')}`,
    ...spared.accounts.map((account) => `nothing in account ${account} is changed, whatever is approved`),
    ...Object.entries(spared.tags).map(
      ([tag, values]) =>
        `users, roles, policies and buckets with the tag ${tag} of ${values.join(' or ')} are never changed, whatever is approved`,
    ),
  ];
}
