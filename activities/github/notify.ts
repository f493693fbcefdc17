import { Octokit } from '@octokit/rest';
import { TemporalFailure } from '@temporalio/common';
import { fieldsOf, member, text } from '../../src/domain/cloudtrail/fields.ts';
import type { SourceQuestion } from '../../src/domain/findings/sources.ts';
import { resultsIn } from '../sources/answers.ts';
import { notConnected } from '../sources/failures.ts';
import { gather, type Search, type SearchResult } from '../sources/gather.ts';
import { guardedFetch } from '../sources/guarded-fetch.ts';
import { whole, type Found } from '../sources/mention.ts';
import { actorIn, perSearch, type SourceContext } from '../sources/settings.ts';
import type { GithubNotify } from './contract.ts';

export interface GithubSettings {
  /** Of the API: https://api.github.com, or /api/v3 of an Enterprise server. */
  url: string;
  token: string;
  /** Whose repositories are searched. */
  organisation: string;
}

/** Code search allows ten requests in a minute, all incidents together. */
const mostCodeSearches = 3;

export function githubNotify(settings: GithubSettings | null, context: SourceContext): GithubNotify {
  if (!settings) return { searchGithub: notConnected('sources.github') };
  const octokit = githubClient(settings);
  return {
    async searchGithub(question) {
      const actor = await actorIn(context, question.principal, 'github');
      const handle = actor?.handle ?? null;
      const searches = searchesFor(octokit, settings, question, handle);
      return gather('github', question, { person: actor?.person ?? null, searches, keep: context.keep });
    },
  };
}

const silent = () => undefined;

const githubClient = ({ url, token }: GithubSettings): Octokit =>
  new Octokit({
    auth: token,
    baseUrl: url.replace(/\/+$/, ''),
    userAgent: 'temporal-soar',
    request: { fetch: guardedFetch({ name: 'GitHub', url, keyAt: 'sources.github.token' }) },
    // Its lines hold queries.
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });

function searchesFor(
  octokit: Octokit,
  { organisation }: GithubSettings,
  { names, tickets, from }: SourceQuestion,
  handle: string | null,
): Search[] {
  const pulls = (terms: string, ...foundBy: string[]): Search => {
    const query = `is:pr user:${organisation} ${terms} updated:>=${from.slice(0, 19)}Z`;
    const search = () =>
      octokit.rest.search.issuesAndPullRequests({ q: query, sort: 'updated', order: 'desc', per_page: perSearch });
    return { query, run: () => asked(search, (item) => pullRequest(item, handle, foundBy)) };
  };
  const code = (name: string): Search => {
    const query = `user:${organisation} "${name}"`;
    const search = () =>
      octokit.rest.search.code({ q: query, per_page: perSearch, mediaType: { format: 'text-match' } });
    return { query: `code ${query}`, run: () => asked(search, (item) => file(item, name)) };
  };
  return [
    ...(handle === null ? [] : [pulls(`author:${handle}`)]),
    ...[...names, ...tickets].map((name) => pulls(`"${name}"`, name)),
    ...names.slice(0, mostCodeSearches).map(code),
  ];
}

async function asked(
  search: () => Promise<{ data: unknown }>,
  read: (item: unknown) => Found | null,
): Promise<SearchResult> {
  const { data } = await search().catch((error: unknown) => {
    // The client wraps what our fetch threw.
    const { cause } = error as Error;
    throw cause instanceof TemporalFailure ? cause : error;
  });
  const listed = resultsIn(data, 'GitHub', 'items');
  return {
    answer: data,
    found: listed.map(read).filter((found) => found !== null),
    more: Number(member(data, 'total_count') ?? 0) > listed.length || member(data, 'incomplete_results') === true,
  };
}

function pullRequest(item: unknown, handle: string | null, foundBy: string[]): Found | null {
  const url = text(member(item, 'html_url'));
  if (url === undefined) return null;
  const author = text(member(item, 'user', 'login'));
  const merged = text(member(item, 'pull_request', 'merged_at')) !== undefined;
  return {
    title: text(member(item, 'title')) ?? url,
    url,
    author,
    byActor: handle !== null && author?.toLowerCase() === handle.toLowerCase(),
    time: text(member(item, 'created_at')),
    changed: text(member(item, 'updated_at')),
    states: [merged ? 'merged' : text(member(item, 'state'))],
    text: whole(member(item, 'body')),
    foundBy,
  };
}

/** GitHub does not say when a line of code was written. */
function file(item: unknown, name: string): Found | null {
  const url = text(member(item, 'html_url'));
  if (url === undefined) return null;
  const matches = fieldsOf(item)?.text_matches;
  const fragments = (Array.isArray(matches) ? matches : []).map((match) => whole(member(match, 'fragment')));
  const path = [text(member(item, 'repository', 'full_name')), text(member(item, 'path'))];
  return {
    title: path.filter((part) => part !== undefined).join('/'),
    url,
    byActor: false,
    text: fragments.join(' '),
    searched: [name],
  };
}
