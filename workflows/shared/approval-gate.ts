import { condition } from '@temporalio/workflow';
import {
  codeCommitment,
  judgePerson,
  judgeRequest,
  type ApprovalRequest,
  type ApproverDirectory,
  type Decision,
  type DecisionAnswer,
  type DecisionRecord,
  type GateState,
} from '../../src/domain/approval.ts';
import {
  everybody,
  lacking,
  needOf,
  peopleNeeded,
  peopleOf,
  type Circumstances,
} from '../../src/domain/approval-policy.ts';
import type { Authorisation } from '../../src/domain/authorisation.ts';
import { actionDigests, planDigest, type Plan } from '../../src/domain/plan.ts';
import type { Principal } from '../../src/domain/principal.ts';
import type { ApprovalRules } from '../../src/domain/response-policy.ts';
import { isDecision } from '../../src/domain/shape.ts';
import { notify } from '../activities.ts';
import type { Announcer } from './announcer.ts';
import { now, type IncidentRecord } from './record.ts';

export type Approval =
  | { result: 'approved'; requestId: string; actions: string[]; authorisation: Authorisation }
  | { result: 'rejected' | 'closed' | 'replaced'; requestId: string };

interface Gate extends GateState {
  /** The accepted approvals as they were sent, with their proofs. */
  accepted: Decision[];
  answer: Approval | null;
  /** Who rejected it. */
  settledBy: string[];
  /** The list of approvers when it was opened. */
  listed: string[];
  dueAt: number;
}

/**
 * Asks people about one plan at a time. Silence approves nothing (P6): an overdue request reminds, escalates and stays
 * answerable. Decisions pass one after the other, and every one is kept with what came of it (P6, P7).
 */
export class ApprovalGate {
  private gate: Gate | undefined;
  private readonly burnt = new Set<string>();
  private asked = 0;
  private queue: Promise<unknown> = Promise.resolve();

  private readonly incidentKey: string;
  private readonly actor: Principal;
  private readonly rules: ApprovalRules;
  private readonly circumstances: () => Circumstances;
  private readonly record: IncidentRecord;
  private readonly announcer: Announcer;
  private readonly changed: () => void;

  constructor(options: {
    incidentKey: string;
    actor: Principal;
    rules: ApprovalRules;
    /** What the policy's rules look at, when a request is opened. */
    circumstances: () => Circumstances;
    record: IncidentRecord;
    announcer: Announcer;
    /** Called when what is awaited has changed. */
    changed: () => void;
  }) {
    this.incidentKey = options.incidentKey;
    this.actor = options.actor;
    this.rules = options.rules;
    this.circumstances = options.circumstances;
    this.record = options.record;
    this.announcer = options.announcer;
    this.changed = options.changed;
  }

  get pending(): ApprovalRequest | null {
    return this.gate && !this.gate.settled ? this.gate.request : null;
  }

  /** Opens a request for the plan and returns when it is settled, or when the incident is being closed. */
  async ask(plan: Plan, closing: () => boolean): Promise<Approval> {
    const gate = await this.open(plan);
    const { request } = gate;
    this.announcer.asked(request);
    this.changed();
    const settled = () => gate.settled || closing();
    if (!(await condition(settled, this.rules.remindAfter))) {
      this.announcer.reminded(request);
      if (!(await condition(settled, this.rules.escalateAfter - this.rules.remindAfter))) {
        const next = { group: everybody, people: gate.listed, at: now() };
        request.askedOf.push(next);
        this.announcer.escalated(request, next);
      }
    }
    while (!settled()) {
      if (request.overdue) {
        await condition(settled);
      } else if (!(await condition(settled, Math.max(gate.dueAt - Date.now(), 1))) && Date.now() >= gate.dueAt) {
        request.overdue = true;
        this.announcer.overdue(request);
        this.changed();
      }
    }
    gate.settled = true;
    const answer: Approval = gate.answer ?? { result: 'closed', requestId: request.requestId };
    const by = answer.result === 'approved' ? gate.approvals.map(({ approver }) => approver) : gate.settledBy;
    this.announcer.settled(request, answer.result, by);
    this.changed();
    return answer;
  }

  /** One decision after the other; each sees what the one before it led to. */
  decide(input: unknown): Promise<DecisionAnswer> {
    const answer = this.queue.then(() => this.judge(input));
    this.queue = answer.catch(() => undefined);
    return answer;
  }

  private async open(plan: Plan): Promise<Gate> {
    this.asked += 1;
    // By an activity, not by workflowInfo: see `InRun`. The id, and with it digest, codes and signatures, is the run's own.
    const directory = await notify.readApprovers();
    const { runId } = directory;
    // Its end: run ids begin with the time, so that runs of one minute look alike.
    const requestId = `${plan.phase}-${this.asked}-${runId.slice(-8)}`;
    const digest = planDigest(this.incidentKey, requestId, plan);
    const commitments = await notify.commitCodes({ requestId, digest, decisions: ['approve', 'reject'] });
    const dueAt = Date.now() + this.rules.dueAfter;
    const circumstances = this.circumstances();
    const needs = Object.fromEntries(
      plan.actions.map((action) => [action.id, needOf(action, circumstances, this.rules)]),
    );
    const groups = [...new Set(Object.values(needs).flatMap((need) => need.groups))];
    const request: ApprovalRequest = {
      requestId,
      incidentKey: this.incidentKey,
      phase: plan.phase,
      digest,
      plan,
      askedAt: now(),
      dueAt: new Date(dueAt).toISOString(),
      overdue: false,
      quorum: peopleNeeded({ needs }),
      needs,
      askedOf: groups.map((group) => ({ group, people: peopleOf(group, directory), at: now() })),
      runId,
      commitments,
    };
    this.gate = {
      request,
      approvals: [],
      accepted: [],
      burnt: this.burnt,
      settled: false,
      answer: null,
      settledBy: [],
      listed: peopleOf(everybody, directory),
      dueAt,
    };
    return this.gate;
  }

  private async judge(input: unknown): Promise<DecisionAnswer> {
    if (!isDecision(input)) {
      this.record.add('decision', 'refused: the message is not a decision');
      return { result: 'refused', reason: 'the message is not a decision' };
    }
    const gate = this.gate;
    const early = judgeRequest(input, gate);
    if (early !== null || !gate) return this.refuse(input, early ?? 'nothing is asked', 'nothing');

    const directory = await notify.readApprovers();
    if (directory.runId !== gate.request.runId) {
      gate.answer = { result: 'replaced', requestId: gate.request.requestId };
      gate.settled = true;
      return this.refuse(input, 'the incident was reset after this was asked; it is asked again', 'nothing');
    }
    // Time has passed meanwhile: the incident may have been closed under the decision.
    const judged = gate.settled ? { refused: 'already decided' } : judgePerson(input, gate, directory, this.actor);
    if (input.proof.kind === 'code') this.burnt.add(codeCommitment(input.proof.code));
    if ('refused' in judged) return this.refuse(input, judged.refused, 'nothing');
    return this.accept(input, gate, directory, judged);
  }

  private accept(
    decision: Decision,
    gate: Gate,
    directory: ApproverDirectory,
    how: { verifiedBy: DecisionRecord['verifiedBy']; channel: string },
  ): DecisionAnswer {
    const { requestId, plan } = gate.request;
    const record = this.keep(decision, how.verifiedBy, how.channel);
    if (decision.decision === 'more-time') {
      gate.dueAt = Date.now() + this.rules.dueAfter;
      gate.request.dueAt = new Date(gate.dueAt).toISOString();
      gate.request.overdue = false;
      record.answer = { result: 'accepted', settled: false, detail: `due ${gate.request.dueAt}` };
    } else if (decision.decision === 'reject') {
      gate.answer = { result: 'rejected', requestId };
      gate.settledBy = [decision.approver];
      gate.settled = true;
      record.answer = { result: 'accepted', settled: true, detail: 'rejected; nothing will be changed' };
    } else {
      gate.approvals.push(record);
      gate.accepted.push(decision);
      const actions = decision.actions ?? plan.actions.map(({ id }) => id);
      const approvers = gate.approvals.map(({ approver }) => approver);
      const missing = lacking(gate.request, actions, approvers, directory);
      if (missing.length === 0) {
        const authorisation = {
          incidentKey: this.incidentKey,
          requestId,
          actions: actionDigests(plan),
          decisions: gate.accepted,
        };
        gate.answer = { result: 'approved', requestId, actions, authorisation };
        gate.settled = true;
        record.answer = { result: 'accepted', settled: true, detail: `approved: ${actions.join(', ')}` };
      } else {
        record.answer = { result: 'accepted', settled: false, detail: missing.join('; ') };
      }
    }
    this.record.add(
      'decision',
      `${decision.approver} (${how.verifiedBy}): ${decision.decision}, ${record.answer.detail}`,
    );
    this.changed();
    return record.answer;
  }

  private refuse(decision: Decision, reason: string, verifiedBy: DecisionRecord['verifiedBy']): DecisionAnswer {
    const record = this.keep(
      decision,
      verifiedBy,
      decision.proof.kind === 'code' ? 'temporal' : decision.proof.channel,
    );
    record.answer = { result: 'refused', reason };
    this.record.add('decision', `refused: ${decision.decision} by ${decision.approver}: ${reason}`);
    return record.answer;
  }

  private keep(decision: Decision, verifiedBy: DecisionRecord['verifiedBy'], channel: string): DecisionRecord {
    const { proof, ...rest } = decision;
    const record: DecisionRecord = {
      requestId: rest.requestId,
      decision: rest.decision,
      approver: rest.approver,
      ...(rest.actions ? { actions: rest.actions } : {}),
      ...(rest.reason === undefined ? {} : { reason: rest.reason }),
      at: now(),
      channel,
      verifiedBy,
      digest: rest.digest,
      ...(rest.decidedAt === undefined ? {} : { decidedAt: rest.decidedAt }),
      ...(proof.kind === 'signature' ? { signature: proof } : {}),
      answer: { result: 'refused', reason: 'not judged yet' },
    };
    this.record.addDecision(record);
    return record;
  }
}
