import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Alert } from '../src/domain/alert/alert.ts';
import type { ApprovalRequest, Decision, DecisionAnswer } from '../src/domain/approval/approval.ts';
import type { CredentialRecord, CredentialTold } from '../src/domain/watch/credentials.ts';
import type { Joining, Relation } from '../src/domain/alert/correlation.ts';
import type { IncidentView } from '../src/domain/incident.ts';
import type { NoticeRecord, NoticeTold } from '../src/domain/notices/notices.ts';
import type { RetryAnswer, RetryRequest } from '../src/domain/plan/retry.ts';
import type { TalliedAlert } from '../src/domain/alert/tally.ts';
import type { TimelineEntry } from '../src/domain/timeline.ts';
import type { UndoAnswer, UndoRequest } from '../src/domain/plan/undo-plan.ts';

/** What one can say to an incident, and ask it. Every playbook answers to the same messages. */

/** An approver's decision; answers whether it was accepted, and if not why. */
export const decideUpdate = defineUpdate<DecisionAnswer, [Decision]>('decide');
/** The same from Temporal UI; the answer stands in the incident's record. */
export const decideSignal = defineSignal<[Decision]>('decide');
/** Another alert about the same subject. */
export const attachAlertSignal = defineSignal<[Alert]>('attachAlert');
/** How many alerts came beyond those that were attached; told by the workflow that counts them. */
export const countAlertsSignal = defineSignal<[{ total: number }]>('countAlerts');
/** To that workflow: these came too. */
export const tallyAlertsSignal = defineSignal<[TalliedAlert[]]>('tallyAlerts');
/** To the workflow of one shared value: this incident has it too. */
export const joinSignal = defineSignal<[Joining]>('join');
/** From that workflow: who else has it. */
export const relateSignal = defineSignal<[Relation]>('relate');
export const addNoteUpdate = defineUpdate<{ notes: number }, [{ author: string; text: string }]>('addNote');
/** Somebody outside the incident was told of it, says whoever told them. */
export const toldUpdate = defineUpdate<NoticeRecord, [NoticeTold]>('told');
/** What became of a credential that has to be rotated, or that there is another. */
export const credentialUpdate = defineUpdate<CredentialRecord, [CredentialTold]>('credential');
/** Asks for the undo of what was done; the approvers decide, as about every plan. */
export const undoUpdate = defineUpdate<UndoAnswer, [UndoRequest]>('undo');
/** Plans again what has failed; the approvers decide, as about every plan. */
export const retryUpdate = defineUpdate<RetryAnswer, [RetryRequest]>('retry');
/** Ends the incident at the next safe point; what was not done stays listed in the report. */
export const closeUpdate = defineUpdate<{ closing: boolean }, [{ author: string; reason: string }]>('close');
export const incidentQuery = defineQuery<IncidentView>('incident');
export const timelineQuery = defineQuery<TimelineEntry[]>('timeline');
export const pendingApprovalQuery = defineQuery<ApprovalRequest | null>('pendingApproval');

const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);

/** Search attributes are not encrypted: no people and no names, only ids and keyed hashes. */
export const searchAttributes = {
  playbook: keyword('Playbook'),
  incidentKey: keyword('IncidentKey'),
  phase: keyword('IncidentPhase'),
  severity: keyword('IncidentSeverity'),
  verdict: keyword('IncidentVerdict'),
  awaitingApproval: defineSearchAttributeKey('AwaitingApproval', SearchAttributeType.BOOL),
  accountId: keyword('AwsAccountId'),
  region: keyword('AwsRegion'),
  technique: defineSearchAttributeKey('AttackTechnique', SearchAttributeType.KEYWORD_LIST),
  /**
   * Keyed hashes of access key, principal, bucket, instance and address: what incidents have in common. One list, because a server
   * on SQL has room for ten keywords and no more.
   */
  correlation: defineSearchAttributeKey('CorrelationHashes', SearchAttributeType.KEYWORD_LIST),
};
