import { isIrreversibleKind } from '../domain/acts/action-kinds.ts';
import { everybody } from '../domain/approval/approval-policy.ts';
import type { ApproverGroup } from '../domain/approval/approval.ts';
import { timesAt } from '../domain/approval/escalation.ts';
import { preApprovableKinds } from '../domain/approval/pre-approval.ts';
import type { ApprovalRule, ApprovalRules } from '../domain/approval/approval-rules.ts';

/** The section `approvals` of the configuration, as far as its parts depend on each other. */
type Approvals = Omit<ApprovalRules, 'preApproved'> & {
  approvers: { id: string; token: string }[];
  groups: ApproverGroup[];
  preApproved: string[];
  neverAutomatic: string[];
};
type Report = (path: (string | number)[], message: string) => void;

/** Calls back for every value that came before. */
export function unique(values: string[], repeated: (index: number) => void): void {
  values.forEach((value, index) => {
    if (values.indexOf(value) < index) repeated(index);
  });
}

/** What is wrong between the parts: a request that could never be approved is found here, not in an incident. */
export function checkApprovals(approvals: Approvals, problem: Report): void {
  checkPeople(approvals, problem);
  checkQuorum(approvals, problem);
  approvals.rules.forEach((rule, index) => checkRule(approvals, rule, index, problem));
  checkTimes(approvals, problem);
  checkEscalation(approvals, problem);
  checkPreApproved(approvals, problem);
}

function checkPeople({ approvers, groups }: Approvals, problem: Report): void {
  unique(
    approvers.map(({ id }) => id),
    (index) => problem(['approvers', index, 'id'], 'is used twice'),
  );
  unique(
    approvers.map(({ token }) => token),
    (index) =>
      problem(['approvers', index, 'token'], 'belongs to another approver: each person has a token of their own'),
  );
  unique(
    groups.map(({ id }) => id),
    (index) => problem(['groups', index, 'id'], 'is used twice'),
  );
  groups.forEach(({ id, members, slackGroup }, index) => {
    if (id === everybody) problem(['groups', index, 'id'], 'is the group of all approvers, which is always there');
    if (approvers.some((approver) => approver.id === id)) {
      problem(['groups', index, 'id'], 'is the id of an approver: handing over to it could mean either');
    }
    if (members.length === 0 && slackGroup === undefined) {
      problem(['groups', index, 'members'], 'must name at least one approver, or add slackGroup');
    }
    members.forEach((member, at) => {
      if (!approvers.some((approver) => approver.id === member)) {
        problem(['groups', index, 'members', at], 'must be the id of one of the approvers');
      }
    });
  });
}

function checkQuorum({ approvers, quorum }: Approvals, problem: Report): void {
  for (const kind of ['reversible', 'irreversible'] as const) {
    if (quorum[kind] > approvers.length) {
      problem(['quorum', kind], `must not exceed the number of approvers, ${approvers.length}`);
    }
  }
  if (quorum.irreversible < quorum.reversible) {
    problem(['quorum', 'irreversible'], 'must not be lower than for reversible actions');
  }
}

const isKnown = ({ groups }: Approvals, id: string): boolean =>
  id === everybody || groups.some((group) => group.id === id);
const knownGroups = ({ groups }: Approvals): string => [everybody, ...groups.map(({ id }) => id)].join(', ');

function checkRule(approvals: Approvals, rule: ApprovalRule, index: number, problem: Report): void {
  const { approvers, groups, quorum, rules } = approvals;
  if (rules.findIndex(({ id }) => id === rule.id) < index) problem(['rules', index, 'id'], 'is used twice');
  if (rule.id === 'default') problem(['rules', index, 'id'], 'is the name of what holds where no rule does');
  rule.approve.forEach((group, at) => {
    if (!isKnown(approvals, group)) {
      problem(['rules', index, 'approve', at], `must be one of the groups: ${knownGroups(approvals)}`);
    }
  });

  const named = groups.filter(({ id }) => rule.approve.includes(id));
  // How many people Slack knows is not known here.
  if (named.some(({ slackGroup }) => slackGroup !== undefined)) return;
  const people = rule.approve.includes(everybody)
    ? approvers.length
    : new Set(named.flatMap(({ members }) => members)).size;
  const undoes = rule.irreversible ?? rule.actions?.some(isIrreversibleKind) ?? true;
  const needed = Math.max(rule.quorum, undoes ? quorum.irreversible : 0);
  if (people < needed) {
    problem(
      ['rules', index, 'quorum'],
      `can never be reached: its groups hold ${people} approver(s), and it takes ${needed}` +
        (needed > rule.quorum ? ' (quorum.irreversible, for actions that cannot be undone)' : ''),
    );
  }
}

function checkTimes(approvals: Approvals, problem: Report): void {
  for (const severity of [null, 'high', 'medium', 'low'] as const) {
    if (severity !== null && !approvals.times[severity]) continue;
    const place = severity === null ? [] : ['times', severity];
    const { remindAfter, escalateAfter, dueAfter } = severity === null ? approvals : timesAt(severity, approvals);
    if (escalateAfter < remindAfter) problem([...place, 'escalateAfter'], 'must not come before remindAfter');
    if (dueAfter < escalateAfter) problem([...place, 'dueAfter'], 'must not come before escalateAfter');
  }
}

function checkEscalation(approvals: Approvals, problem: Report): void {
  unique(
    approvals.escalation.map(({ group }) => group),
    (index) => problem(['escalation', index, 'group'], 'is used twice'),
  );
  approvals.escalation.forEach(({ group }, index) => {
    if (!isKnown(approvals, group)) {
      problem(['escalation', index, 'group'], `must be one of the groups: ${knownGroups(approvals)}`);
    }
  });
}

function checkPreApproved({ preApproved, neverAutomatic }: Approvals, problem: Report): void {
  preApproved.forEach((kind, index) => {
    if (isIrreversibleKind(kind)) {
      problem(['preApproved', index], 'cannot be undone, so people have to approve it each time');
    } else if (!preApprovableKinds.includes(kind)) {
      problem(
        ['preApproved', index],
        `cannot be told from other changes by its content; allowed here: ${preApprovableKinds.join(', ')}`,
      );
    } else if (neverAutomatic.includes(kind)) {
      problem(['preApproved', index], 'is in neverAutomatic');
    }
  });
}
