import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
} from '@temporalio/client';
import { incidentQuery, searchAttributes, undoUpdate } from '../../workflows/messages.ts';
import { closedIncident, UndoRefused } from '../audit/closed-incident.ts';
import { responsePolicyDigest } from '../config/response-policy.ts';
import { incidentKey, taskQueues, undoNamed, undoWorkflow, undoWorkflowId } from '../domain/names.ts';
import type { Plan } from '../domain/plan/plan.ts';
import type { ResponsePolicy } from '../domain/response-policy.ts';
import {
  nothingToUndo,
  undoPlan,
  type ClosedIncident,
  type UndoAnswer,
  type UndoOpening,
  type UndoRequest,
} from '../domain/plan/undo-plan.ts';
import { findIncident, type FoundIncident } from './find-incident.ts';

/** What the gateway does about undos; it decides nothing. Both throw `IncidentNotFound`, `plan` also `UndoRefused`. */
export interface Undoing {
  /** What the approvers would be asked about, by the record as it stands. */
  plan(ref: string, actions?: string[]): Promise<FoundIncident & { plan: Plan }>;
  /** Sent twice with one id, it is asked once. */
  ask(ref: string, request: UndoRequest, id: string): Promise<UndoAnswer>;
}

const patience = 15_000;
/** Where the request that started an undo is noted. */
const requestMemo = 'undoRequest';
const refused = (reason: string): UndoAnswer => ({ result: 'refused', reason });

export function undoingIn(client: Client, policyFor: (accountId: string) => ResponsePolicy): Undoing {
  const answered = <T>(ask: () => Promise<T>): Promise<T> => client.withDeadline(Date.now() + patience, ask);

  async function incidentItself(ref: string): Promise<FoundIncident> {
    const found = await findIncident(client, ref);
    const undo = undoNamed(found.workflowId);
    if (undo) throw new UndoRefused(`${found.incidentKey} is an undo itself; name ${incidentKey(undo.incident)}`);
    return found;
  }

  /** Asks an incident that runs. */
  async function askOpen({ workflowId }: FoundIncident, request: UndoRequest, id: string): Promise<UndoAnswer> {
    const handle = client.workflow.getHandle(workflowId);
    try {
      return await answered(() => handle.executeUpdate(undoUpdate, { args: [request], updateId: id }));
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return refused('the incident closes at this moment; ask again');
      if (!(error instanceof WorkflowUpdateFailedError)) throw error;
      return refused('the incident began on a version that takes no undo; ask again when it has closed');
    }
  }

  /** Starts the workflow that undoes what a closed incident did; Temporal sees to it that there is one at a time. */
  async function askClosed({ workflowId }: FoundIncident, request: UndoRequest, id: string): Promise<UndoAnswer> {
    const last = await lastUndo(client, workflowId);
    if (last?.running && last.request !== id) {
      return refused(`an undo is being decided: ${incidentKey(last.workflowId)}`);
    }
    const number = last?.running ? last.number : (last?.number ?? 0) + 1;
    const undo = undoWorkflowId(workflowId, number);
    const closed = await closedIncident(client, workflowId, number - 1);
    const { actions, notPlanned } = undoPlan(closed.actions, request.actions);
    if (actions.length === 0) return refused(nothingToUndo(notPlanned));
    const planned = actions.map((action) => action.id);
    const asked: UndoAnswer = { result: 'asked', incidentKey: incidentKey(undo), planned, notPlanned, after: null };
    if (last?.running) return asked;
    try {
      await answered(() => start(undo, closed, request, id));
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      return refused(`an undo is being decided: ${incidentKey(undo)}`);
    }
    return asked;
  }

  function start(workflowId: string, { alert, playbook }: ClosedIncident, request: UndoRequest, id: string) {
    const policy = policyFor(alert.recipientAccount);
    const opening: UndoOpening = { request, policy, policyDigest: responsePolicyDigest(policy) };
    return client.workflow.start(undoWorkflow, {
      workflowId,
      taskQueue: taskQueues.incident,
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      args: [opening],
      memo: { [requestMemo]: id },
      staticSummary: `Undo of what ${incidentKey(undoNamed(workflowId)?.incident ?? workflowId)} did`,
      typedSearchAttributes: [
        { key: searchAttributes.playbook, value: playbook },
        { key: searchAttributes.incidentKey, value: incidentKey(workflowId) },
        { key: searchAttributes.accountId, value: alert.recipientAccount },
        { key: searchAttributes.region, value: alert.region },
      ],
    });
  }

  return {
    async plan(ref, actions) {
      const found = await incidentItself(ref);
      if (found.running) {
        const view = await answered(() => client.workflow.getHandle(found.workflowId).query(incidentQuery));
        return { ...found, plan: undoPlan(view.actions, actions) };
      }
      const last = await lastUndo(client, found.workflowId);
      const undos = last?.running ? last.number - 1 : (last?.number ?? 0);
      const closed = await closedIncident(client, found.workflowId, undos);
      return { ...found, plan: undoPlan(closed.actions, actions) };
    },

    async ask(ref, request, id) {
      try {
        const found = await incidentItself(ref);
        return await (found.running ? askOpen : askClosed)(found, request, id);
      } catch (error) {
        if (error instanceof UndoRefused) return refused(error.message);
        throw error;
      }
    },
  };
}

interface LastUndo {
  workflowId: string;
  number: number;
  running: boolean;
  /** The request that started it. */
  request: unknown;
}

/** The latest undo of a closed incident; null: there was none. */
async function lastUndo(client: Client, incident: string): Promise<LastUndo | null> {
  let last: LastUndo | null = null;
  for (let number = 1; ; number++) {
    const workflowId = undoWorkflowId(incident, number);
    try {
      const { status, memo } = await client.workflow.getHandle(workflowId).describe();
      last = { workflowId, number, running: status.name === 'RUNNING', request: memo?.[requestMemo] };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return last;
      throw error;
    }
  }
}
