import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { base32OfHex, canonicalJson, keyedHash, sha256Hex } from '../digest.ts';
import type { Plan } from '../plan/plan.ts';
import type { Phase } from '../phase.ts';
import type { Gap } from '../findings/kept.ts';

// The library's usual table of multiples pays back over thousands of signatures. Each workflow computes its own, for a few.
ed25519.Point.BASE.precompute(2);

export type DecisionKind = 'approve' | 'reject' | 'more-time' | 'hand-over';

/** Who may decide, as the configuration stands at that moment (P7). */
export interface Approver {
  id: string;
  name: string;
  /** ARN patterns of the AWS identities that are this person: whoever is under investigation never decides. */
  principals: string[];
  /** Who they are in Slack: the member's id. */
  slack?: string;
}
/** Approvers who are named together, such as a team or who is on call. */
export interface ApproverGroup {
  id: string;
  /** Ids of approvers; whoever is not on the list of approvers does not count here either. */
  members: string[];
  /** A Slack user group: its members who are approvers belong to the group too. */
  slackGroup?: string;
}
export interface ApproverDirectory {
  approvers: Approver[];
  /** Absent in answers from before there were groups. */
  groups?: ApproverGroup[];
  /** What could not be found out about groups, and why (P8). */
  gaps?: Gap[];
  /** Public keys of gateways, by key id: 32 bytes in hex. */
  gatewayKeys: Record<string, string>;
  /** Digest of the policy that this was read from. */
  policyDigest: string;
}

/**
 * An activity's answer with the run that it ran for. A decision counts only if the plan was asked about and the decision
 * taken in the same run: after a reset the question is asked again, and no earlier answer is reused. Recorded by
 * activities, so that a replay of the reset run sees what the first run saw.
 */
export type InRun<T> = T & { runId: string };

/** A group that is asked, with its people as the list stood at that moment. */
export interface AskedGroup {
  /** Or a person, where somebody handed the request over to one. */
  group: string;
  people: string[];
  /** ISO 8601 UTC. */
  at: string;
  /** Who handed the request over to them; absent: the policy asked them. */
  by?: string;
}

/** Whose approval an action needs, by which rule of the policy; see `approval-policy.ts`. */
export interface Need {
  rule: string;
  /** People of these groups count. */
  groups: string[];
  /** So many different people. */
  quorum: number;
}

/** How a request ended. */
export type RequestOutcome = 'approved' | 'rejected' | 'replaced' | 'closed';

/** What stays on record of a request: whom it was put to, when it was told about again, and how it ended. */
export interface RequestRecord {
  requestId: string;
  phase: Phase;
  digest: string;
  /** Ids of the actions that it asks about. */
  actions: string[];
  askedAt: string;
  /** As it stood at last. */
  dueAt: string;
  askedOf: AskedGroup[];
  told: { at: string; what: 'reminded' | 'escalated' | 'paged' | 'overdue' }[];
  outcome: RequestOutcome | 'open';
  settledAt?: string;
  /** Whose decisions settled it. */
  by: string[];
  /** The request that was asked in its place. */
  replacedBy?: string;
}

export interface ApprovalRequest {
  /** Bound to the run: a reset asks again. */
  requestId: string;
  incidentKey: string;
  phase: Phase;
  digest: string;
  plan: Plan;
  askedAt: string;
  /** After this it is overdue; it stays answerable (P6). */
  dueAt: string;
  overdue: boolean;
  /** How many different people have to approve the whole plan, at least. */
  quorum: number;
  /** Whose approval each action needs, by action id. */
  needs: Record<string, Need>;
  /** Who is asked, in the order in which they were. */
  askedOf: AskedGroup[];
  /** The run that asked, see `InRun`. */
  runId: string;
  /** SHA-256 of each code that may be pasted in Temporal UI, by `approver/decision`. */
  commitments: Record<string, string>;
}

/** Ed25519 over `decisionText`, made by a gateway that had verified the person on that channel. */
export interface SignatureProof {
  kind: 'signature';
  keyId: string;
  channel: string;
  signature: string;
}
/** A code that the gateway showed to this approver for this request and this decision only. */
export interface CodeProof {
  kind: 'code';
  code: string;
}
export interface Decision {
  requestId: string;
  digest: string;
  decision: DecisionKind;
  /** Ids of the approved actions; absent: all of them. */
  actions?: string[];
  /** Whom a hand-over goes to, and only that: the id of an approver or of a group. */
  to?: string;
  approver: string;
  reason?: string;
  /** ISO 8601 UTC, as stated by the signer. */
  decidedAt?: string;
  proof: SignatureProof | CodeProof;
}

export type DecisionAnswer =
  { result: 'accepted'; settled: boolean; detail: string } | { result: 'refused'; reason: string };

/** Every decision that arrived, taken or not, stays on record. */
export interface DecisionRecord {
  requestId: string;
  decision: DecisionKind;
  approver: string;
  actions?: string[];
  to?: string;
  reason?: string;
  /** As signed; the time of arrival is `at`. */
  decidedAt?: string;
  at: string;
  channel: string;
  verifiedBy: 'gateway-signature' | 'code' | 'nothing';
  digest: string;
  /** Kept so that an auditor can verify it offline; absent for codes, which are burnt. */
  signature?: SignatureProof;
  answer: DecisionAnswer;
}

/** The signed text: everything that the decision says, in canonical form. */
export const decisionText = (decision: Omit<Decision, 'proof'>, channel: string): string =>
  canonicalJson({
    request: decision.requestId,
    digest: decision.digest,
    decision: decision.decision,
    actions: decision.actions ? [...decision.actions].sort() : null,
    approver: decision.approver,
    reason: decision.reason ?? null,
    decidedAt: decision.decidedAt ?? null,
    channel,
    // Only where it is: signatures from before there were hand-overs still verify.
    ...(decision.to === undefined ? {} : { to: decision.to }),
  });

/** Signs with a 32-byte Ed25519 secret key in hex. Gateways only. */
export const signDecision = (
  decision: Omit<Decision, 'proof'>,
  channel: string,
  keyId: string,
  secretKey: string,
): Decision => ({
  ...decision,
  proof: {
    kind: 'signature',
    keyId,
    channel,
    signature: bytesToHex(ed25519.sign(utf8ToBytes(decisionText(decision, channel)), hexToBytes(secretKey))),
  },
});

const signatureHolds = (decision: Decision, proof: SignatureProof, publicKey: string): boolean => {
  try {
    return ed25519.verify(
      hexToBytes(proof.signature),
      utf8ToBytes(decisionText(decision, proof.channel)),
      hexToBytes(publicKey),
    );
  } catch {
    return false; // not hex, not a point: as good as a wrong one
  }
};

/** 18 base32 characters, 90 bits: one per request, approver and decision. */
export const decisionCode = (
  secret: string,
  requestId: string,
  digest: string,
  approver: string,
  decision: string,
): string => base32OfHex(keyedHash(secret, canonicalJson({ requestId, digest, approver, decision })), 18);
export const codeCommitment = (code: string): string => sha256Hex(`soar-code:${code}`);
/**
 * What a decision is known by when it is sent again: whoever reads the history holds its signature. The signed text, not
 * the signature, which can be written in more ways than one.
 */
export const markOf = (decision: Decision): string =>
  decision.proof.kind === 'code'
    ? codeCommitment(decision.proof.code)
    : sha256Hex(`soar-decision:${decisionText(decision, decision.proof.channel)}`);
export const commitmentKey = (approver: string, decision: string): string => `${approver}/${decision}`;

/** Why the decision's signature proves nothing, or null when a gateway of the configuration has made it. */
export function signatureRefusal(
  decision: Decision,
  proof: SignatureProof,
  directory: Pick<ApproverDirectory, 'gatewayKeys'>,
): string | null {
  const publicKey = directory.gatewayKeys[proof.keyId];
  if (!publicKey) return `no gateway has the key ${proof.keyId}`;
  return signatureHolds(decision, proof, publicKey) ? null : 'the signature does not match the decision';
}
