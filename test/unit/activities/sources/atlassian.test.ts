import { inspect } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { confluenceNotify } from '../../../../activities/confluence/notify.ts';
import { jiraNotify } from '../../../../activities/jira/notify.ts';
import { sourceFailures } from '../../../../activities/sources/failures.ts';
import { aSourceQuestion, ids } from '../../../support/builders.ts';
import { startAtlassian, type AtlassianDouble } from '../../../support/sources/atlassian.ts';
import { ask, context, failureOf, kept } from './asking.ts';

const key = { email: 'soar@acme.example', token: 'ATATT-of-these-tests' };
const carol = { accountId: '5b10ac8d82e05b22cc7d4ef5', displayName: 'Carol' };
const mallory = { accountId: '5b10a2844c20165700ede21g', displayName: 'Mallory' };
let site: AtlassianDouble;

// Large, and no test's own time.
beforeAll(async () => {
  await import('jira.js/cloud');
  await import('confluence.js/v1');
}, 60_000);
beforeEach(async () => {
  kept.length = 0;
  site = await startAtlassian(key);
});
afterEach(() => site.stop());

describe('the search in Jira', () => {
  const search = (changes: Parameters<typeof aSourceQuestion>[0] = {}, settings: object = {}) =>
    ask((q) => jiraNotify({ url: site.url, ...key, ...settings }, context()).searchJira(q), aSourceQuestion(changes));
  const ticket = (changes: Partial<AtlassianDouble['tickets'][number]> = {}) => ({
    key: 'OPS-12',
    summary: 'Move the shop',
    description: `Export ${ids.instance} and move it.`,
    reporter: carol,
    status: 'Done',
    resolution: 'Declined',
    created: '2026-03-01T10:00:00.000+0100',
    ...changes,
  });

  it('finds tickets that name what was exported, with status and resolution', async () => {
    site.tickets.push(ticket());
    const answer = await search();
    expect(answer).toMatchObject({
      source: 'jira',
      person: `Mallory (${mallory.accountId})`,
      gaps: [],
      truncated: false,
    });
    expect(answer.mentions).toEqual([
      {
        source: 'jira',
        title: 'OPS-12 Move the shop',
        url: `${site.url}/browse/OPS-12`,
        author: 'Carol',
        byActor: false,
        time: '2026-03-01T09:00:00.000Z',
        changed: '2026-03-01T09:00:00.000Z',
        states: ['Done', 'Declined'],
        matched: [ids.instance, 'export'],
        excerpt: `Export ${ids.instance} and move it.`,
      },
    ]);
    expect(kept[0]?.content).toMatchObject({ answers: [{ answer: { issues: [{ key: 'OPS-12' }] } }, {}] });
  });

  it('asks in words that Jira takes, a day earlier for its time zones', async () => {
    await search({ names: [ids.instance, ids.bucket] });
    expect(site.asked.map(({ body }) => (JSON.parse(body) as { jql: string }).jql)).toEqual([
      `(text ~ "\\"${ids.instance}\\"" OR text ~ "\\"${ids.bucket}\\"") AND updated >= "2026-02-15" ORDER BY updated DESC`,
      `(reporter = "${mallory.accountId}" OR assignee = "${mallory.accountId}") AND ` +
        '(text ~ "\\"export\\"" OR text ~ "\\"migration\\"") AND updated >= "2026-02-15" ORDER BY updated DESC',
    ]);
  });

  it("looks up tickets of the instance's tags, and says which do not exist", async () => {
    site.tickets.push(ticket({ description: 'as discussed' }));
    const answer = await search({ tickets: ['OPS-12', 'OPS-13'] });
    expect(answer.mentions).toMatchObject([{ title: 'OPS-12 Move the shop', matched: ['OPS-12'] }]);
    expect(answer.gaps).toMatchObject([{ what: "search for ticket OPS-13 of the instance's tags" }]);
  });

  it("tells the person's own about exports", async () => {
    site.tickets.push(ticket({ reporter: mallory, description: 'a migration', summary: 'Move' }));
    site.tickets.push(ticket({ key: 'OPS-14', reporter: mallory, description: 'a party', summary: 'Friday' }));
    expect((await search()).mentions).toMatchObject([{ byActor: true, matched: ['migration'] }]);
  });

  it('tells a ticket that was found by what it does not show', async () => {
    site.tickets.push(ticket({ description: 'as discussed', comment: `it is ${ids.instance}` }));
    const { mentions } = await search();
    expect(mentions).toMatchObject([{ title: 'OPS-12 Move the shop', matched: [], unseen: true }]);
  });

  it('says that there is more than it read', async () => {
    for (let number = 1; number < 30; number++) site.tickets.push(ticket({ key: `OPS-${number}` }));
    expect((await search()).truncated).toBe(true);
  });

  it('does not take an answer of another kind for nothing', async () => {
    site.answers.push({ status: 200, body: { total: 0 } }, { status: 200, body: '<html>' });
    const { gaps, mentions } = await search();
    expect(mentions).toEqual([]);
    expect(gaps.map(({ why }) => why)).toEqual([
      expect.stringContaining('without a list of results'),
      expect.stringContaining('without a list of results'),
    ]);
  });

  it('does not ask again with a key that is refused, and does not repeat it', async () => {
    const failure = await failureOf(search({}, { token: 'ATATT-another-of-these-tests' }));
    expect(failure).toMatchObject({ type: sourceFailures.unauthorised, nonRetryable: true });
    expect(inspect(failure)).not.toContain('ATATT');
  });
});

describe('the search in Confluence', () => {
  const search = (changes: Parameters<typeof aSourceQuestion>[0] = {}) =>
    ask((q) => confluenceNotify({ url: site.url, ...key }, context()).searchConfluence(q), aSourceQuestion(changes));
  const page = (changes: Partial<AtlassianDouble['pages'][number]> = {}) => ({
    id: '98',
    title: 'Moving the shop',
    excerpt: `First ${ids.instance}, then the rest.`,
    author: carol,
    created: '2026-02-20T08:00:00.000Z',
    lastModified: '2026-03-02T12:00:00.000Z',
    ...changes,
  });

  it('finds pages that name what was exported, and says when they were changed', async () => {
    site.pages.push(page());
    const answer = await search();
    expect(answer).toMatchObject({ source: 'confluence', person: `Mallory (${mallory.accountId})`, gaps: [] });
    expect(answer.mentions).toEqual([
      {
        source: 'confluence',
        title: 'Moving the shop',
        url: `${site.url}/wiki/spaces/OPS/pages/98/Moving%20the%20shop`,
        author: 'Carol',
        byActor: false,
        time: '2026-02-20T08:00:00.000Z',
        changed: '2026-03-02T12:00:00.000Z',
        states: [],
        matched: [ids.instance],
        excerpt: `First ${ids.instance}, then the rest.`,
      },
    ]);
  });

  it("asks for each name, and for the person's own pages about exports", async () => {
    await search({ names: [ids.instance], tickets: ['OPS-12'] });
    const types = 'type in (page, blogpost, comment)';
    expect(site.asked.map(({ search: query }) => query.get('cql'))).toEqual([
      `${types} AND text ~ "\\"${ids.instance}\\"" AND lastmodified >= "2026-02-15"`,
      `${types} AND text ~ "\\"OPS-12\\"" AND lastmodified >= "2026-02-15"`,
      `${types} AND text ~ "\\"export\\"" AND contributor = "${mallory.accountId}" AND lastmodified >= "2026-02-15"`,
      `${types} AND text ~ "\\"migration\\"" AND contributor = "${mallory.accountId}" AND lastmodified >= "2026-02-15"`,
    ]);
    expect(site.asked[0]?.search.get('expand')).toBe('content.history');
  });
});
