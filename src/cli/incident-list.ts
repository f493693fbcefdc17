import type { Client } from '@temporalio/client';
import { searchAttributes } from '../../workflows/messages.ts';
import { plainText } from '../domain/escape.ts';
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
}

/** Newest first; all of it from search attributes, so that no worker is needed. */
export async function listIncidents(client: Client, options: ListOptions): Promise<ListedIncident[]> {
  const query = [
    'Playbook IS NOT NULL',
    ...(options.open ? [`ExecutionStatus = 'Running'`] : []),
    ...(options.closed ? [`ExecutionStatus != 'Running'`] : []),
    ...(options.awaiting ? ['AwaitingApproval = true'] : []),
    ...(options.severity === undefined ? [] : [`IncidentSeverity = '${options.severity}'`]),
  ].join(' AND ');
  const found: ListedIncident[] = [];
  for await (const run of client.workflow.list({ query, pageSize: Math.min(options.limit, 200) })) {
    const attributes = run.typedSearchAttributes;
    found.push({
      incidentKey: attributes.get(searchAttributes.incidentKey) ?? '',
      workflowId: run.workflowId,
      status: run.status.name,
      phase: attributes.get(searchAttributes.phase) ?? null,
      severity: attributes.get(searchAttributes.severity) ?? null,
      verdict: attributes.get(searchAttributes.verdict) ?? null,
      awaitingApproval: attributes.get(searchAttributes.awaitingApproval) ?? false,
      accountId: attributes.get(searchAttributes.accountId) ?? null,
      region: attributes.get(searchAttributes.region) ?? null,
      startedAt: run.startTime.toISOString(),
    });
    if (found.length >= options.limit) break;
  }
  return found.sort((a, b) => b.startedAt.localeCompare(a.startedAt));
}

export function listText(incidents: ListedIncident[]): string {
  if (incidents.length === 0) return 'no incidents\n';
  const heading = ['INCIDENT', 'STATUS', 'PHASE', 'SEVERITY', 'VERDICT', 'ACCOUNT', 'REGION', 'WAITS', 'OPENED'];
  const rows = incidents.map((incident) => [
    incident.incidentKey,
    incident.status.toLowerCase(),
    incident.phase ?? '-',
    incident.severity ?? '-',
    incident.verdict ?? '-',
    incident.accountId ?? '-',
    incident.region ?? '-',
    incident.awaitingApproval ? 'approval' : '-',
    incident.startedAt.slice(0, 19) + 'Z',
  ]);
  return table([heading, ...rows].map((row) => row.map(plainText)));
}
