import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { slackFailures } from '../../../../activities/slack/client.ts';
import { slackSearchNotify } from '../../../../activities/slack-search/notify.ts';
import { sourceFailures } from '../../../../activities/sources/failures.ts';
import { aSourceQuestion, ids } from '../../../support/builders.ts';
import { startSlackSearch, type SlackSearchDouble } from '../../../support/sources/slack.ts';
import { ask, context, failureOf } from './asking.ts';

const token = 'xoxp-of-these-tests';
let slack: SlackSearchDouble;

beforeEach(async () => {
  slack = await startSlackSearch(token);
});
afterEach(() => slack.stop());

const search = (changes: Parameters<typeof aSourceQuestion>[0] = {}, settings: object = {}) =>
  ask(
    (question) => slackSearchNotify({ token, apiUrl: `${slack.url}/`, ...settings }, context()).searchSlack(question),
    aSourceQuestion(changes),
  );
const message = (changes: Partial<SlackSearchDouble['messages'][number]> = {}) => ({
  user: 'U0MALLORY1',
  username: 'mallory',
  channel: 'platform',
  text: `<!here> about to export ${ids.instance}`,
  ts: '1772355600.000200',
  ...changes,
});

describe('the search in Slack', () => {
  it('finds messages, with who wrote them where and when', async () => {
    slack.messages.push(message());
    const answer = await search();
    expect(answer).toMatchObject({ source: 'slack', person: 'Mallory (U0MALLORY1)', truncated: false, gaps: [] });
    expect(answer.mentions).toEqual([
      {
        source: 'slack',
        title: 'message in platform',
        url: 'https://acme.slack.com/archives/C0PLATFORM/p1772355600000200',
        author: 'mallory',
        byActor: true,
        time: '2026-03-01T09:00:00.000Z',
        states: [],
        matched: [ids.instance, 'export'],
        excerpt: `<!here> about to export ${ids.instance}`,
      },
    ]);
  });

  it("asks for each name, and for the person's own messages about exports", async () => {
    await search({ names: [ids.instance] });
    expect(slack.asked.map(({ body }) => new URLSearchParams(body).get('query'))).toEqual([
      `"${ids.instance}" after:2026-02-14`,
      'from:<@U0MALLORY1> "export" after:2026-02-14',
      'from:<@U0MALLORY1> "migration" after:2026-02-14',
    ]);
  });

  it('says that there is more than it read', async () => {
    for (let second = 0; second < 30; second++) slack.messages.push(message({ ts: `17723556${second + 10}.000200` }));
    expect((await search()).truncated).toBe(true);
  });

  it.each([['xoxb-a-bot-of-these-tests'], ['xoxp-somebody-else-of-these-tests']])(
    'is not tried again with a token such as %s, and says which it needs',
    async (wrong) => {
      const failure = await failureOf(search({}, { token: wrong }));
      expect(failure).toMatchObject({ type: sourceFailures.unauthorised, nonRetryable: true });
      expect(failure.message).toContain('sources.slack.token has to be of a user, with the scope search:read');
      expect(inspect(failure)).not.toContain(wrong);
    },
  );

  it('waits as long as Slack asks for, and a moment more', async () => {
    slack.answers.push({ status: 429, headers: { 'retry-after': '12' } });
    const failure = await failureOf(search());
    expect(failure.type).toBe(slackFailures.throttled);
    expect(Number(failure.nextRetryDelay)).toBeGreaterThanOrEqual(12_500);
    expect(Number(failure.nextRetryDelay)).toBeLessThanOrEqual(13_000);
  });
});
