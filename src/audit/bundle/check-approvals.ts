import type { OpenedRequest } from '../../../activities/directory/contract.ts';
import { refusalOf, type AuthorisationRules } from '../../domain/approval/authorisation.ts';
import type { ActInput } from '../../domain/acts/acts.ts';
import {
  codeCommitment,
  commitmentKey,
  type ApproverDirectory,
  type Decision,
  type DecisionAnswer,
} from '../../domain/approval/approval.ts';
import { sameJson } from '../../domain/digest.ts';
import type { IncidentOpening } from '../../domain/incident.ts';
import { isPreApproval } from '../../domain/approval/pre-approval.ts';
import { isDecision } from '../../domain/shape.ts';
import { fails, holds, type Check } from './checks.ts';
import { asFields, valuesOf, type HistoryEvent } from './history-events.ts';

/** A gateway signs and sends at once; what is further apart was not sent when it says. */
const mostDelay = 10 * 60_000;

/** Where the walk through the history stands. */
interface Walk {
  opening: IncidentOpening;
  scheduled: Map<number, { type: string; input: unknown[] }>;
  /** As it was read last: whoever was on it then could decide. */
  directory: ApproverDirectory | null;
  /** Hashes of the codes, by request. */
  commitments: Map<string, Record<string, string>>;
  /** Decisions that arrived, with the update that brought them. */
  arrived: { decision: Decision; update: string | null; time: string }[];
  rejected: Set<string>;
  acts: number;
  /** Public keys of gateways that somebody brought; null: nobody did. */
  gatewayKeys: string[] | null;
  /** Ids of the gateway keys that approvals of acts were signed with. */
  signedWith: Set<string>;
}

/**
 * Every change in AWS had its approval: of exactly this input, before it began, by people who were on the list then, with
 * proofs that hold; and nothing ran for a request that had been rejected (P2, P7). Reads the history and nothing else, unless
 * somebody brings the public keys of the gateways: whoever seals could put keys of their own into the history.
 */
export function checkApprovals(
  events: HistoryEvent[],
  opening: IncidentOpening,
  gatewayKeys: string[] | null = null,
): Check {
  const walk: Walk = {
    opening,
    scheduled: new Map(),
    directory: null,
    commitments: new Map(),
    arrived: [],
    rejected: new Set(),
    acts: 0,
    gatewayKeys,
    signedWith: new Set(),
  };
  for (const event of events) {
    const wrong = step(walk, event);
    if (wrong !== null) return fails('approvals', `event ${event.id}: ${wrong}`);
  }
  return holds('approvals', `${walk.acts} acts, each approved before it began${whoseKeys(walk)}`);
}

const whoseKeys = ({ signedWith, gatewayKeys }: Walk): string => {
  if (signedWith.size === 0) return '';
  const named = gatewayKeys ? 'are those named' : 'are the history’s own: name yours with --gateway-key';
  return `; gateway keys (${[...signedWith].join(', ')}) ${named}`;
};

/** What is wrong with the event, or null. */
function step(walk: Walk, { id, kind, time, attributes }: HistoryEvent): string | null {
  switch (kind) {
    case 'activityTaskScheduled': {
      const type = String(asFields(attributes.activityType).name);
      const input = valuesOf(attributes.input);
      walk.scheduled.set(id, { type, input });
      return asFields(input[0]).act === undefined || type === 'checkAct' ? null : actRefusal(walk, type, input);
    }
    case 'activityTaskCompleted':
      answered(walk, Number(attributes.scheduledEventId), valuesOf(attributes.result)[0]);
      return null;
    case 'workflowExecutionUpdateAccepted': {
      const request = asFields(attributes.acceptedRequest);
      return arrival(walk, String(attributes.protocolInstanceId), valuesOf(asFields(request.input).args)[0], time);
    }
    case 'workflowExecutionSignaled':
      return attributes.signalName === 'decide' ? arrival(walk, null, valuesOf(attributes.input)[0], time) : null;
    case 'workflowExecutionUpdateCompleted':
      settled(walk, String(asFields(attributes.meta).updateId), attributes.outcome);
      return null;
    default:
      return null;
  }
}

function answered(walk: Walk, scheduledId: number, result: unknown): void {
  const activity = walk.scheduled.get(scheduledId);
  if (activity?.type === 'readApprovers') walk.directory = result as ApproverDirectory;
  if (activity?.type === 'openRequest') {
    const { directory, requestId, commitments } = result as OpenedRequest;
    walk.directory = directory;
    walk.commitments.set(requestId, commitments);
  }
  if (activity?.type === 'commitCodes') {
    const { requestId } = asFields(activity.input[0]);
    walk.commitments.set(String(requestId), result as Record<string, string>);
  }
}

function arrival(walk: Walk, update: string | null, decision: unknown, time: string): string | null {
  if (!isDecision(decision)) return null;
  walk.arrived.push({ decision, update, time });
  const { decidedAt, approver, proof } = decision;
  if (proof.kind !== 'signature' || decidedAt === undefined) return null;
  return Math.abs(Date.parse(decidedAt) - Date.parse(time)) <= mostDelay
    ? null
    : `the decision of ${approver} says ${decidedAt}, and arrived at ${time}`;
}

function settled(walk: Walk, update: string, outcome: unknown): void {
  const answer = valuesOf(asFields(outcome).success)[0] as DecisionAnswer | undefined;
  const arrived = walk.arrived.find((one) => one.update === update);
  if (arrived?.decision.decision === 'reject' && answer?.result === 'accepted') {
    walk.rejected.add(arrived.decision.requestId);
  }
}

function actRefusal(walk: Walk, type: string, [input, given]: unknown[]): string | null {
  walk.acts += 1;
  const act = input as ActInput;
  if (act.act !== type) return `${type} has the input of ${act.act}`;
  const { policy, policyDigest } = walk.opening;
  const rules: Omit<AuthorisationRules, 'codeSecret'> = {
    directory: walk.directory ?? { approvers: [], gatewayKeys: {} },
    approvers: policy.approvals,
    preApproval: {
      preApproved: policy.approvals.preApproved,
      forensics: policy.forensics,
      monitoring: policy.monitoring,
      responders: policy.responders,
    },
    accounts: policy.account ? [policy.account] : [],
  };
  const refusal = refusalOf(act, given, rules, ({ requestId }, approver, code) => {
    const commitment = walk.commitments.get(requestId)?.[commitmentKey(approver, 'approve')];
    return commitment !== undefined && commitment === codeCommitment(code);
  });
  if (refusal !== null) return `${type} was not approved: ${refusal}`;
  if (isPreApproval(given)) {
    return given.policyDigest === policyDigest ? null : `${type} names another policy than the one in force`;
  }
  const { requestId, decisions } = given as { requestId: string; decisions: Decision[] };
  for (const { proof } of decisions) {
    if (proof.kind !== 'signature') continue;
    walk.signedWith.add(proof.keyId);
    if (walk.gatewayKeys?.includes(walk.directory?.gatewayKeys[proof.keyId] ?? '') === false) {
      return `${type} names an approval signed with gateway key ${proof.keyId}, which is not among those named`;
    }
  }
  if (walk.rejected.has(requestId)) return `${type} ran for request ${requestId}, which was rejected`;
  const unsent = decisions.find((decision) => !walk.arrived.some((one) => sameJson(one.decision, decision)));
  return unsent ? `${type} names an approval of ${unsent.approver} that had not arrived` : null;
}
