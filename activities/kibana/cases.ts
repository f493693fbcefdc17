import { isFields, member, text } from '../../src/domain/cloudtrail/fields.ts';
import type { FoundAlert } from './alerts.ts';
import { refused, type KibanaCall } from './client.ts';
import type { DetectorNews } from './contract.ts';

/** The solution that a case belongs to; its alerts can be attached. */
const owner = 'securitySolution';

/**
 * Keeps the incident's case: made once, found again by the incident's key among its tags, closed with the verdict. Every
 * step looks at what is there, so all of it can be repeated.
 */
export async function keepCase(
  kibana: KibanaCall,
  news: DetectorNews,
  alerts: FoundAlert[],
  texts: { note: string; tags: string[] },
): Promise<void> {
  const id = (await findCase(kibana, news.incidentKey)) ?? (await openCase(kibana, news, texts));
  await attachAlerts(kibana, id, alerts);
  if (news.state === 'closed') await closeCase(kibana, id, news.severity, texts);
}

async function findCase(kibana: KibanaCall, incidentKey: string): Promise<string | undefined> {
  const query = new URLSearchParams({
    owner,
    tags: incidentKey,
    perPage: '1',
    sortField: 'createdAt',
    sortOrder: 'asc',
  });
  const cases = member(await kibana('looking for the case', 'GET', `/api/cases/_find?${query.toString()}`), 'cases');
  return Array.isArray(cases) ? text(member(cases[0], 'id')) : undefined;
}

async function openCase(
  kibana: KibanaCall,
  { incidentKey, title }: DetectorNews,
  { note }: { note: string },
): Promise<string> {
  const made = await kibana('opening a case', 'POST', '/api/cases', {
    title: `${incidentKey}: ${title}`,
    description: note,
    tags: [incidentKey],
    owner,
    connector: { id: 'none', name: 'none', type: '.none', fields: null },
    // We set the status of the alerts ourselves; Kibana must not set it from the case's.
    settings: { syncAlerts: false },
  });
  const id = text(member(made, 'id'));
  if (id === undefined) throw refused('opening a case: Kibana answered without its id');
  return id;
}

async function attachAlerts(kibana: KibanaCall, caseId: string, alerts: FoundAlert[]): Promise<void> {
  const path = `/api/cases/${encodeURIComponent(caseId)}`;
  const answer = await kibana("reading the case's alerts", 'GET', `${path}/alerts`);
  const attached = new Set((Array.isArray(answer) ? answer : []).map((alert) => text(member(alert, 'id'))));
  const groups = Map.groupBy(
    alerts.filter(({ alertId }) => !attached.has(alertId)),
    ({ rule }) => rule.id,
  );
  for (const [, group] of groups) {
    await kibana('attaching alerts to the case', 'POST', `${path}/comments`, {
      type: 'alert',
      alertId: group.map(({ alertId }) => alertId),
      index: group.map(({ index }) => index),
      rule: group[0]?.rule,
      owner,
    });
  }
}

/** One change under the version that was read: what a person changes at the same time is not overwritten. */
async function closeCase(
  kibana: KibanaCall,
  id: string,
  severity: string | null,
  { note, tags }: { note: string; tags: string[] },
): Promise<void> {
  const found = await kibana('reading the case', 'GET', `/api/cases/${encodeURIComponent(id)}`);
  if (!isFields(found)) throw refused('reading the case: Kibana answered without it');
  const had = Array.isArray(found.tags) ? found.tags.map(String) : [];
  const description = typeof found.description === 'string' ? found.description : '';
  const changes = {
    ...(found.status === 'closed' ? {} : { status: 'closed' }),
    ...(severity === null || severity === found.severity ? {} : { severity }),
    ...(tags.every((tag) => had.includes(tag)) ? {} : { tags: [...new Set([...had, ...tags])] }),
    ...(description.includes(note) ? {} : { description: `${description}\n\n${note}` }),
  };
  // Kibana refuses a change that changes nothing.
  if (Object.keys(changes).length === 0) return;
  await kibana('closing the case', 'PATCH', '/api/cases', { cases: [{ id, version: found.version, ...changes }] });
}
