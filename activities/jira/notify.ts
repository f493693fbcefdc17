import { member, text } from '../../src/domain/cloudtrail/fields.ts';
import type { SourceQuestion } from '../../src/domain/findings/sources.ts';
import { resultsIn } from '../sources/answers.ts';
import { atlassianClient, type AtlassianSettings } from '../sources/atlassian.ts';
import { notConnected, refused } from '../sources/failures.ts';
import { gather, type Search } from '../sources/gather.ts';
import type { Found } from '../sources/mention.ts';
import { actorIn, perSearch, type SourceContext } from '../sources/settings.ts';
import type { JiraNotify } from './contract.ts';
import { documentText } from './document-text.ts';

const fields = [
  'summary',
  'description',
  'status',
  'resolution',
  'creator',
  'reporter',
  'assignee',
  'created',
  'updated',
];

/** Jira Cloud, by its search of 2025 (`/rest/api/3/search/jql`): the one before is gone. */
export function jiraNotify(settings: AtlassianSettings | null, context: SourceContext): JiraNotify {
  if (!settings) return { searchJira: notConnected('sources.jira') };
  // Loaded where it is needed: it takes seconds and some 80 MB.
  const library = import('jira.js/cloud');
  const client = atlassianClient(settings, 'Jira', 'sources.jira.token');
  const site = settings.url.replace(/\/+$/, '');

  const search = (jql: string, foundBy: string[], handle: string | null): Search => ({
    query: jql,
    run: async () => {
      const parameters = { jql, fields, maxResults: perSearch };
      const { searchAndReconsileIssuesUsingJqlPost } = await library;
      const answer: unknown = await searchAndReconsileIssuesUsingJqlPost(client, parameters);
      const listed = resultsIn(answer, 'Jira', 'issues');
      return {
        answer,
        found: listed
          .map((issue) => ticket(issue, site, handle))
          .filter((found) => found !== null)
          .map((found) => ({ ...found, foundBy })),
        more: member(answer, 'nextPageToken') !== undefined,
      };
    },
  });
  /** By its key: JQL refuses a key that does not exist, and with it the whole question. */
  const look = (key: string, handle: string | null): Search => ({
    query: `ticket ${key} of the instance's tags`,
    run: async () => {
      const { getIssue } = await library;
      const answer: unknown = await getIssue(client, { issueIdOrKey: key, fields });
      const found = ticket(answer, site, handle);
      if (!found) throw refused(`Jira answered without the ticket ${key}`);
      return { answer, found: [{ ...found, searched: [key] }], more: false };
    },
  });

  return {
    async searchJira(question) {
      const actor = await actorIn(context, question.principal, 'jira');
      const handle = actor?.handle ?? null;
      const searches = [
        ...question.tickets.map((key) => look(key, handle)),
        ...queriesFor(question, handle).map(({ jql, foundBy }) => search(jql, foundBy, handle)),
      ];
      return gather('jira', question, { person: actor?.person ?? null, searches, keep: context.keep });
    },
  };
}

const anyOf = (words: string[]): string => words.map((word) => `text ~ "\\"${word}\\""`).join(' OR ');

/** Jira reads times in the time zone of the token's user: whole days, and one more of them. */
function queriesFor(
  { names, words, from }: SourceQuestion,
  handle: string | null,
): { jql: string; foundBy: string[] }[] {
  const day = new Date(Date.parse(from) - 86_400_000).toISOString().slice(0, 10);
  const since = `AND updated >= "${day}" ORDER BY updated DESC`;
  return [
    ...(names.length === 0 ? [] : [{ jql: `(${anyOf(names)}) ${since}`, foundBy: names }]),
    ...(handle === null || words.length === 0
      ? []
      : [
          {
            jql: `(reporter = "${handle}" OR assignee = "${handle}") AND (${anyOf(words)}) ${since}`,
            foundBy: [],
          },
        ]),
  ];
}

function ticket(issue: unknown, site: string, handle: string | null): Found | null {
  const key = text(member(issue, 'key'));
  if (key === undefined || !/^[A-Z][A-Z0-9_]{1,20}-\d{1,10}$/.test(key)) return null;
  const field = (...path: string[]) => text(member(issue, 'fields', ...path));
  const writer = field('reporter', 'accountId') ?? field('creator', 'accountId');
  return {
    title: `${key} ${field('summary') ?? ''}`.trim(),
    url: `${site}/browse/${key}`,
    author: field('reporter', 'displayName') ?? field('creator', 'displayName'),
    byActor: handle !== null && writer === handle,
    time: field('created'),
    changed: field('updated'),
    states: [field('status', 'name'), field('resolution', 'name')],
    text: documentText(member(issue, 'fields', 'description')),
  };
}
