import type { Incidents } from '../approvals/incidents.ts';
import { signDecision, type DecisionAnswer, type DecisionKind } from '../domain/approval/approval.ts';
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
  /** Whom a hand-over goes to. */
  to?: string;
  reason?: string;
}

/** Presses within so many milliseconds are one. */
const samePress = 60_000;

/** Signs what the person says and hands it to the incident, which alone decides whether it counts. */
export function decideFor(deciding: Deciding, reference: RequestReference, said: Said): Promise<DecisionAnswer> {
  // Double clicks and repetitions by Slack are one update. Not for ever: who was refused may be on the list later.
  return hand(deciding, reference, said, Math.floor(deciding.now().getTime() / samePress));
}

/**
 * What counts for nothing, by a member who is no approver or about a plan that could not be shown: the incident refuses it
 * and keeps it on record. However often they press it is one update, so that nobody can fill an incident's history. It is
 * signed in a name that is on no list: no approver's id has a colon.
 */
export function recordAttempt(
  deciding: Deciding,
  reference: RequestReference,
  member: string,
  decision: DecisionKind,
): Promise<DecisionAnswer> {
  return hand(deciding, reference, { approver: `slack:${member}`, decision }, 0);
}

function hand(deciding: Deciding, reference: RequestReference, said: Said, window: number): Promise<DecisionAnswer> {
  const { workflowId, requestId, digest } = reference;
  const what = { requestId, digest, ...said };
  const decidedAt = deciding.now().toISOString();
  const decision = signDecision({ ...what, decidedAt }, 'slack', deciding.keyId, deciding.signingKey);
  return deciding.incidents.decide(workflowId, decision, `slack-${digestOf({ ...what, window })}`);
}
