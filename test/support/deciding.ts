import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { WorkflowHandle } from '@temporalio/client';
import proto from '@temporalio/proto';
import {
  decisionCode,
  signDecision,
  type ApprovalRequest,
  type Decision,
  type DecisionKind,
} from '../../src/domain/approval/approval.ts';
import type { AuthorisationRules } from '../../src/domain/approval/authorisation.ts';
import { pendingApprovalQuery } from '../../workflows/messages.ts';

const secretKey = '11'.repeat(32);
/** A gateway of the tests: whoever holds these values can sign for anybody. */
export const gateway = {
  keyId: 'test-gateway',
  secretKey,
  publicKey: bytesToHex(ed25519.getPublicKey(Uint8Array.from(Buffer.from(secretKey, 'hex')))),
  codeSecret: 'test-code-secret',
};

/** What a contain worker goes by; nobody is on its list unless a test says so. */
export const someRules = (changes: Partial<AuthorisationRules> = {}): AuthorisationRules => ({
  directory: { approvers: [], gatewayKeys: {} },
  approvers: { rules: [], quorum: { reversible: 1, irreversible: 2 } },
  preApproval: { preApproved: [], forensics: null, monitoring: null, responders: [] },
  accounts: [],
  codeSecret: gateway.codeSecret,
  ...changes,
});

export interface DecideOptions {
  actions?: string[];
  to?: string;
  reason?: string;
}

/** A decision as a gateway signs it. */
export const aDecision = (
  request: ApprovalRequest,
  decision: DecisionKind,
  approver: string,
  { actions, to, reason }: DecideOptions = {},
): Decision =>
  signDecision(
    {
      requestId: request.requestId,
      digest: request.digest,
      decision,
      approver,
      decidedAt: new Date().toISOString(),
      ...(actions ? { actions } : {}),
      ...(to === undefined ? {} : { to }),
      ...(reason === undefined ? {} : { reason }),
    },
    'gateway',
    gateway.keyId,
    gateway.secretKey,
  );

/** A decision with the approver's code, as it is pasted in Temporal UI. */
export const aCodeDecision = (
  request: ApprovalRequest,
  decision: 'approve' | 'reject',
  approver: string,
): Decision => ({
  requestId: request.requestId,
  digest: request.digest,
  decision,
  approver,
  proof: {
    kind: 'code',
    code: decisionCode(gateway.codeSecret, request.requestId, request.digest, approver, decision),
  },
});

/** Waits until the incident asks; another request than `after`. */
export async function nextRequest(handle: WorkflowHandle, after?: string): Promise<ApprovalRequest> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const request = await handle.query(pendingApprovalQuery);
    if (request && request.requestId !== after) return request;
    const { status } = await handle.describe();
    if (status.name !== 'RUNNING') throw new Error(`the incident is ${status.name} and asks nothing`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the incident asked nothing within 30 s; its last events: ${await lastEvents(handle)}`);
}

/** For the reader of a test that fails: which task a run waits for, or that none was scheduled. */
async function lastEvents(handle: WorkflowHandle): Promise<string> {
  const { events } = await handle.fetchHistory();
  const { EventType } = proto.temporal.api.enums.v1;
  return (events ?? [])
    .slice(-12)
    .map(({ eventId, eventType, activityTaskScheduledEventAttributes: scheduled }) =>
      [eventId, eventType == null ? '' : EventType[eventType], scheduled?.activityType?.name ?? ''].join(' ').trimEnd(),
    )
    .join(', ');
}
