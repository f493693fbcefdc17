import type { Alert } from '../alert/alert.ts';
import { arnMatches } from '../alert/principal.ts';
import { loggingGap } from '../findings/downloads.ts';
import { grantsExport } from '../policy/export-permission.ts';
import type { ActionRecord } from '../plan/plan.ts';
import type { ResponsePolicy } from '../response-policy.ts';
import { actionKind } from '../acts/action-id.ts';
import type { BucketFacts } from '../findings/bucket-facts.ts';
import type { ObjectReadFacts } from '../findings/read-facts.ts';
import type { PrincipalFacts } from '../findings/principal-facts.ts';

export interface ImprovementInput {
  alert: Alert;
  policy: ResponsePolicy;
  bucket: BucketFacts | null;
  reads: ObjectReadFacts | null;
  principal: PrincipalFacts | null;
  actions: ActionRecord[];
}

/** What would have prevented, limited or shown this export (S124–S126), as far as this incident's facts tell. */
export function improvements(input: ImprovementInput): string[] {
  return rules.flatMap((rule) => rule(input) ?? []);
}

/** Of our own bucket, and no gap: what could not be read may be as it should. */
const wasRead = ({ ownedByAccount, gaps }: BucketFacts, part: string): boolean =>
  ownedByAccount === 'yes' && !gaps.some(({ what }) => what === `bucket ${part}`);

const takesKnownExports = ({ bucket }: BucketFacts, { allowList }: ResponsePolicy): boolean =>
  allowList.some(({ buckets = [] }) => buckets.some((pattern) => arnMatches(bucket, pattern)));

type Rule = (input: ImprovementInput) => string | undefined;
const rules: Rule[] = [
  ({ alert, policy }) =>
    alert.outcome === 'success'
      ? `Deny the three export calls to everybody but the exporting roles by a service control policy on account ` +
        `${alert.recipientAccount}${policy.account ? ` (${policy.account.name})` : ''} (S124).`
      : undefined,
  // Not where known exports go: without ACLs there would be none.
  ({ bucket, policy }) =>
    bucket &&
    !takesKnownExports(bucket, policy) &&
    wasRead(bucket, 'ownership controls') &&
    bucket.ownership !== 'BucketOwnerEnforced'
      ? `Enforce bucket ownership on ${bucket.bucket}: buckets without ACLs cannot receive instance exports (S124).`
      : undefined,
  ({ bucket }) =>
    bucket && wasRead(bucket, 'public access block') && bucket.publicAccessBlock === null
      ? `Switch on the public access block of ${bucket.bucket} (S124).`
      : undefined,
  ({ principal }) => {
    const broad = principal?.attached.find(
      ({ awsManaged, document }) => awsManaged && grantsExport(document).length > 0,
    );
    return principal && broad
      ? `Replace ${broad.name} on ${principal.type} ${principal.name} by the permissions that it uses (S125).`
      : undefined;
  },
  ({ actions }) =>
    actions.some(({ id }) => actionKind(id) === 'narrow-permission')
      ? 'Grant the export calls by a policy of their own, to named roles and buckets, instead of by a wildcard (S125).'
      : undefined,
  ({ alert, bucket, reads }) =>
    alert.outcome === 'success' && bucket && loggingGap(bucket) === null && !(reads?.logging ?? bucket.logging !== null)
      ? `Switch on access logging or data events for ${bucket.bucket}: nobody can say whether the export was read (S126).`
      : undefined,
  ({ policy }) =>
    policy.monitoring === null
      ? 'Configure monitoring.targetArn, so that recovery can leave a rule that reports the next export (S126).'
      : undefined,
  ({ policy, alert }) =>
    policy.account === null
      ? `Add account ${alert.recipientAccount} to the configuration, with its sensitivity and roles (S126).`
      : undefined,
];
