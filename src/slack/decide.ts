import type { Incidents } from '../approvals/incidents.ts';
import { signDecision, type DecisionAnswer, type DecisionKind } from '../domain/approval.ts';
import { digestOf } from '../domain/digest.ts';
import type { RequestReference } from './references.ts';

export interface Deciding {
  incidents: Pick<Incidents, 'decide'>;
  keyId: string;
  /** 32-byte Ed25519 secret key in hex. */
  signingKey: string;
  now: () => Date;
}

/** What a person whom Slack has verified says to a request. */
export interface Said {
  approver: string;
  decision: DecisionKind;
  actions?: string[];
  reason?: string;
}

/** Presses within so many milliseconds are one. */
const samePress = 60_000;

/** Signs what the person says and hands it to the incident, which alone decides whether it counts. */
export function decideFor(deciding: Deciding, reference: RequestReference, said: Said): Promise<DecisionAnswer> {
  const { workflowId, requestId, digest } = reference;
  const now = deciding.now();
  const what = { requestId, digest, ...said };
  const decision = signDecision(
    { ...what, decidedAt: now.toISOString() },
    'slack',
    deciding.keyId,
    deciding.signingKey,
  );
  // Double clicks and repetitions by Slack are one update. Not for ever: who was refused may be on the list later.
  const updateId = `slack-${digestOf({ ...what, window: Math.floor(now.getTime() / samePress) })}`;
  return deciding.incidents.decide(workflowId, decision, updateId);
}
