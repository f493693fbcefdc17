import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { incidentHistory } from '../audit/export.ts';
import { decodedEvents, openingOf } from '../audit/bundle/history-events.ts';
import type { FoundIncident } from '../approvals/find-incident.ts';
import type { SoarConfig } from '../config/load-config.ts';
import type { Approver } from '../domain/approval/approval.ts';
import { personRefusal } from '../domain/approval/barred.ts';
import type { IncidentOpening } from '../domain/incident.ts';
import { undoNamed, undoWorkflowId } from '../domain/names.ts';
import type { Principal } from '../domain/alert/principal.ts';
import { matchingToken } from '../intake/bearer.ts';
import { eraseKeys, keysOf } from './data-keys.ts';
import type { Encryption } from './encryption.ts';
import { scopeOf } from './scope.ts';

/** The incident cannot be erased, or not by these people; the message says why. */
export class ErasureRefused extends Error {
  override readonly name = 'ErasureRefused';
}

/** Throws unless the incident is over, with all its undos, and there is something to erase. */
export async function checkErasable(client: Client, { store }: Encryption, incident: FoundIncident): Promise<void> {
  const { workflowId, incidentKey } = incident;
  if (undoNamed(workflowId)) throw new ErasureRefused(`${incidentKey} is erased with its incident: name that one`);
  if (incident.running) throw new ErasureRefused(`${incidentKey} is still open: it could not go on without its key`);
  for (let number = 1; await isRunningOrOver(client, undoWorkflowId(workflowId, number)); number++);
  if ((await keysOf(store, scopeOf(workflowId))).length > 0) return;
  throw new ErasureRefused(
    `${incidentKey} has no key that could be destroyed: it is erased already, or was never encrypted`,
  );
}

/** False: there is no such undo. */
async function isRunningOrOver(client: Client, undo: string): Promise<boolean> {
  try {
    const { status } = await client.workflow.getHandle(undo).describe();
    if (status.name === 'RUNNING')
      throw new ErasureRefused(`${undo} is still open: it could not go on without its key`);
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** The actor of the incident, who does not decide what becomes of its record. */
export async function actorOf(client: Client, { workflowId, runId }: FoundIncident): Promise<Principal> {
  const { file } = await incidentHistory(client, { workflowId, runId });
  return (openingOf(decodedEvents(file.history)) as IncidentOpening).alert.principal;
}

/** Who confirms, by their personal tokens: as many different approvers as an irreversible action takes, none of them the actor. */
export function confirmedBy(
  tokens: string[],
  { approvers, quorum }: Pick<SoarConfig['approvals'], 'approvers' | 'quorum'>,
  actor: Principal,
): string[] {
  const hashes = approvers.map(({ token }) => token.slice('sha256:'.length));
  const people = tokens.map((token, index): Pick<Approver, 'id' | 'name' | 'principals'> => {
    const person = approvers[matchingToken(`Bearer ${token}`, hashes)];
    if (!person) throw new ErasureRefused(`token ${index + 1} belongs to no approver`);
    const refusal = personRefusal(person, { actor, owners: [] });
    if (refusal !== null) throw new ErasureRefused(refusal);
    return person;
  });
  const ids = [...new Set(people.map(({ id }) => id))];
  if (ids.length >= quorum.irreversible) return ids;
  throw new ErasureRefused(
    `erasing cannot be undone and takes ${quorum.irreversible} approvers; ${ids.length === 0 ? 'nobody' : ids.join(', ')} confirmed`,
  );
}

/** Destroys the incident's key. Returns how many keys there were. */
export const eraseIncident = (
  { store }: Encryption,
  { workflowId }: FoundIncident,
  by: string[],
  reason: string,
  now: Date,
): Promise<number> => eraseKeys(store, scopeOf(workflowId), { at: now.toISOString(), by, reason });
