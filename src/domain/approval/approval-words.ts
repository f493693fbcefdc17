import { actionKinds, isIrreversibleKind } from '../acts/action-kinds.ts';
import type { ApproverDirectory } from './approval.ts';
import { everybody, needOf, type Circumstances } from './approval-policy.ts';
import { groupAsked } from './approval-request.ts';
import { groupText } from './asked-words.ts';
import type { Severity } from '../severity/assessment.ts';
import type { Barred } from './barred.ts';
import { durationText as duration } from '../duration-text.ts';
import { askedFirst, escalationOrder, timesAt } from './escalation.ts';
import { handOverTargets } from './hand-over.ts';
import { hoursText, withinHours, type Hours } from './hours.ts';
import type { ApprovalRules } from './approval-rules.ts';

export interface Explained {
  severities: Severity[];
  lines: string[];
}

/** Who would be asked about what in an incident of this account, in words; severities with the same answer are one. */
export function explainApprovals(
  where: Omit<Circumstances, 'severity'>,
  rules: ApprovalRules,
  directory: ApproverDirectory,
  barred: Barred,
  at: Date,
): Explained[] {
  const all = (['high', 'medium', 'low'] as const).map((severity) => ({
    severity,
    lines: linesFor({ ...where, severity }, rules, directory, barred, at),
  }));
  return all.reduce<Explained[]>((merged, { severity, lines }) => {
    const same = merged.find((other) => other.lines.join('\n') === lines.join('\n'));
    if (same) same.severities.push(severity);
    else merged.push({ severities: [severity], lines });
    return merged;
  }, []);
}

function linesFor(
  circumstances: Circumstances,
  rules: ApprovalRules,
  directory: ApproverDirectory,
  barred: Barred,
  at: Date,
): string[] {
  const peopleIn = (group: string): string[] => groupAsked(group, directory, barred, '').people;
  const textOf = (group: string): string => groupText({ group, people: peopleIn(group) });
  const asked = Object.keys(actionKinds).filter((kind) => !rules.preApproved.includes(kind));
  const needs = asked.map((kind) => {
    const need = needOf({ id: kind, reversible: !isIrreversibleKind(kind) }, circumstances, rules);
    return {
      kind,
      need,
      text: `${need.quorum} approval(s) of ${need.groups.map(textOf).join(' or ')}, rule ${need.rule}`,
    };
  });
  const texts = [...new Set(needs.map(({ text }) => text))];
  const order = escalationOrder(rules.escalation, at);
  const first = askedFirst(
    needs.map(({ need }) => need),
    order,
    peopleIn,
  );
  const handOver = handOverTargets(
    '',
    { needs: Object.fromEntries(needs.map(({ kind, need }) => [kind, need])), askedOf: [] },
    directory,
    barred,
  );
  const later = order.filter((group) => !first.includes(group));
  const { remindAfter, escalateAfter, pageAfter, dueAfter } = timesAt(circumstances.severity, rules);
  return [
    ...(rules.preApproved.length === 0
      ? ['nothing is pre-approved']
      : [`done before anybody is asked: ${rules.preApproved.join(', ')}`]),
    ...texts.map((text) => {
      const kinds = needs.filter((candidate) => candidate.text === text).map(({ kind }) => kind);
      return `${kinds.join(', ')}: ${text}`;
    }),
    `asked now, if all of it were planned: ${first.map(textOf).join('; ')}`,
    `after ${duration(remindAfter)} a reminder; after ${duration(escalateAfter)} ` +
      `${(later.length > 0 ? later : [everybody]).map(textOf).join(', then ')}; ` +
      `overdue after ${duration(dueAfter)}, and still answerable`,
    ...rules.escalation.flatMap(({ group, hours }) => (hours ? [hoursLine(group, hours, at)] : [])),
    pageAfter === undefined
      ? 'nobody is paged'
      : `after ${duration(pageAfter)} whoever is on call is paged, through the pager of the configuration`,
    `whoever is asked may hand it over to ${handOver.join(', ') || 'nobody'}, which approves nothing`,
    ...(rules.notOwner ? ['whoever the tags of the instance name as its owner is left out'] : []),
  ];
}

const hoursLine = (group: string, hours: Hours, at: Date): string =>
  `${group} is in its hours ${hoursText(hours)}; ` +
  `now it is ${withinHours(hours, at) ? 'in them' : 'out of them and comes after those who are in theirs'}`;
