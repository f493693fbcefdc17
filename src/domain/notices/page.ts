import type { ApprovalRequest } from '../approval/approval.ts';
import type { Severity } from '../severity/assessment.ts';
import type { Phase } from '../phase.ts';

/** What leaves for the pager: nothing that somebody outside could have written, and no person. */
export interface Page {
  /** Of the alert there: one request is one alert, however often it is paged about. */
  key: string;
  incidentKey: string;
  requestId: string;
  workflowId: string;
  phase: Phase;
  severity: Severity;
  /** How many actions are asked about. */
  actions: number;
  askedAt: string;
  dueAt: string;
  /** Ids of the groups that the policy has asked. */
  asked: string[];
}

export const pageKey = ({ incidentKey, requestId }: Pick<ApprovalRequest, 'incidentKey' | 'requestId'>): string =>
  `${incidentKey}/${requestId}`;

export const pageOf = (request: ApprovalRequest, about: { workflowId: string; severity: Severity }): Page => ({
  key: pageKey(request),
  incidentKey: request.incidentKey,
  requestId: request.requestId,
  ...about,
  phase: request.phase,
  actions: request.plan.actions.length,
  askedAt: request.askedAt,
  dueAt: request.dueAt,
  // Who was handed it may be a person.
  asked: request.askedOf.filter(({ by }) => by === undefined).map(({ group }) => group),
});
