import { holdsAny, startSource, type Answer, type Asked, type SourceDouble } from './server.ts';

export interface Ticket {
  key: string;
  summary: string;
  description: string;
  /** Searched, and not among the fields that are asked for. */
  comment?: string;
  reporter: { accountId: string; displayName: string };
  status: string;
  resolution?: string;
  created: string;
  updated?: string;
}
export interface Page {
  id: string;
  title: string;
  excerpt: string;
  author: { accountId: string; displayName: string };
  created: string;
  lastModified?: string;
}
export interface AtlassianDouble extends SourceDouble {
  tickets: Ticket[];
  pages: Page[];
}

/** Of Jira Cloud's REST API v3 the search by JQL and one issue, of Confluence Cloud the search by CQL. */
export async function startAtlassian({ email, token }: { email: string; token: string }): Promise<AtlassianDouble> {
  const authorization = `Basic ${Buffer.from(`${email}:${token}`).toString('base64')}`;
  const double = await startSource((asked) => answerTo(asked));
  const held = { tickets: [] as Ticket[], pages: [] as Page[] };

  function answerTo({ method, path, search, headers, body }: Asked): Answer {
    if (headers.authorization !== authorization) return { status: 401, body: { errorMessages: ['Unauthorized'] } };
    const [, key] = /^\/rest\/api\/3\/issue\/([^/]+)$/.exec(path) ?? [];
    if (key !== undefined) return issue(key);
    if (method === 'POST' && path === '/rest/api/3/search/jql') return byJql(JSON.parse(body) as JqlSearch);
    if (path === '/wiki/rest/api/search') return byCql(search.get('cql') ?? '');
    return { status: 404, body: { errorMessages: [] } };
  }
  const issue = (key: string): Answer => {
    const found = held.tickets.find((ticket) => ticket.key === key);
    const errorMessages = ['Issue does not exist or you do not have permission to see it.'];
    return found ? { status: 200, body: wireTicket(found) } : { status: 404, body: { errorMessages, errors: {} } };
  };
  const byJql = ({ jql, fields, maxResults = 50 }: JqlSearch): Answer => {
    // As of 2025 an unbounded query is refused, and without `fields` there are ids only.
    if (!/[~=<>]/.test(jql))
      return { status: 400, body: { errorMessages: ['Unbounded JQL queries are not allowed here.'] } };
    const [, person] = /reporter = "([^"]+)"/.exec(jql) ?? [];
    const texts = [...jql.matchAll(/text ~ "\\"((?:\\\\|[^"\\])+)\\""/g)].map(([, phrase = '']) =>
      phrase.toLowerCase(),
    );
    const issues = held.tickets
      .filter(({ reporter }) => person === undefined || reporter.accountId === person)
      .filter(
        ({ summary, description, comment = '' }) =>
          texts.length === 0 || holdsAny(`${summary} ${description} ${comment}`, texts),
      )
      .map((ticket) => (fields ? wireTicket(ticket) : { id: ticket.key.replace(/\D/g, '') }));
    const more = issues.length > maxResults;
    return {
      status: 200,
      body: { issues: issues.slice(0, maxResults), ...(more ? { nextPageToken: 'next' } : { isLast: true }) },
    };
  };
  const byCql = (cql: string): Answer => {
    const [, person] = /contributor = "([^"]+)"/.exec(cql) ?? [];
    const [, phrase = ''] = /text ~ "\\"([^"\\]+)\\""/.exec(cql) ?? [];
    const results = held.pages
      .filter(({ author }) => person === undefined || author.accountId === person)
      .filter(({ title, excerpt }) => holdsAny(`${title} ${excerpt}`, [phrase.toLowerCase()]))
      .map((page) => wirePage(page, phrase));
    return {
      status: 200,
      body: {
        results,
        start: 0,
        limit: 20,
        size: results.length,
        totalSize: results.length,
        cqlQuery: cql,
        searchDuration: 7,
        _links: { base: `${double.url}/wiki`, context: '/wiki', self: `${double.url}/wiki/rest/api/search` },
      },
    };
  };
  return Object.assign(double, held);
}

interface JqlSearch {
  jql: string;
  fields?: string[];
  maxResults?: number;
}

const user = ({ accountId, displayName }: Ticket['reporter']) => ({
  accountId,
  displayName,
  accountType: 'atlassian',
  active: true,
  timeZone: 'Europe/Berlin',
});

const wireTicket = ({
  key,
  summary,
  description,
  reporter,
  status,
  resolution,
  created,
  updated,
}: Ticket): unknown => ({
  id: key.replace(/\D/g, ''),
  key,
  self: `https://acme.atlassian.net/rest/api/3/issue/${key}`,
  fields: {
    summary,
    description: {
      type: 'doc',
      version: 1,
      content: [{ type: 'paragraph', content: [{ type: 'text', text: description }] }],
    },
    status: { name: status, id: '3', statusCategory: { id: 3, key: 'done', name: 'Done' } },
    resolution: resolution === undefined ? null : { name: resolution, id: '1' },
    creator: user(reporter),
    reporter: user(reporter),
    assignee: null,
    created,
    updated: updated ?? created,
  },
});

const wirePage = ({ id, title, excerpt, author, created, lastModified }: Page, phrase: string): unknown => ({
  content: {
    id,
    type: 'page',
    status: 'current',
    title,
    history: { latest: true, createdBy: { type: 'known', ...author }, createdDate: created },
  },
  title,
  excerpt: excerpt.replaceAll(phrase, `@@@hl@@@${phrase}@@@endhl@@@`),
  url: `/spaces/OPS/pages/${id}/${encodeURIComponent(title)}`,
  resultGlobalContainer: { title: 'Operations', displayUrl: '/spaces/OPS' },
  breadcrumbs: [],
  entityType: 'content',
  iconCssClass: 'aui-icon content-type-page',
  lastModified: lastModified ?? created,
  friendlyLastModified: 'some time ago',
  score: 0,
});
