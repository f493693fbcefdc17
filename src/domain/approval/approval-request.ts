import type { ApprovalRequest, ApproverDirectory, AskedGroup, InRun, RequestRecord } from './approval.ts';
import { needOf, peopleNeeded, peopleOf, type Circumstances, type People } from './approval-policy.ts';
import { personRefusal, type Barred } from './barred.ts';
import { digestOf } from '../digest.ts';
import { askedFirst, escalationOrder, timesAt } from './escalation.ts';
import { actionDigests, planDigest, type ActionDigest, type Plan } from '../plan/plan.ts';
import type { ApprovalRules } from './approval-rules.ts';

/** A group with whoever of it can decide. */
export function groupAsked(group: string, directory: People, barred: Barred, at: string): AskedGroup {
  const able = directory.approvers.filter((person) => personRefusal(person, barred) === null);
  return { group, people: peopleOf(group, { ...directory, approvers: able }), at };
}

/** What a request's id and digest are made of, beside the run that asks. */
export interface RequestIdentity {
  incidentKey: string;
  phase: Plan['phase'];
  /** The requests of the incident count from 1. */
  number: number;
  actions: ActionDigest[];
}

/** By the end of the run's id: run ids begin with the time, so that runs of one minute look alike. */
export const requestIdOf = ({ phase, number }: Pick<RequestIdentity, 'phase' | 'number'>, { runId }: InRun<object>) =>
  `${phase}-${number}${runMark(runId)}`;
const runMark = (runId: string): string => `-${runId.slice(-8)}`;

/** Whether this run has asked it. Temporal chooses a run's id: nobody can start one that looks like another. */
export const isAskedBy = (requestId: string, runId: string): boolean => requestId.endsWith(runMark(runId));

/** What is asked about a plan, and whom, as the policy and the list of approvers stand now; without codes. */
export function requestFor(
  plan: Plan,
  about: { number: number; incidentKey: string; at: Date; circumstances: Circumstances },
  rules: ApprovalRules,
  directory: InRun<ApproverDirectory>,
  barred: Barred,
): ApprovalRequest {
  const { incidentKey, circumstances } = about;
  const at = about.at.toISOString();
  const requestId = requestIdOf({ phase: plan.phase, number: about.number }, directory);
  const needs = Object.fromEntries(plan.actions.map((action) => [action.id, needOf(action, circumstances, rules)]));
  const peopleIn = (group: string) => groupAsked(group, directory, barred, at);
  const groups = askedFirst(
    Object.values(needs),
    escalationOrder(rules.escalation, about.at),
    (group) => peopleIn(group).people,
  );
  return {
    requestId,
    incidentKey,
    phase: plan.phase,
    digest: planDigest(incidentKey, requestId, plan),
    plan,
    askedAt: at,
    dueAt: new Date(about.at.getTime() + timesAt(circumstances.severity, rules).dueAfter).toISOString(),
    overdue: false,
    quorum: peopleNeeded({ needs }),
    needs,
    askedOf: groups.map(peopleIn),
    runId: directory.runId,
    commitments: {},
  };
}

/** The record of a request that was opened now. */
export const recordOf = ({
  requestId,
  phase,
  digest,
  plan,
  askedAt,
  dueAt,
  askedOf,
}: ApprovalRequest): RequestRecord => ({
  requestId,
  phase,
  digest,
  actions: plan.actions.map(({ id }) => id),
  askedAt,
  dueAt,
  askedOf,
  told: [],
  outcome: 'open',
  by: [],
});

/**
 * Whether a plan made now would do something else than what is asked. An action that is missing from it proves nothing:
 * its target may merely not have been readable, and the act itself looks again before it does anything (P3).
 */
export function isOvertaken(asked: Plan, again: Plan): boolean {
  const known = asked.actions.every(({ id }) => again.actions.some((action) => action.id === id));
  return known && digestOf(actionDigests(asked)) !== digestOf(actionDigests(again));
}
