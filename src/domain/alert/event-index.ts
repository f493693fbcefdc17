import { sha256Hex } from '../digest.ts';
import { parseJson, fieldsOf, text } from '../cloudtrail/fields.ts';

/** What the archive remembers of an event when Temporal no longer has its incident. */
export interface IndexedEvent {
  incidentKey: string;
  workflowId: string;
  closedAt: string;
}

/** Where: an event id is somebody else's text, so it is hashed. */
export const eventIndexKey = (eventId: string): string => `index/events/${sha256Hex(eventId).slice(0, 40)}.json`;

/** Null: that is no entry of the index. */
export function readIndexedEvent(content: string): IndexedEvent | null {
  const fields = fieldsOf(parseJson(content));
  const [incidentKey, workflowId, closedAt] = [fields?.incidentKey, fields?.workflowId, fields?.closedAt].map(text);
  return incidentKey !== undefined && workflowId !== undefined && closedAt !== undefined
    ? { incidentKey, workflowId, closedAt }
    : null;
}
