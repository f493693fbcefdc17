import { WorkflowNotFoundError, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { decideUpdate, pendingApprovalQuery } from '../../workflows/messages.ts';
import type { ApprovalRequest, Decision, DecisionAnswer } from '../domain/approval/approval.ts';
import { findIncident, type FoundIncident } from './find-incident.ts';

/** What the gateway does with incidents; it decides nothing. */
export interface Incidents {
  /** Throws `IncidentNotFound`. */
  pendingApproval(ref: string): Promise<FoundIncident & { request: ApprovalRequest | null }>;
  /** Sent twice with one id, a decision is taken once. Throws `IncidentNotFound`. */
  decide(ref: string, decision: Decision, updateId: string): Promise<DecisionAnswer>;
}

const patience = 15_000;
const closed: DecisionAnswer = { result: 'refused', reason: 'the incident has closed' };

export function incidentsIn(client: Client): Incidents {
  return {
    async pendingApproval(ref) {
      const found = await findIncident(client, ref);
      if (!found.running) return { ...found, request: null };
      const request = await client.withDeadline(Date.now() + patience, () =>
        client.workflow.getHandle(found.workflowId).query(pendingApprovalQuery),
      );
      return { ...found, request };
    },

    async decide(ref, decision, updateId) {
      const found = await findIncident(client, ref);
      if (!found.running) return closed;
      try {
        return await client.withDeadline(Date.now() + patience, () =>
          client.workflow.getHandle(found.workflowId).executeUpdate(decideUpdate, { args: [decision], updateId }),
        );
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return closed;
        if (error instanceof WorkflowUpdateFailedError) {
          return { result: 'refused', reason: 'the incident does not take decisions' };
        }
        throw error;
      }
    },
  };
}
