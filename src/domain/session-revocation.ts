import { sid } from './created-names.ts';
import type { Json } from './json.ts';
import { sameDocument, strings, type PolicyDocument } from './policy-document.ts';

/**
 * Denies everything to sessions of a role that were issued before the cutoff (S99), as AWS's own console does it. Newer
 * sessions are not touched: whoever may assume the role still may.
 */
export const revocationDocument = (incidentKey: string, cutoff: string): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: sid(incidentKey, 'RevokeOlderSessions'),
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { DateLessThan: { 'aws:TokenIssueTime': cutoff } },
    },
  ],
});

/** The cutoff of such a document; null: it is not exactly one of this incident. */
export function cutoffOf(incidentKey: string, document: PolicyDocument): string | null {
  const condition = document.Statement[0]?.Condition as { DateLessThan?: Record<string, Json> } | undefined;
  const cutoff = strings(condition?.DateLessThan?.['aws:TokenIssueTime'])[0];
  return cutoff !== undefined && sameDocument(document, revocationDocument(incidentKey, cutoff)) ? cutoff : null;
}
