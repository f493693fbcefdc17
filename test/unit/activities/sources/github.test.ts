import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { githubNotify } from '../../../../activities/github/notify.ts';
import { sourceFailures } from '../../../../activities/sources/failures.ts';
import { aSourceQuestion, ids } from '../../../support/builders.ts';
import { startGithub, type GithubDouble } from '../../../support/sources/github.ts';
import { ask, context, failureOf, kept } from './asking.ts';

const token = 'ghp_of_these_tests_and_no_other';
let github: GithubDouble;

beforeEach(async () => {
  kept.length = 0;
  github = await startGithub(token);
});
afterEach(() => github.stop());

const search = (
  changes: Parameters<typeof aSourceQuestion>[0] = {},
  settings: object = {},
  given: Parameters<typeof context>[0] = {},
) =>
  ask(
    (question) =>
      githubNotify({ url: github.url, token, organisation: 'acme', ...settings }, context(given)).searchGithub(
        question,
      ),
    aSourceQuestion(changes),
  );
const pull = (changes: Partial<GithubDouble['pulls'][number]> = {}) => ({
  number: 7,
  title: 'Export the shop',
  body: `Moves ${ids.instance} to the new cluster.`,
  author: 'carol',
  createdAt: '2026-03-01T09:00:00Z',
  ...changes,
});

describe('the search in GitHub', () => {
  it('asks for pull requests of the person, and for each name', async () => {
    await search();
    const queries = github.asked.map(({ path, search: query }) => [path, query.get('q')]);
    const since = 'updated:>=2026-02-16T10:00:00Z';
    expect(queries).toEqual([
      ['/search/issues', `is:pr user:acme author:mal ${since}`],
      ['/search/issues', `is:pr user:acme "${ids.instance}" ${since}`],
      ['/search/issues', `is:pr user:acme "${ids.task}" ${since}`],
      ['/search/issues', `is:pr user:acme "${ids.bucket}" ${since}`],
      ['/search/code', `user:acme "${ids.instance}"`],
      ['/search/code', `user:acme "${ids.task}"`],
      ['/search/code', `user:acme "${ids.bucket}"`],
    ]);
  });

  it('finds pull requests and code, each once', async () => {
    github.pulls.push(pull({ body: `${ids.instance} into ${ids.bucket}`, mergedAt: '2026-03-01T12:00:00Z' }));
    github.files.push({ path: 'exports/shop.tf', fragment: `bucket = "${ids.bucket}"` });
    const answer = await search();
    expect(answer).toMatchObject({ person: 'Mallory (mal)', truncated: false, gaps: [] });
    expect(answer.mentions).toEqual([
      {
        source: 'github',
        title: 'Export the shop',
        url: 'https://github.com/acme/infra/pull/7',
        author: 'carol',
        byActor: false,
        time: '2026-03-01T09:00:00.000Z',
        changed: '2026-03-01T12:00:00.000Z',
        states: ['merged'],
        matched: [ids.instance, ids.bucket, 'export'],
        excerpt: `${ids.instance} into ${ids.bucket}`,
      },
      {
        source: 'github',
        title: 'acme/infra/exports/shop.tf',
        url: 'https://github.com/acme/infra/blob/main/exports/shop.tf',
        byActor: false,
        states: [],
        matched: [ids.bucket, 'export'],
        excerpt: `bucket = "${ids.bucket}"`,
      },
    ]);
  });

  it("tells the person's own, and leaves out what has nothing to do with exports", async () => {
    github.pulls.push(pull({ author: 'mal', body: 'before the migration' }));
    github.pulls.push(pull({ number: 8, author: 'mal', title: 'Colours', body: 'green' }));
    const { mentions } = await search();
    expect(mentions).toMatchObject([{ byActor: true, matched: ['export', 'migration'] }]);
  });

  it('keeps every answer as it came, with its query and time', async () => {
    github.pulls.push(pull());
    const { evidence } = await search({ names: [ids.instance] });
    expect(evidence).toMatchObject({ uri: 'memory:source-github' });
    expect(kept).toHaveLength(1);
    expect(kept[0]?.content).toMatchObject({
      source: 'github',
      answers: [
        { query: expect.stringContaining('author:mal') as unknown },
        {
          query: expect.stringContaining(ids.instance) as unknown,
          at: expect.stringMatching(/^\d{4}-.*Z$/) as unknown,
          answer: { total_count: 1, items: [{ number: 7, author_association: 'MEMBER' }] },
        },
        { query: expect.stringContaining('code') as unknown },
      ],
    });
  });

  it('reads a text to its end', async () => {
    github.pulls.push(pull({ title: 'Shop', body: `${'long '.repeat(2000)}${ids.instance}` }));
    expect((await search()).mentions).toMatchObject([{ matched: [ids.instance] }]);
  });

  it('says that there is more than it read', async () => {
    for (let number = 0; number < 30; number++) github.pulls.push(pull({ number }));
    const answer = await search();
    expect(answer.truncated).toBe(true);
    expect(answer.mentions).toHaveLength(10);
  });

  it('goes on without a part that is refused, and says which', async () => {
    github.answers.push({ status: 422, body: { message: 'The listed users cannot be searched' } });
    github.pulls.push(pull());
    const answer = await search();
    expect(answer.mentions).toHaveLength(1);
    expect(answer.gaps).toEqual([
      { what: expect.stringContaining('author:mal') as unknown, why: expect.stringContaining('422') as unknown },
    ]);
  });

  it('waits as long as GitHub asks for', async () => {
    github.answers.push({ status: 403, headers: { 'retry-after': '17' } });
    expect(await failureOf(search())).toMatchObject({ type: sourceFailures.throttled, nextRetryDelay: '17 s' });
    const reset = Math.floor(Date.now() / 1000) + 40;
    github.answers.push({ status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) } });
    expect((await failureOf(search())).nextRetryDelay).toMatch(/^(3\d|40) s$/);
  });

  it('does not ask again with a token that is refused, and does not repeat it', async () => {
    const failure = await failureOf(search({}, { token: 'ghp_a_wrong_token_of_these_tests' }));
    expect(failure).toMatchObject({ type: sourceFailures.unauthorised, nonRetryable: true });
    expect(failure.message).toContain('sources.github.token');
    expect(inspect(failure)).not.toContain('ghp_');
  });

  it('finds nobody by guessing', async () => {
    const readIdentities = () => Promise.resolve([]);
    const answer = await search({ names: [ids.instance] }, {}, { readIdentities });
    expect(answer.person).toBeNull();
    expect(github.asked.some(({ search: query }) => query.get('q')?.includes('author:'))).toBe(false);
  });

  it('answers without the evidence when the store does not, and says so', async () => {
    const keep = () => Promise.reject(new Error('the bucket is away'));
    const answer = await search({}, {}, { keep });
    expect(answer).toMatchObject({ evidence: null, gaps: [{ what: 'evidence', why: 'the bucket is away' }] });
  });

  it('says that the worker has no such source', async () => {
    const failure = await failureOf(
      ask((question) => githubNotify(null, context()).searchGithub(question), aSourceQuestion()),
    );
    expect(failure).toMatchObject({
      type: sourceFailures.refused,
      message: expect.stringContaining('sources.github') as unknown,
    });
  });
});
