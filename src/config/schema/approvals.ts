import { z } from 'zod';
import { actionKinds } from '../../domain/acts/action-kinds.ts';
import { checkApprovals } from '../approval-checks.ts';
import { allowed, duration, flag, hex32, id, list, name, oneOf, section, text, wholeNumber } from './forms.ts';
import { accountId, arnPattern } from './aws-names.ts';
import { schedule } from './schedule.ts';
import { slackMember } from './slack.ts';

const approver = section({
  id,
  name,
  principals: list(arnPattern, "ARN patterns of this person's AWS identities; [] when there are none"),
  // Without a way to prove who they are, they could never decide and would still count towards the quorum.
  token: text(/^sha256:[0-9a-f]{64}$/, 'sha256: and the SHA-256 of the personal token in hex (soar gateway keygen)'),
  /** Who they are in Slack: the member's id, which nobody chooses; never a name. */
  slack: slackMember.exactOptional(),
});

const actionKind = oneOf(...Object.keys(actionKinds));

export const severity = oneOf('high', 'medium', 'low');

const approverGroup = section({
  id,
  members: list(id, 'ids of approvers').default([]),
  /** A Slack user group: its members who are approvers belong to the group too. */
  slackGroup: text(/^S[A-Z0-9]{6,20}$/, "a Slack user group's id, such as S012AB3CD").exactOptional(),
});

const approvalRule = section({
  id,
  severities: list(severity, 'severities').min(1, { error: 'must not be empty' }).exactOptional(),
  accounts: list(accountId, 'account ids').min(1, { error: 'must not be empty' }).exactOptional(),
  /** Of the account as it is configured here: an instance's tags may be the actor's. */
  environments: list(oneOf('production', 'staging', 'development', 'test', 'mixed'), 'environments')
    .min(1, { error: 'must not be empty' })
    .exactOptional(),
  sensitivities: list(oneOf('high', 'medium', 'low'), 'sensitivities')
    .min(1, { error: 'must not be empty' })
    .exactOptional(),
  actions: list(actionKind, 'kinds of actions').min(1, { error: 'must not be empty' }).exactOptional(),
  irreversible: z.literal(true, { error: allowed('true, or absent') }).exactOptional(),
  approve: list(id, 'ids of groups').min(1, { error: 'must name at least one group' }),
  quorum: wholeNumber(1, 10).default(1),
});

const approvalTimes = section({
  remindAfter: duration.exactOptional(),
  escalateAfter: duration.exactOptional(),
  pageAfter: duration.exactOptional(),
  dueAfter: duration.exactOptional(),
});

export const approvals = section({
  gatewayKeys: z
    .record(id, hex32('an Ed25519 public key'), { error: allowed('key ids with public keys') })
    .refine((keys) => Object.keys(keys).length > 0, { error: 'must hold at least one key (soar gateway keygen)' }),
  approvers: list(approver, 'approvers').min(1, { error: 'must name at least one approver' }),
  groups: list(approverGroup, 'groups').default([]),
  rules: list(approvalRule, 'rules').default([]),
  quorum: section({
    reversible: wholeNumber(1, 10).default(1),
    irreversible: wholeNumber(1, 10).default(2),
  }).prefault({}),
  notOwner: flag.default(false),
  preApproved: list(actionKind, 'kinds of actions').default([]),
  neverAutomatic: list(actionKind, 'kinds of actions').default([]),
  remindAfter: duration.prefault('15m'),
  escalateAfter: duration.prefault('30m'),
  /** Absent: nobody is paged. */
  pageAfter: duration.exactOptional(),
  dueAfter: duration.prefault('4h'),
  times: section({
    high: approvalTimes.exactOptional(),
    medium: approvalTimes.exactOptional(),
    low: approvalTimes.exactOptional(),
  }).prefault({}),
  escalation: list(section({ group: id, hours: schedule.exactOptional() }), 'groups with their hours').default([]),
}).superRefine((section, context) =>
  checkApprovals(section, (path, message) => context.addIssue({ code: 'custom', path, message })),
);
