import { isSeverity, isVerdict, type Severity, type Verdict } from '../severity/assessment.ts';
import { sha256Hex } from '../digest.ts';
import { parseJson, fieldsOf, text } from '../cloudtrail/fields.ts';

/** What the archive remembers of an event when Temporal no longer has its incident. */
export interface IndexedEvent {
  incidentKey: string;
  workflowId: string;
  closedAt: string;
  /** Absent: an earlier version wrote the entry. */
  severity?: Severity;
  verdict?: Verdict;
}

/** Where: an event id is somebody else's text, so it is hashed. */
export const eventIndexKey = (eventId: string): string => `index/events/${sha256Hex(eventId).slice(0, 40)}.json`;

/** Null: that is no entry of the index. */
export function readIndexedEvent(content: string): IndexedEvent | null {
  const fields = fieldsOf(parseJson(content));
  const [incidentKey, workflowId, closedAt] = [fields?.incidentKey, fields?.workflowId, fields?.closedAt].map(text);
  if (incidentKey === undefined || workflowId === undefined || closedAt === undefined) return null;
  const { severity, verdict } = fields ?? {};
  return {
    ...{ incidentKey, workflowId, closedAt },
    ...(isSeverity(severity) ? { severity } : {}),
    ...(isVerdict(verdict) ? { verdict } : {}),
  };
}
