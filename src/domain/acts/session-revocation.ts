import type { Json } from '../json.ts';
import { type PolicyDocument, sameDocument, strings } from '../policy/policy-document.ts';
import type { SessionMark } from './acts.ts';
import { sid } from './created-names.ts';

/**
 * Denies everything to sessions of a role that were issued before the cutoff (S99), as AWS's own console does it. Newer
 * sessions are not touched: whoever may assume the role still may. With a mark it hits the sessions that carry it.
 */
export const revocationDocument = (incidentKey: string, cutoff: string, session?: SessionMark): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: sid(incidentKey, 'RevokeOlderSessions'),
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: {
        DateLessThan: { 'aws:TokenIssueTime': cutoff },
        ...(session ? { StringEquals: { [session.key]: session.value } } : {}),
      },
    },
  ],
});

/** The cutoff of such a document; null: it is not exactly one of this incident, for these sessions. */
export function cutoffOf(incidentKey: string, document: PolicyDocument, session?: SessionMark): string | null {
  const condition = document.Statement[0]?.Condition as { DateLessThan?: Record<string, Json> } | undefined;
  const cutoff = strings(condition?.DateLessThan?.['aws:TokenIssueTime'])[0];
  if (cutoff === undefined) return null;
  return sameDocument(document, revocationDocument(incidentKey, cutoff, session)) ? cutoff : null;
}
