import { searchHttp } from '../../../activities/detection/search-http.ts';
import { findAlerts } from '../../../activities/kibana/alerts.ts';
import { kibanaClient } from '../../../activities/kibana/client.ts';
import { slack, slackClient } from '../../../activities/slack/client.ts';
import { atlassianClient } from '../../../activities/sources/atlassian.ts';
import { guardedFetch } from '../../../activities/sources/guarded-fetch.ts';
import { searchSettings } from '../../config/detection-settings.ts';
import { kibanaSettings } from '../../config/kibana-settings.ts';
import type { SoarConfig } from '../../config/load-config.ts';
import { pagerSettings } from '../../config/pager-settings.ts';
import { sourceSettings } from '../../config/source-settings.ts';
import { detectionRules } from '../../detection/rules.ts';
import { member } from '../../domain/cloudtrail/fields.ts';
import { askSlack } from './ask-slack.ts';
import { failed, ok, probe, warning, type Check, type Finding } from './check.ts';

/** Whatever the notify worker talks to, each by a call that it makes anyway and that changes nothing. */
export const askPlaces = (config: SoarConfig): Promise<Check[]>[] => [
  ...askSlack(config),
  probe('pager', { next: 'check pager.url' }, () => askPager(config)),
  probe('Kibana', { next: 'check section kibana' }, () => askKibana(config)),
  probe('GitHub', { next: 'check sources.github' }, () => askGithub(config)),
  probe('Jira', { next: 'check sources.jira' }, () => askJira(config)),
  probe('Confluence', { next: 'check sources.confluence' }, () => askConfluence(config)),
  probe("Slack's search", { next: 'check sources.slack.token' }, () => searchSlack(config)),
];

/** A name that is in no writing, for searches that only show whether they may be made. */
const noSuchThing = 'temporal-soar-doctor';

/** Its API has nothing that only reads: what a key is worth shows with a page alone. */
async function askPager(config: SoarConfig): Promise<Finding | null> {
  const settings = pagerSettings(config, '');
  if (!settings) return null;
  const { status } = await fetch(settings.url, { redirect: 'manual', signal: AbortSignal.timeout(10_000) });
  return ok(`${settings.url} answers (${status}); whether it takes the routing key shows with a page alone`);
}

async function askKibana(config: SoarConfig): Promise<Finding | null> {
  const settings = kibanaSettings(config, '');
  if (!settings) return null;
  await findAlerts(kibanaClient(settings), [{ alertId: noSuchThing, eventId: noSuchThing }]);
  return ok(`${settings.url} lets its alerts in space ${settings.space} be searched`);
}

async function askGithub(config: SoarConfig): Promise<Finding | null> {
  const { github } = sourceSettings(config);
  if (!github) return null;
  const { url, token, organisation } = github;
  const query = new URLSearchParams({ q: `user:${organisation} is:pr "${noSuchThing}"`, per_page: '1' });
  const ask = guardedFetch({ name: 'GitHub', url, keyAt: 'sources.github.token' });
  await ask(`${url.replace(/\/+$/, '')}/search/issues?${query.toString()}`, {
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `token ${token}`,
      'user-agent': 'temporal-soar',
    },
  });
  return ok(`lets pull requests of ${organisation} be searched`);
}

async function askJira(config: SoarConfig): Promise<Finding | null> {
  const { jira } = sourceSettings(config);
  if (!jira) return null;
  const body = { jql: `text ~ "\\"${noSuchThing}\\"" AND updated >= "-1d"`, maxResults: 1 };
  await atlassianClient(jira, 'Jira', 'sources.jira.token').sendRequest({
    url: '/rest/api/3/search/jql',
    method: 'POST',
    body,
  });
  return ok(`${jira.url} lets its tickets be searched`);
}

async function askConfluence(config: SoarConfig): Promise<Finding | null> {
  const { confluence } = sourceSettings(config);
  if (!confluence) return null;
  const searchParams = { cql: `type = page AND text ~ "\\"${noSuchThing}\\""`, limit: 1 };
  await atlassianClient(confluence, 'Confluence', 'sources.confluence.token').sendRequest({
    url: '/wiki/rest/api/search',
    searchParams,
  });
  return ok(`${confluence.url} lets its pages be searched`);
}

async function searchSlack(config: SoarConfig): Promise<Finding | null> {
  const settings = sourceSettings(config).slack;
  if (!settings) return null;
  const { token: botToken, ...rest } = settings;
  const query = `"${noSuchThing}"`;
  await slack('searching messages', () => slackClient({ botToken, ...rest }).search.messages({ query, count: 1 }));
  return ok('lets messages be searched');
}

/** What the detect worker searches, if it is a search engine. */
export function askSearch(config: SoarConfig): Promise<Check[]> {
  const next = 'check detection.search: address, key, and which indices it may read';
  return probe('search engine', { next }, async () => {
    const settings = searchSettings(config);
    if (!settings) return null;
    const wanted = config.detection?.rules;
    const rules = detectionRules().filter(({ id }) => wanted?.includes(id) ?? true);
    const indices = settings.indices ?? [...new Set(rules.flatMap((rule) => rule.indices))];
    const answer = await searchHttp(settings)({
      what: `searching ${indices.join(', ')}`,
      method: 'POST',
      path: `${indices.map(encodeURIComponent).join(',')}/_search?size=0&ignore_unavailable=true&allow_no_indices=true`,
      body: { query: { match_none: {} } },
    });
    const shards = Number(member(answer, '_shards', 'total') ?? 0);
    if (shards > 0) return ok(`${settings.url} lets ${indices.join(', ')} be searched`);
    return failed(`no index matches ${indices.join(', ')}, or the key may not see it`, next);
  });
}

/** The intake, as people and detectors reach it; it answers well only while it can open incidents. */
export function askGateway({ gateway, intake }: SoarConfig): Promise<Check[]> {
  const url = gateway.url ?? addressOf(intake);
  const next = `soar intake, or gateway.url: alerts come in there, and approvers log in`;
  return probe('intake', { next }, async () => {
    const response = await healthOf(url);
    const answer: unknown = await response.json().catch(() => null);
    if (response.ok && isOurs(answer)) return ok(`${url} answers, and can open incidents`);
    if (response.ok) return failed(`${url} is something else: its /healthz is not that of an intake`, next);
    const said = member(answer, 'error');
    const found = `${url} answers ${response.status}${typeof said === 'string' ? `: ${said.slice(0, 200)}` : ''}`;
    return failed(found, response.status === 503 ? 'what it says is away: it can go on once that is back' : next);
  });
}

/** Without it incidents go on, and Temporal UI shows nothing of what is encrypted. It may run where only people reach it. */
export function askCodecServer({ encryption }: SoarConfig): Promise<Check[]> {
  const next = 'soar codec-server: without it Temporal UI shows nothing of what incidents say';
  return probe('codec server', { next }, async () => {
    if (!encryption?.codecServer) return null;
    const url = addressOf(encryption.codecServer);
    try {
      const response = await healthOf(url);
      if (!response.ok) return warning(`${url} answers ${response.status}`, next);
      const ours = isOurs(await response.json().catch(() => null));
      return ours ? ok(`${url} answers`) : warning(`${url} is something else: its /healthz is not ours`, next);
    } catch (error) {
      return warning((error as Error).message, next);
    }
  });
}

/** Some servers answer every path with a page of theirs. */
const isOurs = (answer: unknown): boolean => member(answer, 'status') === 'ok';

const addressOf = ({ host, port }: { host: string; port: number }): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

async function healthOf(url: string): Promise<Response> {
  try {
    return await fetch(new URL('/healthz', url), { redirect: 'manual', signal: AbortSignal.timeout(10_000) });
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
    throw new Error(`${url} does not answer${code === undefined ? '' : ` (${code})`}`, { cause: error });
  }
}
