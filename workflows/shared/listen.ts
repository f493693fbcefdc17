import { setHandler } from '@temporalio/workflow';
import {
  isAlert,
  isAlertCount,
  isCloseRequest,
  isCredentialTold,
  isNote,
  isNoticeTold,
  isRelation,
  isRetryRequest,
  isUndoRequest,
} from '../../src/domain/shape.ts';
import {
  addNoteUpdate,
  attachAlertSignal,
  closeUpdate,
  countAlertsSignal,
  credentialUpdate,
  decideSignal,
  decideUpdate,
  incidentQuery,
  pendingApprovalQuery,
  relateSignal,
  retryUpdate,
  timelineQuery,
  toldUpdate,
  undoUpdate,
} from '../messages.ts';
import type { IncidentRun } from './incident-run.ts';
import { viewOf } from './view.ts';

/**
 * Answers every message of `messages.ts`. Whoever may write to the namespace may send one in any form: an update in another
 * is refused, a signal has no answer and is passed over.
 */
export function listen(incident: IncidentRun): void {
  setHandler(decideUpdate, (decision) => incident.gate.decide(decision), {
    description: "An approver's decision about the pending plan, signed by a gateway or with a personal code.",
  });
  setHandler(
    decideSignal,
    async (decision) => {
      await incident.gate.decide(decision);
    },
    {
      description:
        'Decide on the pending plan. Paste the JSON from the current details and fill in your id and your personal code.',
    },
  );
  setHandler(
    attachAlertSignal,
    (alert) => {
      if (!isAlert(alert)) return incident.record.add('alert', 'ignored: the message is not an alert');
      incident.record.addAlert(alert);
      incident.detector.add(alert);
      incident.record.add(
        'alert',
        `again: ${alert.eventName} by ${alert.arrival.door} ${alert.arrival.rule ?? ''}`.trim(),
      );
      if (incident.furtherAlerts.take(alert)) incident.judgeAgain();
    },
    { description: 'Another alert about the same subject.' },
  );
  setHandler(
    countAlertsSignal,
    (count) => {
      if (!isAlertCount(count)) return;
      incident.record.countAlerts(count.total);
      incident.record.addOnce('alert', 'many more of the same: from here on they are counted, not listed');
    },
    { description: 'How many further alerts there are, beside those that were attached.' },
  );
  setHandler(
    relateSignal,
    (relation) => {
      if (!isRelation(relation)) return;
      incident.relations.take(relation);
      incident.showDetails();
    },
    { description: 'Other incidents that share something with this one.' },
  );
  setHandler(
    addNoteUpdate,
    (note) => {
      incident.record.addNote(note);
      incident.record.add('note', `${note.author}: ${note.text}`);
      return { notes: incident.record.notes.length };
    },
    { validator: (note: unknown) => requireShape(isNote(note), 'a note has author and text') },
  );
  setHandler(toldUpdate, (told) => incident.notices.told(told), {
    validator: (told: unknown) => requireShape(isNoticeTold(told), 'it takes notice, by and perhaps note'),
    description: 'That an audience of a notice was told, by whoever told them.',
  });
  setHandler(credentialUpdate, (told) => incident.credentials.told(told), {
    validator: (told: unknown) =>
      requireShape(isCredentialTold(told), 'it takes credential, status and by, or what and by; perhaps note'),
    description: 'That a credential is rotated, need not be, or that there is another one.',
  });
  setHandler(undoUpdate, (request) => incident.undos.ask(request), {
    validator: (request: unknown) => requireShape(isUndoRequest(request), 'it takes reason, by and perhaps actions'),
    description: 'Ask for the undo of what was done; the approvers decide.',
  });
  setHandler(retryUpdate, (request) => incident.retries.ask(request), {
    validator: (request: unknown) => requireShape(isRetryRequest(request), 'it takes by and perhaps actions'),
    description: 'Plan again what has failed, once its cause is gone; the approvers decide.',
  });
  setHandler(
    closeUpdate,
    (request) => {
      incident.askToClose(request);
      return { closing: true };
    },
    { validator: (request: unknown) => requireShape(isCloseRequest(request), 'closing takes author and reason') },
  );
  setHandler(incidentQuery, () => viewOf(incident), { description: 'The incident as it stands.' });
  setHandler(timelineQuery, () => incident.record.timeline, { description: 'What happened, in order.' });
  setHandler(pendingApprovalQuery, () => incident.gate.pending, {
    description: 'The plan that people are asked about.',
  });
}

function requireShape(holds: boolean, expected: string): void {
  if (!holds) throw new TypeError(expected);
}
