import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { attachAlertSignal } from '../../workflows/messages.ts';
import { member, text } from '../domain/cloudtrail/fields.ts';

type Payloads = Parameters<typeof decodeArrayFromPayloads>[1];

/**
 * The ids of all events that reached an incident: with its start, and with the signals that attached further alerts.
 * Its history is the record; nobody else keeps one. Null: Temporal no longer has it.
 */
export async function eventIdsIn(client: Client, workflowId: string): Promise<Set<string> | null> {
  let history;
  try {
    history = await client.workflow.getHandle(workflowId).fetchHistory();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
  const first = async (payloads: Payloads): Promise<unknown> => {
    try {
      return (await decodeArrayFromPayloads(client.options.loadedDataConverter, payloads))[0];
    } catch {
      return undefined; // sent by somebody else, in another form
    }
  };
  const ids = new Set<string>();
  for (const event of history.events ?? []) {
    const started = event.workflowExecutionStartedEventAttributes;
    const signalled = event.workflowExecutionSignaledEventAttributes;
    const alert = started
      ? member(await first(started.input?.payloads), 'alert')
      : signalled?.signalName === attachAlertSignal.name
        ? await first(signalled.input?.payloads)
        : undefined;
    const id = text(member(alert, 'eventId'));
    if (id !== undefined) ids.add(id);
  }
  return ids;
}
