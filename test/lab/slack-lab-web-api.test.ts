import type { KnownBlock } from '@slack/web-api';
import { afterEach, describe, expect, it } from 'vitest';
import type { SlackLab } from '../../src/lab/slack/slack-lab.ts';
import { alice, aSlackLab, bob, appToken, incidents, slackClient } from '../support/slack.ts';

let lab: SlackLab;
afterEach(() => lab.stop());

const start = async () => {
  lab = await aSlackLab();
  return slackClient(lab);
};

const text = (length: number) => 'x'.repeat(length);
const section = (length = 10): KnownBlock => ({ type: 'section', text: { type: 'mrkdwn', text: text(length) } });

/** The error's code, and what Slack says about it. */
async function refusal(call: Promise<unknown>): Promise<{ error: string; messages: string[] }> {
  try {
    await call;
  } catch (error) {
    const { data } = error as { data: { error: string; response_metadata?: { messages?: string[] } } };
    return { error: data.error, messages: data.response_metadata?.messages ?? [] };
  }
  throw new Error('it was not refused');
}

describe('the Slack lab answers like the Web API and', () => {
  it('says who the app is', async () => {
    const slack = await start();
    expect(await slack.auth.test()).toMatchObject({ ok: true, user: 'incident-response', team: 'Lab' });
  });

  it('knows its tokens: none, a foreign one and one of the wrong kind are refused', async () => {
    await start();
    expect((await refusal(slackClient(lab, 'xoxb-foreign').auth.test())).error).toBe('invalid_auth');
    expect((await refusal(slackClient(lab, appToken).auth.test())).error).toBe('not_allowed_token_type');
    expect((await refusal(slackClient(lab).apps.connections.open({}))).error).toBe('not_allowed_token_type');
    const without = await fetch(`${lab.apiUrl}auth.test`, { method: 'POST' });
    expect(await without.json()).toEqual({ ok: false, error: 'not_authed' });
  });

  it('posts, changes and threads messages, and gives metadata back only when asked', async () => {
    const slack = await start();
    const metadata = { event_type: 'incident', event_payload: { key: 'one' } };
    const { ts } = await slack.chat.postMessage({ channel: incidents, text: 'first', blocks: [section()], metadata });
    await slack.chat.postMessage({ channel: incidents, text: 'a reply', thread_ts: ts!, metadata });
    const later = await slack.chat.postMessage({ channel: incidents, text: 'second' });

    const history = await slack.conversations.history({ channel: incidents, include_all_metadata: true });
    expect(
      history.messages?.map((message) => [message.text, message.reply_count, message.metadata?.event_type]),
    ).toEqual([
      ['second', undefined, undefined],
      ['first', 1, 'incident'],
    ]);
    const replies = await slack.conversations.replies({ channel: incidents, ts: ts! });
    expect(replies.messages?.map((message) => [message.text, message.metadata])).toEqual([
      ['first', undefined],
      ['a reply', undefined],
    ]);
    const newer = await slack.conversations.history({ channel: incidents, oldest: ts!, limit: 1 });
    expect(newer.messages?.map((message) => message.ts)).toEqual([later.ts]);
  });

  it('takes blocks away from a message that is updated with text alone, and keeps its metadata', async () => {
    const slack = await start();
    const metadata = { event_type: 'incident', event_payload: {} };
    const { ts } = await slack.chat.postMessage({ channel: incidents, text: 'first', blocks: [section()], metadata });
    await slack.chat.update({ channel: incidents, ts: ts!, text: 'changed' });
    expect(lab.messages(incidents)).toMatchObject([{ ts, text: 'changed', metadata }]);
    expect(lab.messages(incidents)[0]).not.toHaveProperty('blocks');
  });

  it('refuses what it cannot find', async () => {
    const slack = await start();
    const post = (channel: string, thread_ts?: string) =>
      refusal(slack.chat.postMessage({ channel, text: 'hello', ...(thread_ts && { thread_ts }) }));
    expect((await post('C0UNKNOWN1')).error).toBe('channel_not_found');
    expect((await post('C0PRIVATE1')).error).toBe('not_in_channel');
    expect((await post('C0OLD00001')).error).toBe('is_archived');
    expect((await post(incidents, '1.000001')).error).toBe('thread_not_found');
    const update = slack.chat.update({ channel: incidents, ts: '1.000001', text: 'hello' });
    expect((await refusal(update)).error).toBe('message_not_found');
    expect((await refusal(slack.users.info({ user: 'U0NOBODY01' }))).error).toBe('user_not_found');
    const group = slack.usergroups.users.list({ usergroup: 'S0UNKNOWN1' });
    expect((await refusal(group)).error).toBe('no_such_subteam');
    expect((await refusal(slack.apiCall('chat.invented'))).error).toBe('unknown_method');
  });

  it('shows an ephemeral message to one person, and a direct message in their own conversation', async () => {
    const slack = await start();
    await slack.chat.postEphemeral({ channel: incidents, user: alice, text: 'for you' });
    const { channel } = await slack.conversations.open({ users: bob });
    await slack.chat.postMessage({ channel: channel!.id!, text: 'hello bob' });
    expect(lab.ephemeral(alice).map((message) => message.text)).toEqual(['for you']);
    expect(lab.ephemeral(bob)).toEqual([]);
    expect(lab.messages(incidents)).toEqual([]);
    expect(lab.dms(bob).map((message) => message.text)).toEqual(['hello bob']);
    expect(lab.dms(alice)).toEqual([]);
  });

  it('names people and groups', async () => {
    const slack = await start();
    expect(await slack.users.info({ user: alice })).toMatchObject({ user: { name: 'alice', deleted: false } });
    expect(await slack.users.info({ user: 'U0CAROL001' })).toMatchObject({ user: { deleted: true } });
    expect((await slack.usergroups.users.list({ usergroup: 'S0ONCALL01' })).users).toEqual([alice, bob]);
  });
});

describe('the Slack lab refuses blocks that Slack would refuse:', () => {
  const button = (changes: object) => ({
    type: 'actions',
    elements: [{ type: 'button', text: { type: 'plain_text', text: 'Approve' }, action_id: 'approve', ...changes }],
  });
  const input = (changes: object) => ({
    type: 'section',
    text: { type: 'mrkdwn', text: 'which?' },
    accessory: { type: 'checkboxes', options: [{ text: { type: 'plain_text', text: 'one' }, value: '1' }], ...changes },
  });
  const cases: [string, unknown, string][] = [
    [
      'more than 50',
      Array.from({ length: 51 }, () => ({ type: 'divider' })),
      'no more than 50 items allowed [json-pointer:/blocks]',
    ],
    ['a type that does not exist', [{ type: 'sektion' }], 'unsupported type [json-pointer:/blocks/0/type]'],
    ['a long section', [section(3001)], 'must be less than 3001 characters [json-pointer:/blocks/0/text/text]'],
    ['an empty section', [{ type: 'section' }], 'must define either `text` or `fields` [json-pointer:/blocks/0]'],
    ['an empty text', [section(0)], 'must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
    [
      'a long header',
      [{ type: 'header', text: { type: 'plain_text', text: text(151) } }],
      'must be less than 151 characters [json-pointer:/blocks/0/text/text]',
    ],
    [
      'a header in mrkdwn',
      [{ type: 'header', text: { type: 'mrkdwn', text: 'a' } }],
      'must be a valid enum value [json-pointer:/blocks/0/text/type]',
    ],
    [
      'a long button',
      [button({ text: { type: 'plain_text', text: text(76) } })],
      'must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]',
    ],
    [
      'a long value',
      [button({ value: text(2001) })],
      'must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]',
    ],
    [
      'a long action id',
      [button({ action_id: text(256) })],
      'must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]',
    ],
    [
      'a button without text',
      [button({ text: undefined })],
      'missing required field [json-pointer:/blocks/0/elements/0/text]',
    ],
    [
      'a style of its own',
      [button({ style: 'warning' })],
      'must be a valid enum value [json-pointer:/blocks/0/elements/0/style]',
    ],
    [
      'a property of its own',
      [button({ colour: 'red' })],
      'invalid additional property: colour [json-pointer:/blocks/0/elements/0]',
    ],
    [
      'too many options',
      [
        input({
          options: Array.from({ length: 11 }, (_, index) => ({
            text: { type: 'plain_text', text: 'one' },
            value: String(index),
          })),
        }),
      ],
      'no more than 10 items allowed [json-pointer:/blocks/0/accessory/options]',
    ],
    [
      'an initial option that is none',
      [input({ initial_options: [{ text: { type: 'plain_text', text: 'two' }, value: '2' }] })],
      'the initial option must exactly match a given option [json-pointer:/blocks/0/accessory]',
    ],
    [
      'a long context',
      [{ type: 'context', elements: [{ type: 'mrkdwn', text: text(2001) }] }],
      'must be less than 2001 characters [json-pointer:/blocks/0/elements/0/text]',
    ],
    [
      'the same block id twice',
      [
        { type: 'divider', block_id: 'a' },
        { type: 'divider', block_id: 'a' },
      ],
      '`block_id` must be unique [json-pointer:/blocks]',
    ],
  ];

  it.each(cases)('%s', async (_name, blocks, message) => {
    const slack = await start();
    const post = slack.chat.postMessage({ channel: incidents, text: 'hello', blocks: blocks as KnownBlock[] });
    expect(await refusal(post)).toEqual({ error: 'invalid_blocks', messages: [`[ERROR] ${message}`] });
    expect(lab.messages(incidents)).toEqual([]);
  });

  it('too much text in all of them together', async () => {
    const slack = await start();
    const post = (blocks: KnownBlock[]) => slack.chat.postMessage({ channel: incidents, text: 'hello', blocks });
    await post([section(3000), section(3000), section(3000)]);
    expect((await refusal(post([section(3000), section(3000), section(3000), section(3000)]))).error).toBe(
      'msg_blocks_too_long',
    );
  });

  it('but not 50 blocks with everything at its limit', async () => {
    const slack = await start();
    const atLimits = [
      { type: 'header', text: { type: 'plain_text', text: text(150) } },
      section(3000),
      button({
        text: { type: 'plain_text', text: text(75) },
        value: text(2000),
        action_id: text(255),
        style: 'danger',
      }),
      ...Array.from({ length: 47 }, () => ({ type: 'divider' })),
    ];
    const post = await slack.chat.postMessage({ channel: incidents, text: 'hello', blocks: atLimits });
    expect(post.ok).toBe(true);
  });
});

describe('the Slack lab can be in trouble and', () => {
  it('limits messages to about one per second and channel when switched on', async () => {
    const slack = await start();
    const post = () => slack.chat.postMessage({ channel: incidents, text: 'hello' });
    await post();
    await post();
    lab.throttle();
    await post();
    await expect(post()).rejects.toMatchObject({ code: 'slack_webapi_rate_limited_error', retryAfter: 1 });
    await slack.chat.postMessage({ channel: alice, text: 'another conversation' });
    expect(lab.messages(incidents)).toHaveLength(3);
    lab.throttle(false);
    await post();
  });

  it('is away and comes back with everything', async () => {
    const slack = await start();
    const post = () => slack.chat.postMessage({ channel: incidents, text: 'hello' });
    await post();
    await lab.down();
    await expect(post()).rejects.toMatchObject({ code: 'slack_webapi_request_error' });
    await lab.up();
    await lab.down('unavailable');
    await expect(post()).rejects.toMatchObject({ code: 'slack_webapi_http_error', statusCode: 503 });
    await lab.up();
    await post();
    expect(lab.messages(incidents)).toHaveLength(2);
  });

  it('fails as told: with an error, or with a lost answer after the call', async () => {
    const slack = await start();
    const post = () => slack.chat.postMessage({ channel: incidents, text: 'hello' });
    lab.fault({ method: 'chat.postMessage', error: 'internal_error' });
    expect((await refusal(post())).error).toBe('internal_error');
    expect(lab.messages(incidents)).toHaveLength(0);
    lab.fault({ method: 'chat.postMessage', lost: true });
    await expect(post()).rejects.toMatchObject({ code: 'slack_webapi_request_error' });
    expect(lab.messages(incidents)).toHaveLength(1);
    await post();
    expect(lab.messages(incidents)).toHaveLength(2);
  });

  it('is slow', async () => {
    const slack = await start();
    lab.slow(200);
    const started = performance.now();
    await slack.auth.test();
    expect(performance.now() - started).toBeGreaterThan(190);
  });
});
