import type { Alert, Arrival } from '../domain/alert/alert.ts';
import type { Activity } from '../domain/cloudtrail/record.ts';
import { incidentKey, incidentWorkflowId } from '../domain/names.ts';
import { decodeAlert, readActivity } from './decode.ts';
import { AlertMalformed, AlertRefused, AlertUnsupported } from './refusal.ts';
import { findPlaybook, type Playbooks } from './route.ts';

/** What would become of a document, without anything being started. */
export interface Examined {
  /** It could be read, and if a playbook handles it, it opens an incident or joins one. */
  ok: boolean;
  /** A playbook handles this event. */
  handled: boolean;
  /** What it says; of an event that no playbook handles, as far as it says it. */
  alert?: Activity & { missing?: string[] };
  /** Null: the configuration's correlation key decides, and it is not at hand. */
  incident?: { incidentKey: string; workflowId: string } | null;
  error?: string;
}

/** What of the configuration decides. */
export interface Examining {
  correlationKey?: string | undefined;
  playbooks?: Playbooks | undefined;
}

export function examine(document: unknown, arrival: Arrival, { correlationKey, playbooks }: Examining = {}): Examined {
  let activity: Activity;
  try {
    activity = readActivity(document);
  } catch (error) {
    if (!(error instanceof AlertMalformed)) throw error;
    return { ok: false, handled: false, error: error.message };
  }
  const playbook = findPlaybook(activity.eventName ?? '', activity.eventSource, playbooks);
  if (!playbook) return { ok: true, handled: false, alert: activity };
  try {
    const { arrival: _, ...alert } = decodeAlert(document, arrival, playbooks);
    const incident = incidentOf(playbook.id, { ...alert, arrival }, correlationKey);
    return { ok: true, handled: true, alert, incident };
  } catch (error) {
    if (!(error instanceof AlertRefused)) throw error;
    if (error instanceof AlertUnsupported) return { ok: true, handled: false, alert: activity };
    return { ok: false, handled: true, error: error.message };
  }
}

function incidentOf(
  playbookId: string,
  alert: Alert,
  correlationKey: string | undefined,
): (Examined['incident'] & {}) | null {
  const id = (key: string) => incidentWorkflowId(playbookId, alert, key);
  if (correlationKey === undefined && id('a') !== id('b')) return null;
  const workflowId = id(correlationKey ?? '');
  return { incidentKey: incidentKey(workflowId), workflowId };
}
