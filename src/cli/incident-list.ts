import type { Client } from '@temporalio/client';
import { searchAttributes } from '../../workflows/messages.ts';
import { burstMemo, type ListedBurst } from '../domain/alert/correlation.ts';
import { plainText } from '../domain/escape.ts';
import { incidentFilter } from '../temporal/incident-filter.ts';
import { listing } from '../temporal/listing.ts';
import { table } from './terminal.ts';

export interface ListOptions {
  open?: boolean;
  closed?: boolean;
  awaiting?: boolean;
  severity?: string;
  limit: number;
}
export interface ListedIncident {
  incidentKey: string;
  workflowId: string;
  status: string;
  phase: string | null;
  severity: string | null;
  verdict: string | null;
  awaitingApproval: boolean;
  accountId: string | null;
  region: string | null;
  startedAt: string;
  /** Incidents of one actor within an hour, and which of them leads. */
  burst: ListedBurst | null;
}

const queryOf = (options: ListOptions): string =>
  [
    incidentFilter,
    ...(options.open ? [`ExecutionStatus = 'Running'`] : []),
    ...(options.closed ? [`ExecutionStatus != 'Running'`] : []),
    // One that was terminated asks nobody any more, and keeps the attribute.
    ...(options.awaiting ? [`AwaitingApproval = true AND ExecutionStatus = 'Running'`] : []),
    ...(options.severity === undefined ? [] : [`IncidentSeverity = '${options.severity}'`]),
  ].join(' AND ');

/** Newest first; all of it from search attributes and memo, so that no worker is needed. */
export async function listIncidents(client: Client, options: ListOptions): Promise<ListedIncident[]> {
  const query = queryOf(options);
  const found: ListedIncident[] = [];
  for await (const run of listing(client).list({ query, pageSize: Math.min(options.limit, 200) })) {
    const attributes = run.typedSearchAttributes;
    found.push({
      incidentKey: attributes.get(searchAttributes.incidentKey) ?? '',
      workflowId: run.workflowId,
      status: run.status.name,
      phase: attributes.get(searchAttributes.phase) ?? null,
      severity: attributes.get(searchAttributes.severity) ?? null,
      verdict: attributes.get(searchAttributes.verdict) ?? null,
      awaitingApproval: run.status.name === 'RUNNING' && (attributes.get(searchAttributes.awaitingApproval) ?? false),
      accountId: attributes.get(searchAttributes.accountId) ?? null,
      region: attributes.get(searchAttributes.region) ?? null,
      startedAt: run.startTime.toISOString(),
      burst: (run.memo?.[burstMemo] as ListedBurst | undefined) ?? null,
    });
    if (found.length >= options.limit) break;
  }
  return found.sort((a, b) => b.startedAt.localeCompare(a.startedAt));
}

/** Says that the list was cut, and how long it would be; null: it is whole. */
export async function whatIsLeftOut(
  client: Client,
  listed: number,
  options: ListOptions,
  mostListed: number,
): Promise<string | null> {
  if (listed < options.limit) return null;
  const { count } = await client.workflow.count(queryOf(options));
  if (count <= listed) return null;
  const more = options.limit < mostListed ? `; --limit ${Math.min(count, mostListed)} shows more` : '';
  return `${listed} of ${count} incidents${more}`;
}

export function listText(incidents: ListedIncident[], place: string): string {
  if (incidents.length === 0) return `no such incidents ${plainText(place)}\n`;
  const heading = ['INCIDENT', 'STATUS', 'PHASE', 'SEVERITY', 'VERDICT', 'ACCOUNT', 'REGION', 'WAITS', 'OPENED'];
  const rows = byBurst(incidents).map(({ incident, mark }) => [
    `${mark}${incident.incidentKey}`,
    incident.status.toLowerCase(),
    // Accepted, and it waits for its turn, or for the incident worker.
    incident.phase ?? (incident.status === 'RUNNING' ? 'not begun' : '-'),
    incident.severity ?? '-',
    incident.verdict ?? '-',
    incident.accountId ?? '-',
    incident.region ?? '-',
    incident.awaitingApproval ? 'approval' : '-',
    incident.startedAt.slice(0, 19) + 'Z',
  ]);
  const bursts = new Map(incidents.flatMap(({ burst }) => (burst ? [[burst.lead, burst.size]] : [])));
  const told = [...bursts].map(([lead, size]) => `* ${plainText(lead)} leads ${size} incidents of one actor\n`);
  return table([heading, ...rows].map((row) => row.map(plainText))) + told.join('');
}

/** Members of a burst stand beneath the newest of it, its lead first. */
function byBurst(incidents: ListedIncident[]): { incident: ListedIncident; mark: string }[] {
  const groups = new Map<string, ListedIncident[]>();
  for (const incident of incidents) {
    const group = incident.burst?.lead ?? incident.incidentKey;
    groups.set(group, [...(groups.get(group) ?? []), incident]);
  }
  return [...groups].flatMap(([lead, members]) => {
    const isLead = (incident: ListedIncident) => incident.burst !== null && incident.incidentKey === lead;
    const ordered = [...members.filter(isLead), ...members.filter((incident) => !isLead(incident))];
    return ordered.map((incident) => ({ incident, mark: isLead(incident) ? '* ' : incident.burst ? '└ ' : '' }));
  });
}
