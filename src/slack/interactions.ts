import type { ApprovalRequest, DecisionAnswer, DecisionKind } from '../domain/approval/approval.ts';
import { misleading, planAsCalled } from '../domain/approval/as-called.ts';
import type { People } from '../domain/approval/approval-policy.ts';
import { handOverTargets } from '../domain/approval/hand-over.ts';
import type { IncidentView } from '../domain/incident.ts';
import { incidentKey } from '../domain/names.ts';
import { requestMessage } from '../domain/approval/request-message.ts';
import type { SlackView } from './blocks.ts';
import { decideFor, recordAttempt, type Deciding, type Said } from './decide.ts';
import { chosen, readPayload, ticked, typed, type Click, type Submission } from './payload.ts';
import { mrkdwnWithin } from './mrkdwn.ts';
import { actionIds, callbackIds, inputIds, readReference, type RequestReference } from './references.ts';
import { renderApproval } from './render-approval.ts';
import { renderDetails } from './render-details.ts';
import { renderLater, saidLater } from './render-later.ts';
import { renderNote, renderRejection } from './render-modals.ts';

export interface InteractionContext extends Deciding {
  /** Approvers by the id of the Slack member. */
  approvers: ReadonlyMap<string, string>;
  /** Whom a request may be put to; the incident, which reads its own list, decides. */
  people: People;
  /** The incident as it stands. */
  view: (workflowId: string) => Promise<IncidentView>;
  /** Shows a modal to whom the trigger belongs to. */
  openModal: (triggerId: string, view: SlackView) => Promise<unknown>;
  /** Tells one person something that nobody else sees. */
  whisper: (place: { channel: string; thread?: string; member: string }, text: string) => Promise<unknown>;
  log: (line: string) => void;
  /** Milliseconds after which the incident is no longer waited for; Slack waits three seconds in all. */
  patience?: number;
}

/** What Slack is answered; `failed`: the person shall see that nothing came of it. */
export type InteractionAnswer = { result: 'ok'; body?: object } | { result: 'failed' };
const ok: InteractionAnswer = { result: 'ok' };
const failed: InteractionAnswer = { result: 'failed' };

const unsure =
  'The incident has not answered yet, so your decision may not be recorded. The message changes when it counts; ' +
  'if it does not change, press again: it counts once.';
const notOpened = 'Slack did not open the window. Nothing is recorded yet: press again.';
const notWhole =
  'This plan is too long to be shown here whole, and nobody should approve what they have not seen: decide with ' +
  '`soar incident decide`. Nothing is recorded.';
const gone = 'This request is not open any more: it was decided or replaced. The message says which.';

/** The time in which something has to happen; what comes later is not waited for. */
function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), milliseconds);
  });
  return Promise.race([work, end]).finally(() => clearTimeout(timer));
}
/** The same for several steps together. */
function before(milliseconds: number): <T>(work: Promise<T>) => Promise<T> {
  const end = performance.now() + milliseconds;
  return (work) => within(Math.max(1, end - performance.now()), work);
}

/**
 * Handles what people press and send in Slack, whichever way it comes. Whoever it comes from was verified by Slack; who
 * that is among the approvers is our list's to say, and whether it counts the incident's. Never answers "done" for
 * something that is not.
 */
export function interactionHandler(context: InteractionContext): (payload: unknown) => Promise<InteractionAnswer> {
  const { patience = 2200, log } = context;
  const requestOf = async (reference: RequestReference) => {
    const view = await context.view(reference.workflowId);
    const { pendingApproval } = view;
    return pendingApproval?.requestId === reference.requestId && pendingApproval.digest === reference.digest
      ? { view, request: pendingApproval }
      : undefined;
  };
  const click = async (press: Click, approver: string | undefined): Promise<InteractionAnswer> => {
    const [action] = press.actions;
    if (action === undefined || !handled.has(action.action_id)) return ok;
    const inTime = before(patience);
    const open = async (view: SlackView): Promise<InteractionAnswer> => {
      try {
        await inTime(context.openModal(press.trigger_id ?? '', view));
        return ok;
      } catch (error) {
        log(`Slack: no window for ${press.user.id}: ${messageOf(error)}`);
        return whisper(press, notOpened);
      }
    };
    const reference = readReference(action.value);
    if (approver === undefined) {
      return whisper(press, await notListed(press.user.id, reference, decisionBy[action.action_id]));
    }
    if (!reference) return whisper(press, 'This button was not made here. Nothing is recorded.');
    try {
      switch (action.action_id) {
        case actionIds.details: {
          const found = await inTime(requestOf(reference));
          return await open(
            found
              ? renderDetails(requestMessage(found.view, called(found.request), 'full'), found.view.links)
              : renderNote(gone),
          );
        }
        case actionIds.reject:
          return await open(renderRejection(reference, incidentKey(reference.workflowId)));
        case actionIds.later: {
          const found = await inTime(requestOf(reference));
          return await open(found ? later(reference, approver, found) : renderNote(gone));
        }
        default: {
          const selected = action.action_id === actionIds.approveSelected ? ticked(press) : undefined;
          if (selected?.length === 0) {
            return await whisper(press, 'Nothing is ticked, nothing is recorded: tick the actions that you approve.');
          }
          const step = await inTime(approve(reference, press.user.id, selected));
          return 'modal' in step ? await open(step.modal) : await tell(press, step.answer);
        }
      }
    } catch (error) {
      log(`Slack: ${action.action_id} by ${approver}: ${messageOf(error)}`);
      return whisper(press, unsure);
    }
  };

  const later = (
    reference: RequestReference,
    approver: string,
    { view, request }: NonNullable<Awaited<ReturnType<typeof requestOf>>>,
  ): SlackView => {
    const { people } = context;
    // Who owns the instance is not known here.
    const barred = { actor: view.alert.principal, owners: [] };
    const targets = handOverTargets(approver, request, people, barred).map((id) => {
      const person = people.approvers.find((one) => one.id === id);
      return { id, ...(person ? { name: person.name } : {}) };
    });
    return renderLater(reference, incidentKey(reference.workflowId), targets);
  };

  /**
   * Nobody approves by what a message shows: whoever can write to the namespace can have it posted. A window shows what would
   * be called, and sending that off approves. Of what is not asked now nothing can be shown, so it is for the record alone.
   */
  const approve = async (
    reference: RequestReference,
    member: string,
    selected: number[] | undefined,
  ): Promise<{ modal: SlackView } | { answer: DecisionAnswer }> => {
    const found = await requestOf(reference);
    if (!found) return { answer: await recordAttempt(context, reference, member, 'approve') };
    const lie = misleading(found.request);
    if (lie !== null) return { modal: renderNote(`Nothing is recorded: ${mrkdwnWithin(lie, 2500)}.`) };
    const about = { ...reference, ...(selected ? { actions: selected } : {}) };
    return { modal: renderApproval(about, found.request) ?? renderNote(notWhole) };
  };

  /** What somebody is told who is no approver; that they tried is on the incident's record. */
  const notListed = async (
    member: string,
    reference: RequestReference | undefined,
    decision: DecisionKind | undefined,
  ): Promise<string> => {
    try {
      if (reference && decision) await within(patience, recordAttempt(context, reference, member, decision));
    } catch (error) {
      log(`Slack: ${decision} by ${member}, who is not on the list: ${messageOf(error)}`);
    }
    return `You are not on the list of approvers (Slack member ${member}): nothing is decided.`;
  };

  const whisper = async ({ container, user }: Click, text: string): Promise<InteractionAnswer> => {
    if (!container) return failed;
    const { channel_id: channel, thread_ts: thread } = container;
    const place = { channel, member: user.id, ...(thread === undefined ? {} : { thread }) };
    try {
      await within(600, context.whisper(place, text));
      return ok;
    } catch (error) {
      log(`Slack: ${user.id} could not be told: ${messageOf(error)}`);
      return failed;
    }
  };
  const tell = async (press: Click, answer: DecisionAnswer): Promise<InteractionAnswer> => {
    if (answer.result === 'refused') return whisper(press, `Refused: ${answer.reason}.`);
    // It is on record, and the message will show it: an error would be wrong, whether they hear of it here or not.
    await whisper(press, `Recorded: ${answer.detail}.`);
    return ok;
  };

  const submission = async (sent: Submission, approver: string | undefined): Promise<InteractionAnswer> => {
    const refuse = (text: string): InteractionAnswer => ({
      result: 'ok',
      body: { response_action: 'errors', errors: { [inputIds.block]: text } },
    });
    const { callback_id: callback, private_metadata: metadata } = sent.view;
    const decision = submittedBy[callback];
    if (decision === undefined) return ok;
    const reference = readReference(metadata);
    if (approver === undefined) return refuse(await notListed(sent.user.id, reference, decision));
    if (!reference) return refuse('This was not made here.');
    const said = saidIn(sent, reference, approver);
    if ('problem' in said) return refuse(said.problem);
    try {
      const answer = await within(patience, said.decide());
      return answer.result === 'accepted' ? ok : refuse(`Refused: ${answer.reason}`);
    } catch (error) {
      log(`Slack: ${callback} by ${approver}: ${messageOf(error)}`);
      return refuse(unsure);
    }
  };
  /** What a modal says, or what is missing in it. */
  const saidIn = (
    sent: Submission,
    reference: RequestReference,
    approver: string,
  ): { problem: string } | { decide: () => Promise<DecisionAnswer> } => {
    const text = typed(sent);
    switch (sent.view.callback_id) {
      case callbackIds.approveForGood: {
        const key = incidentKey(reference.workflowId);
        if (text.toUpperCase() !== key) return { problem: `Type ${key} to approve. Nothing is recorded yet.` };
        return { decide: () => confirmed(reference, sent.user.id, { approver, decision: 'approve' }) };
      }
      case callbackIds.approve: {
        const why = text === '' ? {} : { reason: text };
        return { decide: () => confirmed(reference, sent.user.id, { approver, decision: 'approve', ...why }) };
      }
      case callbackIds.reject:
        if (text === '') return { problem: 'Say why: it goes on record.' };
        return { decide: () => decideFor(context, reference, { approver, decision: 'reject', reason: text }) };
      default: {
        const said = saidLater(chosen(sent));
        if (!said) return { problem: 'Choose who shall decide. Nothing is recorded yet.' };
        const reason = typed(sent, inputIds.reason);
        const why = reason === '' ? {} : { reason };
        return { decide: () => decideFor(context, reference, { approver, ...said, ...why }) };
      }
    }
  };
  /** The window showed the plan that its reference names; which actions were ticked in it the incident has to say again. */
  const confirmed = async (reference: RequestReference, member: string, said: Said): Promise<DecisionAnswer> => {
    const { actions } = reference;
    if (!actions) return decideFor(context, reference, said);
    const found = await requestOf(reference);
    if (!found) return recordAttempt(context, reference, member, 'approve');
    const lie = misleading(found.request);
    if (lie !== null) return { result: 'refused', reason: lie };
    return decideFor(context, reference, { ...said, actions: idsOf(actions, found.request) });
  };

  return (payload) => {
    const interaction = readPayload(payload);
    if (!interaction) return Promise.resolve(ok);
    const approver = context.approvers.get(interaction.user.id);
    return interaction.type === 'block_actions' ? click(interaction, approver) : submission(interaction, approver);
  };
}

const called = (request: ApprovalRequest): ApprovalRequest => ({ ...request, plan: planAsCalled(request.plan) });
const idsOf = (actions: number[], { plan }: ApprovalRequest): string[] =>
  plan.actions.filter((_, index) => actions.includes(index)).map(({ id }) => id);

const handled = new Set<string>([
  actionIds.approveAll,
  actionIds.approveSelected,
  actionIds.reject,
  actionIds.later,
  actionIds.details,
]);
/** What pressing says, where it says something. */
const decisionBy: Record<string, DecisionKind> = {
  [actionIds.approveAll]: 'approve',
  [actionIds.approveSelected]: 'approve',
  [actionIds.reject]: 'reject',
  [actionIds.later]: 'more-time',
};
const submittedBy: Record<string, DecisionKind> = {
  [callbackIds.approveForGood]: 'approve',
  [callbackIds.approve]: 'approve',
  [callbackIds.reject]: 'reject',
  [callbackIds.later]: 'more-time',
};
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
