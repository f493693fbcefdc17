import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { SearchAttributePair } from '@temporalio/common';
import { attachAlertSignal, searchAttributes } from '../../workflows/messages.ts';
import type { PlaybookDescriptor } from '../../workflows/shared/descriptor.ts';
import { responsePolicyDigest } from '../config/response-policy.ts';
import type { Alert } from '../domain/alert/alert.ts';
import { contradictedByAlert } from '../domain/alert/contradiction.ts';
import type { IncidentOpening } from '../domain/incident.ts';
import { incidentKey, incidentWorkflowId, taskQueues } from '../domain/names.ts';
import type { ResponsePolicy } from '../domain/response-policy.ts';
import { eventHash } from '../domain/alert/tally.ts';
import type { SeenBefore } from './archive-index.ts';
import { correlationHashes } from './correlation.ts';
import type { Admission } from './admission.ts';
import type { AlertCounting } from './count-alerts.ts';
import { eventsKnownTo } from './known-events.ts';
import { playbookFor, type Playbooks } from './route.ts';
import { incidentSummary } from './summary.ts';

export interface OpenedIncident {
  incidentKey: string;
  workflowId: string;
  /**
   * `attached`: on the record of an incident that runs, or counted there. `known`: this very event was handled by an
   * incident that has closed.
   */
  result: 'opened' | 'attached' | 'known';
}

export interface IntakeContext {
  client: Client;
  /** The policy as it stands now, which an incident of this account freezes. */
  policyFor: (accountId: string) => ResponsePolicy;
  /** Keys the hashes by which incidents are told apart and correlated. */
  correlationKey: string;
  /** The incident that handled the event, when Temporal may no longer have it. */
  seenBefore?: SeenBefore;
  counting: AlertCounting;
  admission: Admission;
  /** Those that take alerts; the usual ones where it is absent. */
  playbooks?: Playbooks;
}

/** Closed incidents on one subject that are followed before giving up: a misconfigured job fails every night for a year. */
const mostSuccessors = 400;
const patience = 10_000;

/**
 * The opening rule (P1): start, and let Temporal refuse a second incident on the subject; if one runs, attach the alert;
 * if it has closed, the event is either known to it or opens a successor. Every step can be repeated, by us or by
 * whoever sent the alert. Never waits for the workflow.
 */
export async function openIncident(context: IntakeContext, alert: Alert): Promise<OpenedIncident> {
  const { client, correlationKey } = context;
  const playbook = playbookFor(alert.eventName, undefined, context.playbooks);
  const policy = context.policyFor(alert.recipientAccount);
  const opening: IncidentOpening = {
    alert,
    policy,
    policyDigest: responsePolicyDigest(policy),
    correlation: correlationHashes(alert, correlationKey, policy.usualBuckets),
  };
  const seen = await context.seenBefore?.(alert);
  if (seen) return { incidentKey: seen.incidentKey, workflowId: seen.workflowId, result: 'known' };
  let predecessor: string | undefined;
  for (let number = 1; number <= mostSuccessors; number++) {
    const workflowId = incidentWorkflowId(playbook.id, alert, correlationKey, number);
    const settled = await client.withDeadline(Date.now() + patience, () =>
      startOrAttach(context, playbook, workflowId, predecessor === undefined ? opening : { ...opening, predecessor }),
    );
    if (settled !== 'closed') return { incidentKey: incidentKey(workflowId), workflowId, result: settled };
    predecessor = workflowId;
  }
  throw new Error(`${mostSuccessors} closed incidents on one subject, the last is ${predecessor}`);
}

async function startOrAttach(
  { client, counting, admission }: IntakeContext,
  playbook: PlaybookDescriptor,
  workflowId: string,
  opening: IncidentOpening,
): Promise<OpenedIncident['result'] | 'closed'> {
  const { alert } = opening;
  let tooLate = false;
  if (counting.isFull(workflowId, alert)) {
    const counted = await counting.count(workflowId, alert);
    if (counted === 'counted') return 'attached';
    tooLate = counted === 'too late';
  }
  // Twice: a closed incident can pass its retention between two questions.
  for (let attempt = 1; attempt <= 2; attempt++) {
    // Denied calls never take the place of one that succeeded.
    const place = admission.take(`${alert.recipientAccount} ${alert.outcome}`);
    try {
      await client.workflow.start(playbook.workflowType, {
        workflowId,
        taskQueue: taskQueues.incident,
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        args: [opening],
        // Accepted at once, begun when it is its account's turn; alerts that are attached until then do not wake it.
        ...(place.delay > 0 && { startDelay: place.delay }),
        // For servers that share workers out fairly among keys (`matching.enableFairness`); others take no notice.
        priority: { fairnessKey: alert.recipientAccount, priorityKey: alert.outcome === 'success' ? 2 : 4 },
        staticSummary: incidentSummary(alert),
        typedSearchAttributes: attributesOf(workflowId, opening, place.delay > 0),
      });
      return 'opened';
    } catch (error) {
      place.giveBack();
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    try {
      await client.workflow.getHandle(workflowId).signal(attachAlertSignal, alert);
      counting.attached(workflowId, alert);
      return 'attached';
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
    const known = await eventsKnownTo(client, workflowId);
    if (!known) continue;
    // One that was counted too late is in the tally by our own doing.
    // Whoever sent that one may have lied: what says other things of the same event is news.
    const seen =
      known.attached.some((other) => other.eventId === alert.eventId && contradictedByAlert(other, alert) === null) ||
      (!tooLate && known.counted.has(eventHash(alert.eventId)));
    return seen ? 'known' : 'closed';
  }
  throw new Error(`${workflowId} is neither there nor gone; the alert can be sent again`);
}

/**
 * By what it is found before it has begun: each costs the server an index entry while somebody waits, so that one which
 * begins at once has its key alone. The workflow adds the others.
 */
const attributesOf = (workflowId: string, { alert }: IncidentOpening, waits: boolean): SearchAttributePair[] => [
  { key: searchAttributes.incidentKey, value: incidentKey(workflowId) },
  ...(waits ? [{ key: searchAttributes.accountId, value: alert.recipientAccount }] : []),
];
