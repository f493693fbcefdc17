import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { askSlack } from '../../../src/cli/doctor/ask-slack.ts';
import type { SlackLab } from '../../../src/lab/slack/slack-lab.ts';
import { leastConfig, parse } from '../config/configuration.ts';
import { aSlackLab, incidents } from '../../support/slack.ts';

const botToken = 'xoxb-of-these-tests';
const archived = 'C0OLD00001';
const withoutApp = 'C0PRIVATE1';
let lab: SlackLab;
beforeAll(async () => void (lab = await aSlackLab({ botToken })));
afterAll(() => lab.stop());
beforeEach(() => {
  vi.stubEnv('TEST_SOAR_SLACK', botToken);
  vi.stubEnv('TEST_SOAR_CODES', 'a code secret of these tests');
});
afterEach(() => vi.unstubAllEnvs());

async function looked(slack: object, more: object = {}): Promise<Record<string, string>> {
  const config = parse({
    ...leastConfig(),
    slack: { botToken: 'env:TEST_SOAR_SLACK', signingSecret: 'env:TEST_SOAR_X', apiUrl: lab.apiUrl, ...slack },
    ...more,
  });
  const checks = (await Promise.all(askSlack(config))).flat();
  return Object.fromEntries(checks.map(({ name, state, found, next }) => [name, `${state}: ${found} → ${next ?? ''}`]));
}

describe('what soar doctor says of the channel', () => {
  it('that takes posts is well, and nothing is posted to find that out', async () => {
    expect(await looked({ channel: incidents })).toEqual({
      Slack: `ok: logged in as incident-response in Lab; in channel ${incidents} → `,
    });
    expect(lab.messages(incidents)).toEqual([]);
  });

  it('that is archived, which can still be read: nothing arrives there, and how to mend it', async () => {
    const { Slack } = await looked({ channel: archived });
    expect(Slack).toMatch(
      /^failed: .*channel C0OLD00001 is archived: nothing that is told there arrives.* → unarchive it/,
    );
    expect(Slack).toContain('open incidents keep the channel that they were opened with');
  });

  it('without the app, and one that does not exist', async () => {
    expect((await looked({ channel: withoutApp })).Slack).toMatch(/^failed: .*the app is not in channel.* → invite/);
    expect((await looked({ channel: 'C0NOWHERE1' })).Slack).toMatch(
      /^failed: reading channel C0NOWHERE1: Slack answers channel_not_found; there is no such channel, or it is a private/,
    );
  });

  it('that an app of an older manifest may not look at: a warning, which says what is not known', async () => {
    lab.fault({ method: 'conversations.info', error: 'missing_scope' });
    expect((await looked({ channel: incidents })).Slack).toMatch(
      /^warning: .*whether it is archived is not known → give the app the scopes channels:read and groups:read/,
    );
  });

  it('of a notice, and of an owner where owners are told, is looked at as well', async () => {
    const notices = [{ id: 'legal', who: 'legal', phase: 'triage', detail: 'headline', channel: archived }];
    const slack = { channel: incidents, ownerChannels: { 'shop-team': withoutApp } };
    const both = await looked({ ...slack, tellOwner: true }, { notices });
    expect(both['Slack channel of slack.ownerChannels.shop-team']).toMatch(/^failed: the app is not in/);
    expect(both['Slack channel of notice legal']).toMatch(/^failed: channel C0OLD00001 is archived/);
    expect(Object.keys(await looked(slack))).toEqual(['Slack']);
  });
});
