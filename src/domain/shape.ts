import type { Alert } from './alert/alert.ts';
import type { Decision } from './approval/approval.ts';
import type { CorrelatedIncident, Joining, Relation } from './alert/correlation.ts';
import type { CredentialTold } from './watch/credentials.ts';
import type { NoticeTold } from './notices/notices.ts';
import type { TalliedAlert } from './alert/tally.ts';
import type { RetryRequest } from './plan/retry.ts';
import type { UndoRequest } from './plan/undo-plan.ts';

/**
 * Anybody with access to the Temporal namespace can send a signal with anything in it, and an error thrown over it would
 * block the workflow. So messages are looked at before they are believed: plain shapes, bounded texts.
 */

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown, limit = 500): value is string => typeof value === 'string' && value.length <= limit;
/** A text with something in it. */
const isSaid = (value: unknown, limit?: number): value is string => isText(value, limit) && value !== '';
const isOptionalText = (value: unknown, limit?: number): boolean => value === undefined || isText(value, limit);
const areOptionalIds = (value: unknown): boolean =>
  value === undefined || (Array.isArray(value) && value.length <= 100 && value.every((id) => isText(id)));

function isProof(value: unknown): boolean {
  if (!isRecord(value)) return false;
  if (value.kind === 'code') return isText(value.code);
  return value.kind === 'signature' && isText(value.keyId) && isText(value.channel) && isText(value.signature);
}

export function isDecision(value: unknown): value is Decision {
  return (
    isRecord(value) &&
    isText(value.requestId) &&
    isText(value.digest) &&
    isText(value.decision) &&
    ['approve', 'reject', 'more-time', 'hand-over'].includes(value.decision) &&
    // Whom it goes to belongs to a hand-over, and to nothing else.
    (value.decision === 'hand-over' ? isText(value.to) : value.to === undefined) &&
    isText(value.approver) &&
    isOptionalText(value.reason, 2000) &&
    isOptionalText(value.decidedAt) &&
    areOptionalIds(value.actions) &&
    isProof(value.proof)
  );
}

/** The parts of an attached alert that the incident itself reads. */
export function isAlert(value: unknown): value is Alert {
  return (
    isRecord(value) &&
    isText(value.eventId) &&
    isText(value.eventName) &&
    isText(value.time) &&
    isRecord(value.principal) &&
    isRecord(value.arrival) &&
    isText(value.arrival.door) &&
    isText(value.arrival.receivedAt) &&
    isOptionalText(value.arrival.detectedAt) &&
    isOptionalText(value.arrival.rule) &&
    isOptionalText(value.arrival.alertId)
  );
}

const correlationKinds = ['accessKey', 'principal', 'bucket', 'instance', 'sourceAddress'];
const isCorrelated = (value: unknown): value is CorrelatedIncident =>
  isRecord(value) &&
  isText(value.incidentKey) &&
  isText(value.workflowId) &&
  isText(value.openedAt) &&
  isOptionalText(value.instance);
const isKind = (value: unknown): boolean => isText(value) && correlationKinds.includes(value);

export const isJoining = (value: unknown): value is Joining =>
  isRecord(value) && isKind(value.kind) && isCorrelated(value);
export const isRelation = (value: unknown): value is Relation =>
  isRecord(value) &&
  isKind(value.kind) &&
  Number.isSafeInteger(value.total) &&
  Array.isArray(value.members) &&
  value.members.length <= 100 &&
  value.members.every(isCorrelated) &&
  (value.burst === null || isBurst(value.burst));
const isBurst = (value: unknown): boolean =>
  isRecord(value) && isText(value.lead) && isText(value.leadWorkflowId) && Number.isSafeInteger(value.size);

export const isTalliedAlert = (value: unknown): value is TalliedAlert => isRecord(value) && isText(value.eventId);
export const isAlertCount = (value: unknown): value is { total: number } =>
  isRecord(value) && Number.isSafeInteger(value.total) && Number(value.total) >= 0;

export const isNote = (value: unknown): value is { author: string; text: string } =>
  isRecord(value) && isText(value.author) && isText(value.text, 4000);
export const isNoticeTold = (value: unknown): value is NoticeTold =>
  isRecord(value) && isText(value.notice, 64) && isSaid(value.by) && isOptionalText(value.note, 2000);
export const isCredentialTold = (value: unknown): value is CredentialTold =>
  isRecord(value) &&
  isSaid(value.by, 200) &&
  (value.note === undefined || isSaid(value.note, 2000)) &&
  (value.what === undefined
    ? isSaid(value.credential, 200) && (value.status === 'rotated' || value.status === 'not-needed')
    : isSaid(value.what, 500) && value.credential === undefined);
export const isUndoRequest = (value: unknown): value is UndoRequest =>
  isRecord(value) && isText(value.by) && isSaid(value.reason, 2000) && areOptionalIds(value.actions);
export const isRetryRequest = (value: unknown): value is RetryRequest =>
  isRecord(value) && isSaid(value.by) && areOptionalIds(value.actions);
export const isCloseRequest = (value: unknown): value is { author: string; reason: string } =>
  isRecord(value) && isText(value.author) && isText(value.reason, 2000);
