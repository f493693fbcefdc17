import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { searchAttributes, tallyAlertsSignal } from '../../workflows/messages.ts';
import type { Alert } from '../domain/alert/alert.ts';
import { holderOf, mostOtherCallers } from '../domain/alert/other-callers.ts';
import { incidentKey, tallyWorkflowId, taskQueues } from '../domain/names.ts';
import { emptyTally, type TalliedAlert, type TallyInput } from '../domain/alert/tally.ts';
import { listing } from '../temporal/listing.ts';
import { inBatches } from './in-batches.ts';

/** What keeps an incident's history small when alerts about it do not end (ADR 15). */
export interface AlertCounting {
  /**
   * As many alerts were attached as its history has room for: further ones are to be counted. Not where somebody is first
   * heard of: whoever fills an incident would keep another caller of the same call out of it.
   */
  isFull: (incident: string, alert: Alert) => boolean;
  attached: (incident: string, alert: Alert) => void;
  /**
   * Takes an alert to the workflow that counts beside the incident. `closed`: nothing was counted. `too late`: the incident
   * closed in the meantime, so that it was counted and nobody will read it.
   */
  count: (incident: string, alert: Alert) => Promise<'counted' | 'closed' | 'too late'>;
}

/** Alerts that one process attaches to an incident with all that they say. */
const mostAttached = 50;
/** Incidents whose number of alerts is remembered, those that were met last. */
const mostIncidents = 10_000;
/** Alerts in one signal. */
const mostAtOnce = 100;
const patience = 10_000;

export function alertCounting(client: Client): AlertCounting {
  const known = new Map<string, { alerts: number; callers: Set<string> }>();
  const count = inBatches<Alert, 'counted' | 'closed' | 'too late'>(mostAtOnce, (incident, alerts) =>
    client.withDeadline(Date.now() + patience, async () => {
      if (!(await isRunning(client, incident))) return 'closed';
      await signalTally(client, incident, alerts.map(compact));
      return (await isRunning(client, incident)) ? 'counted' : 'too late';
    }),
  );
  return {
    isFull: (incident, alert) => {
      const { alerts = 0, callers } = known.get(incident) ?? {};
      if (alerts < mostAttached || !callers) return false;
      const isNew = alert.outcome === 'success' && !callers.has(holderOf(alert)) && callers.size <= mostOtherCallers;
      return !isNew;
    },
    attached: (incident, alert) => {
      const { alerts, callers } = known.get(incident) ?? { alerts: 0, callers: new Set<string>() };
      if (alert.outcome === 'success' && callers.size <= mostOtherCallers) callers.add(holderOf(alert));
      // Taken out and put back, it is the last in the order in which a Map forgets.
      known.delete(incident);
      known.set(incident, { alerts: alerts + 1, callers });
      const [oldest] = known.keys();
      if (known.size > mostIncidents && oldest !== undefined) known.delete(oldest);
    },
    count,
  };
}

const compact = ({ eventId, arrival: { door, receivedAt, rule } }: Alert): TalliedAlert => ({
  eventId,
  door,
  receivedAt,
  ...(rule !== undefined && { rule }),
});

const signalTally = (client: Client, incident: string, alerts: TalliedAlert[]) =>
  client.workflow.signalWithStart<(input: TallyInput) => Promise<void>, [TalliedAlert[]]>('alertTally', {
    workflowId: tallyWorkflowId(incident),
    taskQueue: taskQueues.incident,
    args: [{ incident, state: emptyTally }],
    signal: tallyAlertsSignal,
    signalArgs: [alerts],
    typedSearchAttributes: [{ key: searchAttributes.incidentKey, value: incidentKey(incident) }],
  });

async function isRunning(client: Client, workflowId: string): Promise<boolean> {
  try {
    return (await listing(client).getHandle(workflowId).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
