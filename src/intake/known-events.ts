import type { Client } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { attachAlertSignal, tallyAlertsSignal } from '../../workflows/messages.ts';
import { member, text } from '../domain/cloudtrail/fields.ts';
import { tallyWorkflowId } from '../domain/names.ts';
import type { Alert } from '../domain/alert/alert.ts';
import { eventHash, splitHashes } from '../domain/alert/tally.ts';
import { isAlert } from '../domain/shape.ts';
import { EncryptionFailed, KeyErased } from '../encryption/failures.ts';
import { hasStatus } from '../temporal/grpc-status.ts';

type Payloads = Parameters<typeof decodeArrayFromPayloads>[1];

export interface KnownEvents {
  /** The alerts that reached the incident: with its start, and with the signals that attached further ones. */
  attached: Alert[];
  /** Hashes of those that were only counted (ADR 15). */
  counted: Set<string>;
}

/** All events that reached an incident. The histories are the record; nobody else keeps one. Null: Temporal no longer has it. */
export async function eventsKnownTo(client: Client, workflowId: string): Promise<KnownEvents | null> {
  const incident = await messagesTo(client, workflowId, attachAlertSignal.name);
  if (!incident) return null;
  // Of many runs the last: its input holds what the earlier ones counted.
  const tally = await messagesTo(client, tallyWorkflowId(workflowId), tallyAlertsSignal.name);
  const earlier = text(member(member(tally?.input, 'state'), 'hashes')) ?? '';
  return {
    attached: [member(incident.input, 'alert'), ...incident.signals].filter(isAlert),
    counted: new Set([...splitHashes(earlier), ...(tally?.signals ?? []).flat().flatMap(eventIdOf).map(eventHash)]),
  };
}

const eventIdOf = (alert: unknown): string[] => {
  const id = text(member(alert, 'eventId'));
  return id === undefined ? [] : [id];
};

/** What a workflow was started with, and what came by one signal. */
async function messagesTo(
  client: Client,
  workflowId: string,
  signalName: string,
): Promise<{ input: unknown; signals: unknown[] } | null> {
  let history;
  try {
    history = await client.workflow.getHandle(workflowId).fetchHistory();
  } catch (error) {
    // Reading a history fails as the call does, not as the client's other methods.
    if (hasStatus(error, 'notFound')) return null;
    throw error;
  }
  const first = async (payloads: Payloads): Promise<unknown> => {
    try {
      return (await decodeArrayFromPayloads(client.options.loadedDataConverter, payloads))[0];
    } catch (error) {
      // With the wrong key every event would look new, and open an incident again. What is erased stays unknown.
      if (error instanceof EncryptionFailed && !(error instanceof KeyErased)) throw error;
      return undefined; // sent by somebody else, in another form
    }
  };
  let input: unknown;
  const signals: unknown[] = [];
  for (const event of history.events ?? []) {
    const started = event.workflowExecutionStartedEventAttributes;
    const signalled = event.workflowExecutionSignaledEventAttributes;
    if (started) input = await first(started.input?.payloads);
    else if (signalled?.signalName === signalName) signals.push(await first(signalled.input?.payloads));
  }
  return { input, signals };
}
