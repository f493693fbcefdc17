import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { WorkflowNotFoundError, type Client, type WorkflowExecutionDescription } from '@temporalio/client';
import { eventIndexKey, readIndexedEvent, type IndexedEvent } from '../../src/domain/alert/event-index.ts';
import type {
  EarlierExport,
  EarlierIncident,
  EarlierIncidentsFacts,
} from '../../src/domain/findings/earlier-incidents.ts';
import { isSeverity, isVerdict } from '../../src/domain/severity/assessment.ts';
import { listing } from '../../src/temporal/listing.ts';
import type { KeepEvidence } from '../sources/gather.ts';
import type { CorrelationNotify } from './contract.ts';
import type { Gap, Kept } from '../../src/domain/findings/kept.ts';

/** An object of the archive's index; null: there is none. */
export type ReadIndex = (key: string) => Promise<string | null>;

/** `readIndex` null: the configuration names no archive that may be read. */
export interface EarlierSources {
  client: Client;
  readIndex: ReadIndex | null;
  keep: KeepEvidence;
}

const patience = 10_000;
const atOnce = 5;
const archive = "the archive's index of events";

/** Temporal forgets what has closed after its retention; the index has of an incident what it was when it ended. */
export async function earlierIncidents(
  { client, readIndex, keep }: EarlierSources,
  { incidentKey, exports }: Parameters<CorrelationNotify['earlierIncidents']>[0],
): Promise<EarlierIncidentsFacts> {
  const index = indexReading(readIndex);
  const found: (EarlierIncident | null)[] = [];
  for (let first = 0; first < exports.length; first += atOnce) {
    const some = exports.slice(first, first + atOnce);
    found.push(...(await Promise.all(some.map((one) => incidentOf(client, one, index.entryOf)))));
  }
  const incidents = found.filter((one) => one !== null);
  const document = { at: new Date().toISOString(), exports: asJson(exports), incidents: asJson(incidents) };
  return { incidents, gaps: index.gaps, ...(await stored(keep, incidentKey, document)) };
}

async function incidentOf(
  client: Client,
  { eventId, workflowId: bySubject }: EarlierExport,
  entryOf: (eventId: string) => Promise<IndexedEvent | null>,
): Promise<EarlierIncident | null> {
  const entry = await entryOf(eventId);
  const workflowId = entry?.workflowId ?? bySubject;
  const { closedAt, severity, verdict } = entry ?? {};
  // What the entry says holds for that event; under the same id Temporal may have a later incident.
  if (closedAt !== undefined && severity && verdict) {
    return { eventId, workflowId, state: 'closed', closedAt, severity, verdict };
  }
  const running = await describe(client, workflowId);
  if (running) return { eventId, workflowId, ...running };
  return closedAt === undefined ? null : { eventId, workflowId, state: 'closed', closedAt };
}

async function describe(
  client: Client,
  workflowId: string,
): Promise<Omit<EarlierIncident, 'eventId' | 'workflowId'> | null> {
  try {
    const handle = listing(client).getHandle(workflowId);
    return standing(await client.withDeadline(Date.now() + patience, () => handle.describe()));
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);
const [severityKey, verdictKey] = [keyword('IncidentSeverity'), keyword('IncidentVerdict')];

function standing({ status, closeTime, typedSearchAttributes: attributes }: WorkflowExecutionDescription) {
  const severity = attributes.get(severityKey);
  const verdict = attributes.get(verdictKey);
  const state = status.name === 'RUNNING' ? 'open' : status.name === 'COMPLETED' ? 'closed' : 'broken off';
  return {
    state,
    ...(closeTime ? { closedAt: closeTime.toISOString() } : {}),
    ...(isSeverity(severity) ? { severity } : {}),
    ...(isVerdict(verdict) ? { verdict } : {}),
  } as const;
}

/** An index that cannot be read hides no incident that Temporal knows, and is said once. */
function indexReading(readIndex: ReadIndex | null) {
  const gaps: Gap[] = [];
  if (!readIndex) gaps.push({ what: archive, why: 'not configured: evidence.readRole is not set' });
  const entryOf = async (eventId: string): Promise<IndexedEvent | null> => {
    try {
      const content = (await readIndex?.(eventIndexKey(eventId))) ?? null;
      return content === null ? null : readable(readIndexedEvent(content));
    } catch (error) {
      const why = whyUnread(error);
      if (!gaps.some((gap) => gap.why === why)) gaps.push({ what: archive, why });
      return null;
    }
  };
  return { gaps, entryOf };
}

const longestId = 1_000;

/** Null: no time, or no id of a workflow, and nothing that should travel through a history. */
const readable = (entry: IndexedEvent | null): IndexedEvent | null =>
  entry && !Number.isNaN(Date.parse(entry.closedAt)) && entry.workflowId.length <= longestId
    ? { ...entry, closedAt: new Date(entry.closedAt).toISOString() }
    : null;

function whyUnread(error: unknown): string {
  const name = error instanceof Error ? error.name : 'unreadable';
  return name === 'AccessDenied'
    ? 'AccessDenied, which S3 says of an entry that does not exist, too, to whoever may not list the bucket'
    : name;
}

const asJson = (list: object[]) => JSON.parse(JSON.stringify(list)) as [];

/** That there is no evidence of an answer makes it no less an answer. */
async function stored(
  keep: KeepEvidence,
  incidentKey: string,
  content: Parameters<KeepEvidence>[0]['content'],
): Promise<Kept> {
  try {
    return { evidence: [await keep({ incidentKey, name: 'earlier-incidents', content })] };
  } catch (error) {
    return { notKept: error instanceof Error ? error.name : 'the store failed' };
  }
}
