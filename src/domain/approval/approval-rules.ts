import type { AccountProfile } from '../account-profile.ts';
import type { Severity } from '../severity/assessment.ts';
import type { Hours } from './hours.ts';

/**
 * Who may approve what. Each action of a plan falls under one rule: the first of the policy whose conditions all hold;
 * where none holds, everybody on the list counts and the policy's quorum applies. A rule names groups and how many
 * different people of them it takes; an action that cannot be undone never takes fewer than the quorum for such actions.
 * One plan may hold actions under several rules, and is still asked about as one: all approvals of a request select the
 * same actions, an approval counts for those of them whose rule names a group that the person is in, and the request is
 * approved when every selected action has its people. Whoever counts for no action of the plan decides nothing about it;
 * whoever counts for at least one may reject it as a whole, or ask for more time.
 */
export interface ApprovalRule {
  id: string;
  severities?: Severity[];
  accounts?: string[];
  /** Of the account as it is configured: tags may be the actor's. */
  environments?: AccountProfile['environment'][];
  sensitivities?: AccountProfile['sensitivity'][];
  /** Kinds of actions, see `ruledKind`. */
  actions?: string[];
  /** Holds for actions that cannot be undone, and for no others. */
  irreversible?: true;
  /** Groups whose people count. */
  approve: string[];
  quorum: number;
}

/** Which rule asks whom; frozen into the incident. Who is in a group is read when a decision arrives. */
export interface ApproverRules {
  rules: ApprovalRule[];
  /** For actions under no rule; the second is also the least for every action that cannot be undone (P5) or hits a whole account. */
  quorum: { reversible: number; irreversible: number };
}

/** A group of the escalation order, and when it is asked before those that are out of their hours. */
export interface EscalationStep {
  group: string;
  /** Absent: always. */
  hours?: Hours;
}

/** When a request that nobody has settled is told about again, counted from when it was asked. Milliseconds. */
export interface ApprovalTimes {
  remindAfter: number;
  /** The next group is asked after this, and after as much again the one after it. */
  escalateAfter: number;
  /** After this whoever is on call is paged; absent: nobody is. */
  pageAfter?: number;
  /** After this the request is overdue. Nothing is approved by silence. */
  dueAfter: number;
}

export interface ApprovalRules extends ApproverRules, ApprovalTimes {
  /** Where a severity has times of its own. */
  times: Partial<Record<Severity, Partial<ApprovalTimes>>>;
  /** Who is asked one after the other, see `escalation.ts`. */
  escalation: EscalationStep[];
  /** Kinds of actions that are done before anybody is asked. */
  preApproved: string[];
  /** Whoever the instance's tags name as its owner does not decide. */
  notOwner: boolean;
}
