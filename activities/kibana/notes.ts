import { member, text } from '../../src/domain/cloudtrail/fields.ts';
import type { FoundAlert } from './alerts.ts';
import type { KibanaCall } from './client.ts';

/** Alert ids are long, and addresses must not be. */
const idsPerRequest = 20;

/** Leaves a note with each alert, once. Notes of alerts that are in no Timeline: Kibana 8.16 or newer. */
export async function noteAlerts(kibana: KibanaCall, alerts: FoundAlert[], note: string): Promise<void> {
  for (let first = 0; first < alerts.length; first += idsPerRequest) {
    const ids = alerts.slice(first, first + idsPerRequest).map(({ alertId }) => alertId);
    const noted = await alertsWith(kibana, ids, note);
    for (const eventId of ids.filter((id) => !noted.has(id))) {
      // `eventId` is Kibana's word for the document's id; a note outside of Timelines has an empty `timelineId`.
      await kibana('leaving a note', 'PATCH', '/api/note', { note: { eventId, timelineId: '', note } });
    }
  }
}

async function alertsWith(kibana: KibanaCall, ids: string[], note: string): Promise<Set<string | undefined>> {
  const query = new URLSearchParams(ids.map((id): [string, string] => ['documentIds', id]));
  const notes = member(await kibana('reading notes', 'GET', `/api/note?${query.toString()}`), 'notes');
  const same = (Array.isArray(notes) ? notes : []).filter((found) => text(member(found, 'note')) === note);
  return new Set(same.map((found) => text(member(found, 'eventId'))));
}
