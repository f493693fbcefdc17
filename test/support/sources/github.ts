import { holdsAny, phrasesIn, startSource, type Answer, type Asked, type SourceDouble } from './server.ts';

export interface PullRequest {
  number: number;
  title: string;
  body: string;
  author: string;
  createdAt: string;
  mergedAt?: string;
}
export interface CodeFile {
  path: string;
  fragment: string;
}
export interface GithubDouble extends SourceDouble {
  pulls: PullRequest[];
  files: CodeFile[];
}

const repository = 'acme/infra';

/** Issue and code search of GitHub's REST API (2022-11-28): shapes and refusals as its description has them. */
export async function startGithub(token: string): Promise<GithubDouble> {
  const double = await startSource((asked) => answerTo(asked));
  const held = { pulls: [] as PullRequest[], files: [] as CodeFile[] };

  function answerTo({ path, search, headers }: Asked): Answer {
    if (headers.authorization !== `token ${token}`) return { status: 401, body: { message: 'Bad credentials' } };
    const query = search.get('q') ?? '';
    if (path === '/search/issues')
      return /\bis:(pr|issue)\b/.test(query) ? found(pullsFor(query), search) : unprocessable;
    if (path === '/search/code') return found(codeFor(query), search);
    return { status: 404, body: { message: 'Not Found' } };
  }
  const unprocessable = { status: 422, body: { message: 'Validation Failed' } };
  const found = (items: unknown[], search: URLSearchParams): Answer => ({
    status: 200,
    body: {
      total_count: items.length,
      incomplete_results: false,
      items: items.slice(0, Number(search.get('per_page') ?? 30)),
    },
  });
  const pullsFor = (query: string): unknown[] => {
    const [, author] = /\bauthor:(\S+)/.exec(query) ?? [];
    const phrases = phrasesIn(query);
    return held.pulls
      .filter((pull) => author === undefined || pull.author === author)
      .filter(({ title, body }) => phrases.length === 0 || holdsAny(`${title} ${body}`, phrases))
      .map(wirePull);
  };
  const codeFor = (query: string): unknown[] =>
    held.files.filter(({ fragment }) => holdsAny(fragment, phrasesIn(query))).map(wireFile);
  return Object.assign(double, held);
}

const wirePull = ({ number, title, body, author, createdAt, mergedAt }: PullRequest): unknown => ({
  url: `https://api.github.com/repos/${repository}/issues/${number}`,
  repository_url: `https://api.github.com/repos/${repository}`,
  html_url: `https://github.com/${repository}/pull/${number}`,
  id: 1_000_000 + number,
  number,
  title,
  user: { login: author, id: 42, type: 'User', site_admin: false },
  labels: [],
  state: mergedAt === undefined ? 'open' : 'closed',
  locked: false,
  comments: 0,
  created_at: createdAt,
  updated_at: mergedAt ?? createdAt,
  closed_at: mergedAt ?? null,
  author_association: 'MEMBER',
  draft: false,
  pull_request: {
    url: `https://api.github.com/repos/${repository}/pulls/${number}`,
    html_url: `https://github.com/${repository}/pull/${number}`,
    merged_at: mergedAt ?? null,
  },
  body,
  score: 1,
});

const wireFile = ({ path, fragment }: CodeFile): unknown => ({
  name: path.split('/').at(-1),
  path,
  sha: 'f'.repeat(40),
  url: `https://api.github.com/repositories/1/contents/${path}`,
  html_url: `https://github.com/${repository}/blob/main/${path}`,
  repository: { id: 1, name: 'infra', full_name: repository, private: true },
  score: 1,
  text_matches: [{ object_type: 'FileContent', property: 'content', fragment, matches: [] }],
});
