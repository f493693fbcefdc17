import { member, text } from '../../src/domain/cloudtrail/fields.ts';
import { resultsIn } from '../sources/answers.ts';
import { atlassianClient, type AtlassianSettings } from '../sources/atlassian.ts';
import { notConnected } from '../sources/failures.ts';
import { gather, type Search } from '../sources/gather.ts';
import { whole, type Found } from '../sources/mention.ts';
import { actorIn, perSearch, type SourceContext } from '../sources/settings.ts';
import type { ConfluenceNotify } from './contract.ts';

/** Confluence Cloud, by `/wiki/rest/api/search`. */
export function confluenceNotify(settings: AtlassianSettings | null, context: SourceContext): ConfluenceNotify {
  if (!settings) return { searchConfluence: notConnected('sources.confluence') };
  // As for Jira.
  const library = import('confluence.js/v1');
  const client = atlassianClient(settings, 'Confluence', 'sources.confluence.token');
  const site = settings.url.replace(/\/+$/, '');

  /** One word at a time: the answer shows an excerpt, not everything that it matched. */
  const search = (word: string, from: string, handle: string | null): Search => {
    const cql =
      `type in (page, blogpost, comment) AND text ~ "\\"${word}\\"" ` +
      `${handle === null ? '' : `AND contributor = "${handle}" `}AND lastmodified >= "${dayBefore(from)}"`;
    return {
      query: cql,
      run: async () => {
        const parameters = { cql, limit: perSearch, expand: ['content.history'] };
        const { searchByCQL } = await library;
        const answer: unknown = await searchByCQL(client, parameters);
        const listed = resultsIn(answer, 'Confluence', 'results');
        return {
          answer,
          found: listed.map((result) => ({ ...page(result, site, handle), searched: [word] })),
          more: text(member(answer, '_links', 'next')) !== undefined,
        };
      },
    };
  };

  return {
    async searchConfluence(question) {
      const actor = await actorIn(context, question.principal, 'jira');
      const handle = actor?.handle ?? null;
      const { names, tickets, words, from } = question;
      const searches = [
        ...[...names, ...tickets].map((word) => search(word, from, null)),
        ...(handle === null ? [] : words.map((word) => search(word, from, handle))),
      ];
      return gather('confluence', question, { person: actor?.person ?? null, searches, keep: context.keep });
    },
  };
}

/** CQL reads dates in the time zone of the token's user. */
const dayBefore = (from: string): string => new Date(Date.parse(from) - 86_400_000).toISOString().slice(0, 10);

/** Confluence marks what it found with `@@@hl@@@` and `@@@endhl@@@`. */
const unmarked = (excerpt: string): string => excerpt.replaceAll(/@@@(end)?hl@@@/g, '');

function page(result: unknown, site: string, handle: string | null): Found {
  const history = (...path: string[]) => text(member(result, 'content', 'history', ...path));
  const path = text(member(result, 'url')) ?? '';
  return {
    title: unmarked(text(member(result, 'title')) ?? path),
    url: `${site}/wiki${path.startsWith('/') ? path : `/${path}`}`,
    author: history('createdBy', 'displayName'),
    byActor: handle !== null && history('createdBy', 'accountId') === handle,
    time: history('createdDate'),
    changed: text(member(result, 'lastModified')),
    text: unmarked(whole(member(result, 'excerpt'))),
  };
}
