import { dotted, member, text } from '../../src/domain/cloudtrail/fields.ts';
import type { DetectorAlert, DetectorNews } from './contract.ts';
import { unavailable, type KibanaCall } from './client.ts';

/** An alert as Kibana has it. */
export interface FoundAlert {
  alertId: string;
  index: string;
  status: string;
  rule: { id: string | null; name: string | null };
}

export interface FoundAlerts {
  ours: FoundAlert[];
  /** Not in this space, or not any more. */
  missing: string[];
  /** About another event than the incident's. */
  foreign: string[];
}

const eventIdFields = ['kibana.alert.original_event.id', 'event.id'];
const otherFields = ['kibana.alert.workflow_status', 'kibana.alert.rule.uuid', 'kibana.alert.rule.name'];

/** Looks the alerts up. A space that does not exist answers like one without alerts. */
export async function findAlerts(kibana: KibanaCall, alerts: DetectorAlert[]): Promise<FoundAlerts> {
  const answer = await kibana('searching for alerts', 'POST', '/api/detection_engine/signals/search', {
    query: { bool: { filter: [{ terms: { _id: alerts.map(({ alertId }) => alertId) } }] } },
    _source: [...eventIdFields, ...otherFields],
    size: alerts.length,
  });
  const hits = new Map(hitsIn(answer).map((hit) => [text(member(hit, '_id')), hit]));
  const found: FoundAlerts = { ours: [], missing: [], foreign: [] };
  for (const { alertId, eventId } of alerts) {
    const hit = hits.get(alertId);
    const field = (name: string) => text(dotted(member(hit, '_source'), name));
    if (!hit) found.missing.push(alertId);
    else if (!eventIdFields.some((name) => field(name) === eventId)) found.foreign.push(alertId);
    else {
      found.ours.push({
        alertId,
        index: text(member(hit, '_index')) ?? '',
        status: field('kibana.alert.workflow_status') ?? 'open',
        rule: { id: field('kibana.alert.rule.uuid') ?? null, name: field('kibana.alert.rule.name') ?? null },
      });
    }
  }
  return found;
}

function hitsIn(answer: unknown): unknown[] {
  const hits = member(answer, 'hits', 'hits');
  return Array.isArray(hits) ? hits : [];
}

/** What each state may follow on: an alert that somebody closed is not acknowledged, and is not closed again. */
const before: Record<DetectorNews['state'], string[]> = {
  acknowledged: ['open'],
  closed: ['open', 'acknowledged'],
};

/**
 * Sets the status of those that may have it; answers how many that were. By query, not by id: Elasticsearch then looks at
 * the status that each has at that moment, so that nothing is reopened that was closed since it was looked up.
 */
export async function setStatus(
  kibana: KibanaCall,
  alerts: FoundAlert[],
  state: DetectorNews['state'],
): Promise<number> {
  const ids = alerts.filter(({ status }) => before[state].includes(status)).map(({ alertId }) => alertId);
  if (ids.length === 0) return 0;
  const answer = await kibana('setting the status of alerts', 'POST', '/api/detection_engine/signals/status', {
    query: {
      bool: { filter: [{ terms: { _id: ids } }, { terms: { 'kibana.alert.workflow_status': before[state] } }] },
    },
    status: state,
    conflicts: 'proceed',
  });
  const count = (name: string) => Number(member(answer, name) ?? 0);
  if (count('version_conflicts') > 0 || count('updated') < count('total')) {
    const numbers = `${count('updated')} of ${count('total')} became ${state}, ${count('version_conflicts')} conflicts`;
    throw unavailable(`setting the status of alerts: ${numbers}; somebody changed them at the same time`);
  }
  return count('updated');
}

/** Tags are what an analyst filters by. Kibana 8.9 or newer. */
export async function tagAlerts(kibana: KibanaCall, alerts: FoundAlert[], tags: string[]): Promise<void> {
  await kibana('tagging alerts', 'POST', '/api/detection_engine/signals/tags', {
    ids: alerts.map(({ alertId }) => alertId),
    tags: { tags_to_add: tags, tags_to_remove: [] },
  });
}
