import { condition } from '@temporalio/workflow';
import {
  commitmentKey,
  markOf,
  type ApprovalRequest,
  type Approver,
  type ApproverDirectory,
  type Decision,
  type DecisionAnswer,
  type DecisionRecord,
  type InRun,
  type RequestRecord,
} from '../../src/domain/approval/approval.ts';
import { everybody, lacking, type Circumstances } from '../../src/domain/approval/approval-policy.ts';
import { groupAsked, isOvertaken, recordOf, requestFor } from '../../src/domain/approval/approval-request.ts';
import type { Authorisation } from '../../src/domain/approval/authorisation.ts';
import type { Barred } from '../../src/domain/approval/barred.ts';
import { escalationOrder, stepsOf, timesAt, type Step } from '../../src/domain/approval/escalation.ts';
import { handedOver } from '../../src/domain/approval/hand-over.ts';
import { actionDigests, type Plan } from '../../src/domain/plan/plan.ts';
import type { Principal } from '../../src/domain/alert/principal.ts';
import { isDecision } from '../../src/domain/shape.ts';
import { notify } from '../activities.ts';
import type { Announcer } from './announcer.ts';
import { now, type IncidentRecord } from './record.ts';
import type { ApprovalRules, ApprovalTimes } from '../../src/domain/approval/approval-rules.ts';
import { judgePerson, judgeRequest, type GateState } from '../../src/domain/approval/judgement.ts';

export type Approval =
  | { result: 'approved'; requestId: string; actions: string[]; authorisation: Authorisation }
  | { result: 'rejected' | 'closed' | 'replaced'; requestId: string };

/** The decisions that have a code for Temporal UI. */
const codeDecisions = ['approve', 'reject'];

interface Gate extends GateState {
  record: RequestRecord;
  directory: ApproverDirectory;
  /** The accepted approvals as they were sent, with their proofs. */
  accepted: Decision[];
  answer: Approval | null;
  times: ApprovalTimes;
  /** When the clock of reminders began; more time sets it anew. */
  since: number;
}

/**
 * Asks people about one plan at a time. Silence approves nothing (P6): an overdue request reminds, escalates and stays
 * answerable. Decisions pass one after the other, and every one is kept with what came of it (P6, P7).
 */
export class ApprovalGate {
  /** Everything that was asked, in order. */
  readonly requests: RequestRecord[] = [];
  private gate: Gate | undefined;
  /** Whom the instance's tags name as its owner; null: not read, or no tag says so. */
  private owners: string[] | null = null;
  /** ARNs of whoever took the actor's session. */
  behind: readonly string[] = [];
  private readonly burnt = new Set<string>();
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

  /** For the separation of duties, where the policy wants it. */
  ownedBy(owners: string[]): void {
    this.owners = owners.length > 0 ? owners : null;
  }

  /** A person takes a role's session as a user: with either identity it is the actor who would decide. */
  actedThrough(callers: readonly string[]): void {
    this.behind = callers;
  }

  /**
   * Opens a request for the plan and returns when it is settled, or when the incident is being closed. Before people are
   * told again, the plan is made anew: one that the facts have overtaken is replaced instead of approved late.
   */
  async ask(plan: Plan, closing: () => boolean, planAgain: () => Promise<Plan>): Promise<Approval> {
    const gate = await this.open(plan);
    const { request } = gate;
    this.announcer.asked(request);
    this.changed();
    const settled = () => gate.settled || closing();
    while (!settled()) await this.wait(gate, settled, planAgain);
    gate.settled = true;
    const answer: Approval = gate.answer ?? { result: 'closed', requestId: request.requestId };
    Object.assign(gate.record, { outcome: answer.result, settledAt: now() });
    this.announcer.settled(request, answer.result, gate.record.by);
    this.changed();
    return answer;
  }

  /** One decision after the other; each sees what the one before it led to. */
  decide(input: unknown): Promise<DecisionAnswer> {
    const answer = this.queue.then(() => this.judge(input));
    this.queue = answer.catch(() => undefined);
    return answer;
  }

  /** Tells people at the policy's times, until the request is settled or somebody sets the clock anew. */
  private async wait(gate: Gate, settled: () => boolean, planAgain: () => Promise<Plan>): Promise<void> {
    const { since } = gate;
    const done = () => settled() || gate.since !== since;
    for (const step of stepsOf(gate.times, this.groupsLeft(gate).length)) {
      if (await condition(done, Math.max(since + step.after - Date.now(), 1))) return;
      if (await this.overtaken(gate, planAgain)) return;
      if (done()) return;
      this.tell(gate, step.what);
      this.changed();
    }
    await condition(done);
  }

  private async overtaken(gate: Gate, planAgain: () => Promise<Plan>): Promise<boolean> {
    const again = await planAgain();
    if (gate.settled || !isOvertaken(gate.request.plan, again)) return false;
    gate.answer = { result: 'replaced', requestId: gate.request.requestId };
    gate.settled = true;
    return true;
  }

  private tell(gate: Gate, what: Step['what']): void {
    const { request, record } = gate;
    if (what === 'overdue') {
      request.overdue = true;
      record.told.push({ at: now(), what: 'overdue' });
      this.announcer.overdue(request);
    } else if (what === 'remind') {
      record.told.push({ at: now(), what: 'reminded' });
      this.announcer.reminded(request);
    } else if (what === 'page') {
      this.announcer.paged(request, () => record.told.push({ at: now(), what: 'paged' }));
    } else {
      const asked = groupAsked(this.groupsLeft(gate)[0] ?? everybody, gate.directory, this.barred, now());
      if (!request.askedOf.some(({ group }) => group === asked.group)) request.askedOf.push(asked);
      record.told.push({ at: now(), what: 'escalated' });
      this.announcer.escalated(request, asked);
    }
  }

  /** Groups of the escalation order that are not asked yet. */
  private groupsLeft({ request }: Gate): string[] {
    const asked = request.askedOf.map(({ group }) => group);
    return escalationOrder(this.rules.escalation, new Date()).filter((group) => !asked.includes(group));
  }

  private get barred(): Barred {
    return { actor: this.actor, behind: this.behind, owners: this.rules.notOwner ? (this.owners ?? []) : [] };
  }

  private async open(plan: Plan): Promise<Gate> {
    // By an activity, not by workflowInfo: see `InRun`. The id, and with it digest, codes and signatures, is the run's own.
    const { incidentKey } = this;
    const number = this.requests.length + 1;
    const { phase } = plan;
    const { directory, commitments } = await notify.openRequest({
      incidentKey,
      phase,
      number,
      actions: actionDigests(plan),
      decisions: codeDecisions,
    });
    this.sayGaps(directory);
    if (this.rules.notOwner && !this.owners) {
      this.record.addGap(
        'the owner of the instance',
        'no tag was read that names one: nobody is left out as the owner',
      );
    }
    const about = {
      number,
      incidentKey,
      at: new Date(),
      circumstances: this.circumstances(),
    };
    const request = requestFor(plan, about, this.rules, directory, this.barred);
    const { requestId } = request;
    request.commitments = commitments;
    const record = recordOf(request);
    const before = this.requests.at(-1);
    if (before?.outcome === 'replaced') before.replacedBy = requestId;
    this.requests.push(record);
    this.gate = {
      request,
      record,
      directory,
      approvals: [],
      accepted: [],
      burnt: this.burnt,
      settled: false,
      owners: this.barred.owners,
      answer: null,
      times: timesAt(about.circumstances.severity, this.rules),
      since: about.at.getTime(),
    };
    return this.gate;
  }

  /** Whoever came onto the list after this was asked may be handed it, and then gets codes as everybody did. */
  private async commitCodes({ request, directory }: Gate): Promise<void> {
    const { requestId, digest, commitments } = request;
    const known = ({ id }: Approver) => codeDecisions.every((kind) => commitmentKey(id, kind) in commitments);
    if (directory.approvers.every(known)) return;
    const all = await notify.commitCodes({ requestId, digest, decisions: codeDecisions });
    request.commitments = { ...all, ...commitments };
  }

  private async readApprovers(): Promise<InRun<ApproverDirectory>> {
    const directory = await notify.readApprovers();
    this.sayGaps(directory);
    return directory;
  }

  private sayGaps({ gaps = [] }: ApproverDirectory): void {
    for (const { what, why } of gaps) this.record.addGap(what, why);
  }

  private async judge(input: unknown): Promise<DecisionAnswer> {
    if (!isDecision(input)) {
      this.record.add('decision', 'refused: the message is not a decision');
      return { result: 'refused', reason: 'the message is not a decision' };
    }
    const gate = this.gate;
    const early = judgeRequest(input, gate, this.requests);
    if (early !== null || !gate) return this.refuse(input, early ?? 'nothing is asked', 'nothing');

    const directory = await this.readApprovers();
    gate.directory = directory;
    if (directory.runId !== gate.request.runId) {
      gate.answer = { result: 'replaced', requestId: gate.request.requestId };
      gate.settled = true;
      return this.refuse(input, 'the incident was reset after this was asked; it is asked again', 'nothing');
    }
    if (input.decision === 'hand-over') await this.commitCodes(gate);
    // Time has passed meanwhile: the incident may have been closed under the decision.
    const judged = gate.settled
      ? { refused: 'already decided' }
      : judgePerson(input, gate, directory, this.actor, this.behind);
    this.burnt.add(markOf(input));
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
      this.setClock(gate);
      record.answer = { result: 'accepted', settled: false, detail: `due ${gate.request.dueAt}` };
    } else if (decision.decision === 'hand-over') {
      const detail = this.handOver(gate, decision.to ?? '', decision.approver);
      record.answer = { result: 'accepted', settled: false, detail };
    } else if (decision.decision === 'reject') {
      gate.answer = { result: 'rejected', requestId };
      gate.record.by = [decision.approver];
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
        gate.record.by = approvers;
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

  /** Neither an approval nor an objection: the same plan under the same digest is put to somebody else, too. */
  private handOver({ request, directory }: Gate, to: string, by: string): string {
    const asked = handedOver(to, by, directory, this.barred, now());
    request.askedOf.push(asked);
    this.announcer.handedOver(request, asked);
    return `handed over to ${to}; the request stays open, due ${request.dueAt}`;
  }

  /** From now on it is reminded and due as if it were asked now; who was asked stays asked. */
  private setClock(gate: Gate): void {
    gate.since = Date.now();
    gate.request.dueAt = new Date(gate.since + gate.times.dueAfter).toISOString();
    gate.record.dueAt = gate.request.dueAt;
    gate.request.overdue = false;
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
      ...(rest.to === undefined ? {} : { to: rest.to }),
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
