import { SocketModeClient, LogLevel } from '@slack/socket-mode';
import type { KnownBlock, ModalView } from '@slack/web-api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SlackLab } from '../../src/lab/slack/slack-lab.ts';
import { aSlackApp, type Interaction, type SlackApp } from '../support/slack-app.ts';
import { alice, appToken, aSlackLab, bob, incidents, slackClient } from '../support/slack.ts';

let lab: SlackLab;
let app: SlackApp | undefined;
afterEach(async () => {
  vi.useRealTimers();
  await app?.stop();
  app = undefined;
  await lab.stop();
});

const option = (value: string) => ({ text: { type: 'plain_text' as const, text: `Action ${value}` }, value });
const question: KnownBlock[] = [
  {
    type: 'section',
    block_id: 'plan',
    text: { type: 'mrkdwn', text: 'Which?' },
    accessory: { type: 'checkboxes', action_id: 'actions', options: [option('one'), option('two')] },
  },
  {
    type: 'actions',
    block_id: 'decide',
    elements: [
      { type: 'button', action_id: 'approve', text: { type: 'plain_text', text: 'Approve' }, value: 'yes' },
      { type: 'button', action_id: 'reject', text: { type: 'plain_text', text: 'Reject' }, value: 'no' },
    ],
  },
];
const modal: ModalView = {
  type: 'modal',
  callback_id: 'rejection',
  private_metadata: 'request 1',
  title: { type: 'plain_text', text: 'Reject' },
  submit: { type: 'plain_text', text: 'Reject' },
  blocks: [
    {
      type: 'input',
      block_id: 'reason',
      label: { type: 'plain_text', text: 'Reason' },
      element: { type: 'plain_text_input', action_id: 'text', min_length: 3 },
    },
  ],
};

type Answer = Parameters<typeof aSlackApp>[0];

/** A message that asks, and an app that hears. */
async function asking(answer: Answer = () => undefined, options: Parameters<typeof aSlackLab>[0] = {}) {
  app = await aSlackApp(answer);
  lab = await aSlackLab({ interactivityUrl: app.url, ...options });
  const slack = slackClient(lab);
  await slack.chat.postMessage({ channel: incidents, text: 'Which?', blocks: question });
  return { slack, received: app.received, on: lab.messages(incidents)[0]! };
}

/** The same, with an app that opens a modal at each click and answers the modal as told. */
async function withModal(submitted: Answer = () => undefined) {
  const parts = await asking(async (interaction) => {
    if (interaction.type !== 'block_actions') return submitted(interaction);
    await slackClient(lab).views.open({ trigger_id: interaction.trigger_id, view: modal });
    return undefined;
  });
  await lab.click({ on: parts.on, member: alice, actionId: 'reject' });
  return { ...parts, view: lab.modal(alice)! };
}

describe('a click in the Slack lab', () => {
  it('reaches the app signed, with who, where, what and what was ticked before', async () => {
    const { on, received } = await asking();
    expect(await lab.click({ on, member: alice, actionId: 'approve', checked: ['two'] })).toEqual({ ok: true });
    const [ticked, clicked] = received;
    expect(ticked).toMatchObject({ actions: [{ action_id: 'actions', selected_options: [option('two')] }] });
    expect(clicked).toMatchObject({
      type: 'block_actions',
      user: { id: alice },
      channel: { id: incidents, name: 'incidents' },
      container: { type: 'message', message_ts: on.ts, channel_id: incidents, is_ephemeral: false },
      message: { ts: on.ts },
      actions: [{ action_id: 'approve', block_id: 'decide', value: 'yes', type: 'button' }],
      state: { values: { plan: { actions: { type: 'checkboxes', selected_options: [option('two')] } } } },
    });
  });

  it('carries what this person ticked, not what another did', async () => {
    const { on, received } = await asking();
    await lab.click({ on, member: alice, actionId: 'actions', entered: ['one'] });
    await lab.click({ on, member: bob, actionId: 'approve' });
    expect(received.at(-1)?.state?.values).toEqual({ plan: { actions: { type: 'checkboxes', selected_options: [] } } });
  });

  it('forgets what was ticked when the message is updated under other block ids only', async () => {
    const { slack, on, received } = await asking();
    const update = (block_id: string) =>
      slack.chat.update({
        channel: incidents,
        ts: on.ts,
        blocks: [{ ...question[0]!, block_id }, question[1]!],
        text: '?',
      });
    const ticked = () => JSON.stringify(received.at(-1)?.state?.values).includes('one');
    await lab.click({ on, member: alice, actionId: 'actions', entered: ['one'] });
    await update('plan');
    await lab.click({ on, member: alice, actionId: 'approve' });
    expect(ticked()).toBe(true);
    await update('plan-2');
    await lab.click({ on, member: alice, actionId: 'approve' });
    expect(ticked()).toBe(false);
  });

  it('shows the person an error when the app refuses, is silent or is away, and is not repeated', async () => {
    const { on, received } = await asking(() => 500, { acknowledgeWithinMs: 100 });
    const click = () => lab.click({ on, member: alice, actionId: 'approve' });
    expect(await click()).toEqual({ ok: false, error: 'http_service_error' });
    expect(received).toHaveLength(1);
    const elsewhere = await aSlackApp(() => 307);
    lab.sendInteractionsTo(elsewhere.url);
    expect(await click()).toEqual({ ok: false, error: 'http_service_error' });
    await elsewhere.stop();
    const silent = await aSlackApp(() => new Promise(() => undefined));
    lab.sendInteractionsTo(silent.url);
    expect(await click()).toEqual({ ok: false, error: 'operation_timeout' });
    await silent.stop();
    expect(await click()).toEqual({ ok: false, error: 'dispatch_failed' });
    await lab.down();
    lab.sendInteractionsTo(app!.url);
    expect(await click()).toEqual({ ok: false, error: 'dispatch_failed' });
    expect(received).toHaveLength(1);
  });

  it('is for those who see the message', async () => {
    const { slack } = await asking();
    await slack.chat.postEphemeral({ channel: incidents, user: alice, text: 'for you', blocks: question });
    const on = lab.ephemeral(alice)[0]!;
    await expect(lab.click({ on, member: bob, actionId: 'approve' })).rejects.toThrow('sees no message');
    await expect(lab.click({ on, member: 'U0CAROL001', actionId: 'approve' })).rejects.toThrow('deactivated');
    expect(await lab.click({ on, member: alice, actionId: 'approve' })).toEqual({ ok: true });
    expect(app?.received.at(-1)).toMatchObject({ container: { is_ephemeral: true } });
    expect(app?.received.at(-1)).not.toHaveProperty('message');
  });
});

describe('a response URL of the Slack lab', () => {
  const respond = async (url: string, body: object) =>
    (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).text();

  it('answers to the person alone, or replaces the message', async () => {
    const { on, received } = await asking();
    await lab.click({ on, member: alice, actionId: 'approve' });
    const url = received[0]!.response_url!;
    expect(await respond(url, { text: 'only you see this' })).toBe('ok');
    expect(lab.ephemeral(alice).map(({ text }) => text)).toEqual(['only you see this']);
    expect(await respond(url, { text: 'decided', replace_original: true })).toBe('ok');
    expect(lab.messages(incidents)).toMatchObject([{ ts: on.ts, text: 'decided' }]);
  });

  it('can be used five times, and cannot be guessed', async () => {
    const { on, received } = await asking();
    await lab.click({ on, member: alice, actionId: 'approve' });
    const url = received[0]!.response_url!;
    for (const text of ['1', '2', '3', '4', '5']) await respond(url, { text });
    expect(await respond(url, { text: '6' })).toContain('used_url');
    expect(await respond(`${url}x`, { text: '6' })).toContain('no_service');
    expect(lab.ephemeral(alice)).toHaveLength(5);
  });
});

describe('a modal of the Slack lab', () => {
  it('opens for the person who clicked, and its submission carries what they entered', async () => {
    const { view, received } = await withModal(() => ({}));
    expect(lab.modal(bob)).toBeUndefined();
    expect(await lab.submit({ view, member: alice, values: { text: 'not now' } })).toEqual({ ok: true });
    expect(received.at(-1)).toMatchObject({
      type: 'view_submission',
      user: { id: alice },
      view: {
        id: view.id,
        callback_id: 'rejection',
        private_metadata: 'request 1',
        state: { values: { reason: { text: { type: 'plain_text_input', value: 'not now' } } } },
      },
    });
    expect(lab.modal(alice)).toBeUndefined();
  });

  it('does not send what is missing or too short', async () => {
    const { view, received } = await withModal();
    const submit = (text?: string) => lab.submit({ view, member: alice, values: text === undefined ? {} : { text } });
    expect((await submit()).errors).toEqual({ reason: 'Please complete this required field.' });
    expect((await submit('no')).errors).toEqual({ reason: 'Please enter at least 3 characters.' });
    expect(received.map(({ type }) => type)).toEqual(['block_actions']);
  });

  it('stays open with the errors that the app answers', async () => {
    const errors = { reason: 'Say more.' };
    const { view } = await withModal(() => ({ response_action: 'errors', errors }));
    expect(await lab.submit({ view, member: alice, values: { text: 'not now' } })).toEqual({ ok: false, errors });
    expect(lab.modal(alice)?.id).toBe(view.id);
  });

  it('is replaced, covered or taken away as the app answers', async () => {
    const title = (text: string) => ({ ...modal, title: { type: 'plain_text', text } });
    const answers = [
      { response_action: 'update', view: title('Updated') },
      { response_action: 'push', view: title('Pushed') },
      { response_action: 'clear' },
    ];
    const { view } = await withModal(() => answers.shift());
    const shown = async () => {
      await lab.submit({ view: lab.modal(alice)!, member: alice, values: { text: 'not now' } });
      return lab.modal(alice);
    };
    expect(await shown()).toMatchObject({ id: view.id, title: { text: 'Updated' } });
    expect(await shown()).toMatchObject({ title: { text: 'Pushed' }, previousId: view.id });
    expect(await shown()).toBeUndefined();
  });

  it('stays open with an error when the app answers nonsense', async () => {
    const answers = [{ response_action: 'explode' }, { response_action: 'errors', errors: { unknown: 'x' } }, 500];
    const { view } = await withModal(() => answers.shift());
    const submit = async () => (await lab.submit({ view, member: alice, values: { text: 'not now' } })).error;
    expect([await submit(), await submit(), await submit()]).toEqual([
      'bad_response',
      'bad_response',
      'http_service_error',
    ]);
    expect(lab.modal(alice)?.id).toBe(view.id);
  });

  it('opens with a trigger once, and only within three seconds', async () => {
    const { slack, on, received } = await asking();
    await lab.click({ on, member: alice, actionId: 'reject' });
    const trigger_id = received[0]!.trigger_id;
    const open = (id: string) =>
      slack.views.open({ trigger_id: id, view: modal }).catch((error: unknown) => String(error));
    await open(trigger_id);
    expect(await open(trigger_id)).toContain('exchanged_trigger_id');
    expect(await open('1.2.3')).toContain('invalid_trigger_id');
    await lab.click({ on, member: alice, actionId: 'reject' });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3001 });
    expect(await open(received[1]!.trigger_id)).toContain('expired_trigger_id');
  });

  it('is refused when Slack would refuse it', async () => {
    const { slack, on, received } = await asking();
    await lab.click({ on, member: alice, actionId: 'reject' });
    const open = async (changes: object) => {
      const view = { ...modal, ...changes } as ModalView;
      const call = slack.views.open({ trigger_id: received[0]!.trigger_id, view });
      const { data } = (await call.catch((error: unknown) => error)) as { data: { error: string; errors: string[] } };
      return [data.error, ...data.errors];
    };
    const long = (length: number) => ({ type: 'plain_text', text: 'x'.repeat(length) });
    expect(await open({ title: long(25) })).toEqual([
      'invalid_arguments',
      'must be less than 25 characters [json-pointer:/view/title/text]',
    ]);
    expect(await open({ private_metadata: 'x'.repeat(3001) })).toEqual([
      'invalid_arguments',
      'must be less than 3001 characters [json-pointer:/view/private_metadata]',
    ]);
    expect(await open({ submit: undefined })).toEqual([
      'invalid_arguments',
      'submit is required for modal views with input blocks [json-pointer:/view]',
    ]);
    expect(lab.modal(alice)).toBeUndefined();
  });

  it('is updated by its id, unless it has changed since', async () => {
    const { slack, view } = await withModal();
    const update = (hash: string) =>
      slack.views.update({
        view_id: view.id,
        hash,
        view: { ...modal, blocks: [], title: { type: 'plain_text', text: 'Done' } },
      });
    await update(view.hash);
    expect(lab.modal(alice)?.title.text).toBe('Done');
    await expect(update(view.hash)).rejects.toThrow('hash_conflict');
  });

  it('tells the app when it is closed only where it asked for that', async () => {
    const { view, received } = await withModal();
    await lab.close(view, alice);
    expect(lab.modal(alice)).toBeUndefined();
    expect(received.map(({ type }) => type)).toEqual(['block_actions']);
    await lab.click({ on: lab.messages(incidents)[0]!, member: alice, actionId: 'reject' });
    await slackClient(lab).views.update({ view_id: lab.modal(alice)!.id, view: { ...modal, notify_on_close: true } });
    await lab.close(lab.modal(alice)!, alice);
    expect(received.at(-1)?.type).toBe('view_closed');
  });
});

describe('forged interactions of the Slack lab', () => {
  it('are wrong in what was asked for: the secret, the time, or sent before', async () => {
    const { on, received } = await asking();
    const payload = lab.payloadOf({ on, member: alice, actionId: 'approve' });
    const minutes = (count: number) => new Date(Date.now() + count * 60_000);
    expect(await lab.send(payload, { secret: 'guessed' })).toEqual({ result: 'refused', status: 401 });
    expect(await lab.send(payload, { at: minutes(-6) })).toEqual({ result: 'refused', status: 403 });
    expect(await lab.send(payload, { at: minutes(6) })).toEqual({ result: 'refused', status: 403 });
    expect(received).toEqual([]);
    expect(await lab.send(payload)).toMatchObject({ result: 'acknowledged' });
    expect(await lab.replay(lab.deliveries.at(-1)!)).toMatchObject({ result: 'acknowledged' });
    expect(received[1]).toEqual(received[0]);
  });
});

describe('Socket Mode of the Slack lab', () => {
  type Hear = (heard: { ack: (body?: object) => Promise<void>; body: Interaction }) => unknown;
  const answer: Hear = ({ ack, body }) =>
    body.type === 'block_actions' ? ack() : ack({ response_action: 'errors', errors: { reason: 'Say more.' } });

  const connected = async (options: Parameters<typeof aSlackLab>[0] = {}, hear = answer) => {
    lab = await aSlackLab(options);
    const client = new SocketModeClient({
      appToken,
      clientOptions: { slackApiUrl: lab.apiUrl },
      clientPingTimeout: 200,
      logLevel: LogLevel.ERROR,
    });
    const heard: Interaction[] = [];
    client.on('interactive', (interaction: Parameters<Hear>[0]) => {
      heard.push(interaction.body);
      void hear(interaction);
    });
    await client.start();
    await slackClient(lab).chat.postMessage({ channel: incidents, text: 'Which?', blocks: question });
    return { client, heard, on: lab.messages(incidents)[0]! };
  };

  it('brings interactions to a connected app, and its answers back', async () => {
    const { client, heard, on } = await connected();
    expect(await lab.click({ on, member: alice, actionId: 'approve' })).toEqual({ ok: true });
    await slackClient(lab).views.open({ trigger_id: heard[0]!.trigger_id, view: modal });
    const view = lab.modal(alice)!;
    expect(await lab.submit({ view, member: alice, values: { text: 'x'.repeat(2900) } })).toEqual({
      ok: false,
      errors: { reason: 'Say more.' },
    });
    expect(heard.map(({ type }) => type)).toEqual(['block_actions', 'view_submission']);
    await client.disconnect();
    expect(await lab.click({ on, member: alice, actionId: 'approve' })).toEqual({
      ok: false,
      error: 'dispatch_failed',
    });
  });

  it('shows the person an error when the app does not acknowledge', async () => {
    const { client, on } = await connected({ acknowledgeWithinMs: 100 }, () => undefined);
    expect(await lab.click({ on, member: alice, actionId: 'approve' })).toEqual({
      ok: false,
      error: 'operation_timeout',
    });
    await client.disconnect();
  });

  it('comes back after Slack was away', async () => {
    const { client, heard, on } = await connected();
    const back = new Promise((resolve) => client.once('connected', resolve));
    await lab.down();
    await lab.up();
    await back;
    expect(await lab.click({ on, member: alice, actionId: 'approve' })).toEqual({ ok: true });
    expect(heard).toHaveLength(1);
    await client.disconnect();
  });

  it('wants the token of the app and a ticket that was not used', async () => {
    lab = await aSlackLab();
    const { url } = await slackClient(lab, appToken).apps.connections.open({});
    const open = () =>
      new Promise((resolve) => {
        const socket = new WebSocket(url!);
        socket.onmessage = () => resolve('open');
        socket.onerror = () => resolve('refused');
      });
    expect(await open()).toBe('open');
    expect(await open()).toBe('refused');
  });
});
