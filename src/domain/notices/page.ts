import type { ApprovalRequest } from '../approval/approval.ts';
import type { Severity } from '../severity/assessment.ts';
import type { Phase } from '../phase.ts';

/** What leaves for the pager: nothing that somebody outside could have written, and no person. */
interface Paging {
  /** Of the alert there: one request is one alert, however often it is paged about. */
  key: string;
  incidentKey: string;
  workflowId: string;
  severity: Severity;
}

/** About a request that nobody settles. */
export interface Page extends Paging {
  requestId: string;
  phase: Phase;
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

/** Containment could plan nothing: nobody is asked, and no request can go unanswered. */
export interface UncontainedPage extends Paging {
  since: string;
  /** How many actions could not be planned. */
  notPlanned: number;
}

export const uncontainedPage = (
  incidentKey: string,
  about: Pick<UncontainedPage, 'workflowId' | 'severity' | 'since' | 'notPlanned'>,
): UncontainedPage => ({ key: `${incidentKey}/uncontained`, incidentKey, ...about });
