import type { Alert, Arrival } from '../domain/alert/alert.ts';
import { fieldsOf, isFields, member, parseJson, present, text, type Fields } from '../domain/cloudtrail/fields.ts';
import { readCloudTrail, type Activity } from '../domain/cloudtrail/record.ts';
import { decodeCloudTrail } from './cloudtrail.ts';
import { isEcs, recordOfEcs, type FoundRecord } from './ecs.ts';
import { AlertMalformed } from './refusal.ts';
import type { Playbooks } from './route.ts';

/**
 * The documents in a request: one, a list, Kibana's `alerts` (a list, or a text of comma-joined documents where the
 * webhook's template says so), CloudTrail's `Records`, LookupEvents' `Events`, or a search's `hits`. Templates end loops with a null: skipped.
 */
export function documentsIn(body: unknown): unknown[] {
  const list = Array.isArray(body) ? (body as unknown[]) : listIn(body);
  return (list ?? [body]).filter((document) => document !== null);
}

/** Kibana's rules and its search rules, CloudTrail's files and answers, a search's answer. */
const places = [
  ['alerts'],
  ['context', 'alerts'],
  ['Records'],
  ['Events'],
  ['hits', 'hits'],
  ['hits'],
  ['context', 'hits'],
];

function listIn(body: unknown): unknown[] | undefined {
  if (typeof body === 'string') return joined(body);
  const alerts = places.map((path) => member(body, ...path)).find((found) => found !== undefined && found !== null);
  if (typeof alerts === 'string') return joined(alerts);
  if (Array.isArray(alerts)) return alerts as unknown[];
  return isFields(alerts) ? [alerts] : undefined;
}

function joined(documents: string): unknown[] | undefined {
  const parsed = parseJson(documents.trimStart().startsWith('[') ? documents : `[${documents}]`);
  return Array.isArray(parsed) ? parsed : undefined;
}

/** Finds the CloudTrail record in a document of any form that is known. */
function recordIn(document: unknown): FoundRecord {
  if (!isFields(document)) throw new AlertMalformed('the alert is not an object');
  const documentId = text(member(document, '_id'));
  const source = fieldsOf(member(document, '_source')) ?? fieldsOf(member(document, 'fields'));
  if (source) return recordOfEcs(source, documentId);

  const detail = fieldsOf(member(document, 'detail'));
  const from = text(member(document, 'source'));
  if (detail && from !== undefined) {
    // EventBridge lets nobody but AWS send under this name; under another one, whoever may put events wrote the record.
    if (!from.startsWith('aws.'))
      throw new AlertMalformed('the event is not of AWS: its source does not begin with aws.');
    return { record: detail, about: present({ alertId: text(member(document, 'id')) }), failed: false };
  }
  // LookupEvents carries the record as text.
  const looked = member(document, 'CloudTrailEvent');
  const record = typeof looked === 'string' ? fieldsOf(parseJson(looked)) : document;
  if (record && isCloudTrail(record)) return { record, about: {}, failed: false };
  if (isEcs(document)) return recordOfEcs(document, documentId);
  throw new AlertMalformed('the alert is neither a CloudTrail record, nor an EventBridge event, nor an ECS document');
}

const isCloudTrail = (document: Fields): boolean =>
  text(member(document, 'eventName')) !== undefined ||
  text(member(document, 'insightDetails', 'eventName')) !== undefined;

/** Decodes one document of any form that is known, if a playbook handles what it tells. */
export function decodeAlert(document: unknown, arrival: Arrival, playbooks?: Playbooks): Alert {
  const { record, about, failed } = recordIn(document);
  return decodeCloudTrail(record, { ...arrival, ...about }, playbooks, failed);
}

/** Reads one document of any form about any event; throws `AlertMalformed` only where there is no event in it. */
export function readActivity(document: unknown): Activity {
  const { record, failed } = recordIn(document);
  const activity = readCloudTrail(record, failed);
  if (activity.eventName === undefined) throw new AlertMalformed('the alert has no event name');
  return activity;
}
