import { sid } from './created-names.ts';
import { strings, type PolicyDocument } from './policy-document.ts';

/**
 * Denies everything to sessions of a role that were issued before the cutoff (S99), as AWS's own console does it. Newer
 * sessions are not touched: whoever may assume the role still may.
 */
export const revocationDocument = (incidentKey: string, cutoff: string): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: sid(incidentKey, 'RevokeSessions'),
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { DateLessThan: { 'aws:TokenIssueTime': cutoff } },
    },
  ],
});

/** The cutoff of such a document; null: it is not one. */
export function cutoffOf(document: PolicyDocument): string | null {
  for (const { Effect, Action, Resource, Condition } of document.Statement) {
    if (Effect !== 'Deny' || !strings(Action).includes('*') || !strings(Resource).includes('*')) continue;
    const dates = (Condition as { DateLessThan?: Record<string, string | string[]> } | undefined)?.DateLessThan;
    const cutoff = strings(dates?.['aws:TokenIssueTime'])[0];
    if (cutoff !== undefined) return cutoff;
  }
  return null;
}
