import type { Alert } from './alert/alert.ts';
import { base32OfHex, keyedHash, sha256Hex } from './digest.ts';
import { stableId } from './alert/principal.ts';

/** One task queue per set of permissions (P12): each has a worker with AWS credentials of its own. */
export const taskQueues = {
  incident: 'soar-incident',
  observe: 'soar-aws-observe',
  contain: 'soar-aws-contain',
  notify: 'soar-notify',
  detect: 'soar-detect',
} as const;
export type WorkerRole = keyof typeof taskQueues;
export const workerRoles = Object.keys(taskQueues) as WorkerRole[];

/**
 * What an incident is about: two alerts with the same subject are the same incident.
 * People never appear in it: a denied call is keyed by a hash of the actor's stable id, which its session name cannot change.
 */
function subjectOf(alert: Alert, hashKey: string): string {
  // A call that failed made no task: an alert that names one all the same is not about the incident of that task.
  if (alert.outcome === 'success' && alert.exportTaskId) return alert.exportTaskId;
  if (alert.outcome === 'success' && alert.bucket && alert.objectKey) {
    return `object-${sha256Hex(`${alert.bucket}/${alert.objectKey}`).slice(0, 20)}`;
  }
  if (alert.outcome === 'success' && alert.snapshotId) return alert.snapshotId;
  const about = alert.about?.id && `about-${sha256Hex(alert.about.id).slice(0, 20)}`;
  if (alert.outcome === 'success' && about) return about;
  const actor = stableId(alert.principal);
  if (alert.outcome === 'failure' && actor) {
    const hash = keyedHash(hashKey, actor).slice(0, 20);
    const what = alert.instanceId ?? alert.snapshotId ?? about;
    return what ? `denied-${hash}-${what}` : `denied-${hash}`;
  }
  return `event-${alert.eventId}`;
}

/** Temporal takes ids of 1,000 characters, and other workflows put more around these. */
const longestPart = 200;

/** Whoever makes a call writes what stands where an id is meant, as long as they like. */
const bounded = (part: string): string =>
  part.length <= longestPart ? part : `${part.slice(0, 60)}-${sha256Hex(part).slice(0, 20)}`;

/** The workflow id of an incident; a successor of a closed one is numbered from 2. Slashes in parts are replaced. */
export function incidentWorkflowId(playbookId: string, alert: Alert, hashKey: string, number = 1): string {
  const parts = [playbookId, alert.recipientAccount, alert.region, subjectOf(alert, hashKey)];
  const id = parts.map((part) => bounded(part).replace(/[^\w.-]/g, '_')).join('/');
  return number === 1 ? id : `${id}/${number}`;
}

/** The incident that a new event on a closed one opens. */
export function successorWorkflowId(workflowId: string): string {
  const [, first = workflowId, number = '1'] = /^([^/]+\/[^/]+\/[^/]+\/[^/]+)(?:\/(\d{1,6}))?$/.exec(workflowId) ?? [];
  return `${first}/${Number(number) + 1}`;
}

/** Type of the workflow that undoes what a closed incident did. */
export const undoWorkflow = 'undoIncident';

/** The workflow that undoes what a closed incident did. Numbered: each begins when the one before has ended. */
export const undoWorkflowId = (incident: string, number: number): string => `${incident}/undo/${number}`;
/** Which undo of which incident it is; null: it is none. */
export function undoNamed(workflowId: string): { incident: string; number: number } | null {
  const [, incident, number] = /^(.+)\/undo\/(\d{1,6})$/.exec(workflowId) ?? [];
  return incident === undefined ? null : { incident, number: Number(number) };
}

/**
 * The short name of an incident for people and for whatever it creates in AWS, such as `VMX-7Q2MZ4K6AB`; an undo has the
 * name of its incident with a number, such as `VMX-7Q2MZ4K6AB-undo-1`.
 */
export function incidentKey(workflowId: string): string {
  const undo = undoNamed(workflowId);
  return undo ? `${incidentKey(undo.incident)}-undo-${undo.number}` : `VMX-${base32OfHex(sha256Hex(workflowId), 10)}`;
}
export const isIncidentKey = (text: string): boolean => /^VMX-[A-Z2-7]{10}(-undo-\d{1,6})?$/.test(text);

/** The workflow that counts the alerts of an incident that are beyond its own history. */
export const tallyWorkflowId = (incidentWorkflowId: string): string => `tally/${incidentWorkflowId}`;

/** The workflow of those incidents that share one value, of which only the keyed hash is known. */
export const correlationWorkflowId = (hash: string): string => `correlation/${hash}`;
