import type { Need } from './approval.ts';
import type { Severity } from '../severity/assessment.ts';
import { withinHours } from './hours.ts';
import type { EscalationStep, ApprovalRules, ApprovalTimes } from './approval-rules.ts';

/** The order at this moment: who is in their hours first; somebody out of them is still better than nobody. */
export function escalationOrder(steps: EscalationStep[], at: Date): string[] {
  const now = steps.filter(({ hours }) => !hours || withinHours(hours, at));
  return [...now, ...steps.filter((step) => !now.includes(step))].map(({ group }) => group);
}

/**
 * Who is asked when a request opens. Of an action's groups that stand in the order the first ones, until they hold as
 * many people as the action takes; groups that are not in the order are always asked.
 */
export function askedFirst(needs: Need[], order: string[], peopleOf: (group: string) => string[]): string[] {
  const asked = new Set<string>();
  for (const { groups, quorum } of needs) {
    const people = new Set<string>();
    for (const group of order.filter((candidate) => groups.includes(candidate))) {
      if (people.size >= quorum) break;
      asked.add(group);
      for (const person of peopleOf(group)) people.add(person);
    }
    for (const group of groups) if (!order.includes(group)) asked.add(group);
  }
  return [...asked];
}

/** The times that hold at this severity. */
export const timesAt = (
  severity: Severity,
  { times, remindAfter, escalateAfter, pageAfter, dueAfter }: ApprovalTimes & Pick<ApprovalRules, 'times'>,
): ApprovalTimes => ({
  remindAfter,
  escalateAfter,
  ...(pageAfter === undefined ? {} : { pageAfter }),
  dueAfter,
  ...times[severity],
});

/** What is told about a request that nobody settles, and when, counted from when it was asked. */
export interface Step {
  after: number;
  what: 'remind' | 'escalate' | 'page' | 'overdue';
}

/** One escalation per group that is not asked yet, at least one, as long as the request is not overdue. */
export function stepsOf(times: ApprovalTimes, groupsLeft: number): Step[] {
  const { remindAfter, escalateAfter, pageAfter, dueAfter } = times;
  const escalations = Array.from({ length: Math.max(1, groupsLeft) }, (_, index) => (index + 1) * escalateAfter);
  const steps: Step[] = [
    { after: remindAfter, what: 'remind' },
    ...escalations.filter((after) => after <= dueAfter).map((after) => ({ after, what: 'escalate' as const })),
    { after: dueAfter, what: 'overdue' },
    ...(pageAfter === undefined ? [] : [{ after: pageAfter, what: 'page' as const }]),
  ];
  // A page may stand anywhere between them, also at once, or after the request is overdue.
  return steps.sort((one, other) => one.after - other.after);
}
