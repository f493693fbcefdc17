import type { Alert, Arrival } from '../domain/alert.ts';
import { decodeCloudTrail } from './cloudtrail.ts';
import { decodeEcs, isEcs } from './ecs.ts';
import { fieldsOf, isFields, member, parseJson, present, text } from './fields.ts';
import { AlertMalformed } from './refusal.ts';

/**
 * The documents in a request: one, a list, Kibana's `alerts` (a list, or a text of comma-joined documents where the
 * webhook's template says so), CloudTrail's `Records`, or a search's `hits`. Templates end loops with a null: skipped.
 */
export function documentsIn(body: unknown): unknown[] {
  const list = Array.isArray(body) ? (body as unknown[]) : listIn(body);
  return (list ?? [body]).filter((document) => document !== null);
}

function listIn(body: unknown): unknown[] | undefined {
  if (typeof body === 'string') return joined(body);
  const alerts = member(body, 'alerts') ?? member(body, 'Records') ?? member(body, 'hits', 'hits');
  if (typeof alerts === 'string') return joined(alerts);
  if (Array.isArray(alerts)) return alerts as unknown[];
  return isFields(alerts) ? [alerts] : undefined;
}

function joined(documents: string): unknown[] | undefined {
  const parsed = parseJson(documents.trimStart().startsWith('[') ? documents : `[${documents}]`);
  return Array.isArray(parsed) ? parsed : undefined;
}

/** Decodes one document of any form that is known. */
export function decodeAlert(document: unknown, arrival: Arrival): Alert {
  if (!isFields(document)) throw new AlertMalformed('the alert is not an object');
  const documentId = text(member(document, '_id'));
  const source = fieldsOf(member(document, '_source')) ?? fieldsOf(member(document, 'fields'));
  if (source) return decodeEcs(source, arrival, documentId);

  const detail = fieldsOf(member(document, 'detail'));
  if (detail && text(member(document, 'source')) !== undefined) {
    return decodeCloudTrail(detail, { ...arrival, ...present({ alertId: text(member(document, 'id')) }) });
  }
  if (text(member(document, 'eventName')) !== undefined) return decodeCloudTrail(document, arrival);
  if (isEcs(document)) return decodeEcs(document, arrival, documentId);
  throw new AlertMalformed('the alert is neither a CloudTrail record, nor an EventBridge event, nor an ECS document');
}
