import type { KnownBlock, ModalView } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import type { SlackLab } from '../../src/lab/slack/slack-lab.ts';
import { startBrowser } from '../support/browser.ts';
import { shared } from '../support/shared.ts';
import { aSlackApp, type Interaction, type SlackApp } from '../support/slack-app.ts';
import { alice, aSlackLab, bob, incidents, slackClient } from '../support/slack.ts';

const browser = shared(startBrowser, (started) => started.close());

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn' as const, text });

/** A small app of its own: it asks for two approvals of what is ticked, and for a reason from who rejects. */
function deciding(slackOf: () => ReturnType<typeof slackClient>) {
  const approved: string[] = [];
  let ts = '';
  const blocks = (state: string): KnownBlock[] => [
    { type: 'header', text: plain('Export of i-0123456789abcdef0') },
    {
      type: 'section',
      block_id: 'plan',
      text: mrkdwn(`*Plan* of \`VMX-ABCDEFGHIJ\`: ${state}`),
      accessory: {
        type: 'checkboxes',
        action_id: 'actions',
        options: ['Deactivate the key', 'Block public access'].map((text, index) => ({
          text: plain(text),
          value: `${index}`,
        })),
      },
    },
    {
      type: 'actions',
      block_id: 'decide',
      elements: [
        {
          type: 'button',
          action_id: 'approve',
          style: 'primary',
          text: plain('Approve'),
          confirm: {
            title: plain('Approve?'),
            text: mrkdwn('It happens *at once*.'),
            confirm: plain('Do it'),
            deny: plain('Not yet'),
          },
        },
        { type: 'button', action_id: 'reject', style: 'danger', text: plain('Reject') },
        { type: 'button', action_id: 'broken', text: plain('Broken') },
      ],
    },
  ];
  const modal: ModalView = {
    type: 'modal',
    callback_id: 'rejection',
    title: plain('Reject the plan'),
    submit: plain('Reject it'),
    blocks: [
      {
        type: 'input',
        block_id: 'why',
        label: plain('Reason'),
        element: { type: 'plain_text_input', action_id: 'text', multiline: true },
      },
    ],
  };
  const show = async (state: string, open = true) => {
    await slackOf().chat.update({
      channel: incidents,
      ts,
      text: state,
      blocks: open
        ? blocks(state)
        : blocks(state)
            .slice(0, 1)
            .concat({ type: 'section', text: mrkdwn(state) }),
    });
  };

  return {
    post: async () => {
      const posted = await slackOf().chat.postMessage({
        channel: incidents,
        text: 'Export',
        blocks: blocks('nobody decided'),
      });
      ts = posted.ts!;
      return ts;
    },
    hear: async (interaction: Interaction): Promise<object | number | undefined> => {
      const [action] = interaction.actions ?? [];
      const who = interaction.user.id;
      if (action?.action_id === 'broken') return 500;
      if (action?.action_id === 'reject')
        await slackOf().views.open({ trigger_id: interaction.trigger_id, view: modal });
      if (action?.action_id === 'approve' && approved.includes(who)) {
        await fetch(interaction.response_url!, {
          method: 'POST',
          body: JSON.stringify({ text: 'You have approved already.' }),
        });
      } else if (action?.action_id === 'approve') {
        approved.push(who);
        const { selected_options: ticked } = interaction.state?.values['plan']?.['actions'] as {
          selected_options: object[];
        };
        const people = approved.map((id) => `<@${id}>`).join(' and ');
        await show(`${ticked.length} of 2 approved by ${people}`, approved.length < 2);
      }
      if (interaction.type !== 'view_submission') return undefined;
      const { value } = interaction.view!.state.values['why']!['text'] as { value: string };
      if (value === 'no') return { response_action: 'errors', errors: { why: 'Say more than no.' } };
      await show(`rejected by <@${who}>: ${value}`, false);
      return undefined;
    },
  };
}

let lab: SlackLab;
let app: SlackApp;
let decision: ReturnType<typeof deciding>;
let page: Page;
const complaints: string[] = [];

beforeEach(async () => {
  complaints.length = 0;
  decision = deciding(() => slackClient(lab));
  app = await aSlackApp((interaction) => decision.hear(interaction));
  lab = await aSlackLab({ interactivityUrl: app.url });
  page = await browser().newPage({ viewport: { width: 1200, height: 900 } });
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(lab.pageUrl);
});
afterEach(async () => {
  await page.close();
  await app.stop();
  await lab.stop();
});

const button = (name: string) => page.getByRole('button', { name, exact: true });
const shown = (text: string) => page.getByText(text).waitFor();
const become = async (name: string) => {
  await page.getByLabel('You are').selectOption({ label: name });
  await page.waitForURL(/as=/);
};

describe('the page of the Slack lab, in a browser,', () => {
  it('takes two approvals of what was ticked: the message changes as people click', async () => {
    await decision.post();
    await shown('nobody decided');
    await page.getByLabel('Block public access').check();
    await button('Approve').click();
    await button('Do it').click();
    await shown('1 of 2 approved by @alice');
    expect(await page.getByLabel('Block public access').isChecked()).toBe(true);
    await button('Approve').click();
    await button('Do it').click();
    await shown('You have approved already.');
    await shown('Only visible to you');

    await become('Bob Brown');
    expect(await page.getByText('Only visible to you').count()).toBe(0);
    expect(await page.getByLabel('Block public access').isChecked()).toBe(false);
    await page.getByLabel('Deactivate the key').check();
    await button('Approve').click();
    await button('Do it').click();
    await shown('1 of 2 approved by @alice and @bob');
    expect(await button('Approve').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('sends nothing when the person does not confirm', async () => {
    await decision.post();
    await button('Approve').click();
    await shown('It happens at once.');
    await button('Not yet').click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(app.received).toEqual([]);
    await shown('nobody decided');
  });

  it('rejects with a reason from a modal, which complains until it is given', async () => {
    await decision.post();
    await button('Reject').click();
    await button('Reject it').click();
    await shown('Please complete this required field.');
    await page.getByLabel('Reason').fill('no');
    await button('Reject it').click();
    await shown('Say more than no.');
    await page.getByLabel('Reason').fill('the export was <ordered> & paid');
    await button('Reject it').click();
    await page.getByText('rejected by @alice').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(app.received.filter(({ type }) => type === 'view_submission')).toHaveLength(2);
  });

  it('keeps what is typed when the app updates the modal', async () => {
    await decision.post();
    await button('Reject').click();
    await page.getByLabel('Reason').fill('half a sen');
    const { id, blocks, title, submit } = lab.modal(alice)!;
    const view = { type: 'modal', title: { ...title, text: 'Updated' }, submit, blocks } as ModalView;
    await slackClient(lab).views.update({ view_id: id, view });
    await page.getByRole('heading', { name: 'Updated' }).waitFor();
    expect(await page.getByLabel('Reason').inputValue()).toBe('half a sen');
  });

  it('closes a modal by the keyboard, and keeps what is typed while messages arrive', async () => {
    await decision.post();
    await button('Reject').click();
    await page.getByLabel('Reason').fill('half a sen');
    await slackClient(lab).chat.postMessage({ channel: incidents, text: 'something else happened' });
    await page.getByText('something else happened').waitFor({ state: 'attached' });
    expect(await page.getByLabel('Reason').inputValue()).toBe('half a sen');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    // The browser closes it at once; the workspace hears of it by a request.
    await expect.poll(() => lab.modal(alice)).toBeUndefined();
  });

  it('says at the message what went wrong', async () => {
    await decision.post();
    await button('Broken').click();
    await shown('The app answered with an error. Try again.');
    await app.stop();
    await button('Broken').click();
    await shown('The app cannot be reached. Try again.');
  });

  it('shows a direct message to its person only', async () => {
    await slackClient(lab).chat.postMessage({ channel: bob, text: 'only for bob' });
    await page.getByRole('link', { name: 'Direct messages' }).click();
    await shown('No messages yet.');
    await become('Bob Brown');
    await page.getByRole('link', { name: 'Direct messages' }).click();
    await shown('only for bob');
  });

  it('shows hostile text as text, and control sequences as what they do', async () => {
    const hostile =
      '<img src=x onerror=alert(1)> &lt;script&gt;alert(2)&lt;/script&gt; "><b>bold</b> <javascript:alert(3)|click>';
    const slack = slackClient(lab);
    await slack.chat.postMessage({ channel: incidents, text: `${hostile} <!channel> \`<!here>\`` });
    await slack.chat.postMessage({
      channel: incidents,
      text: hostile,
      blocks: [
        { type: 'header', text: plain(hostile) },
        { type: 'section', block_id: '"><b>', text: mrkdwn(hostile), fields: [mrkdwn(hostile), plain(hostile)] },
        {
          type: 'context',
          elements: [mrkdwn(hostile), { type: 'image', image_url: 'https://example.com/a.png', alt_text: hostile }],
        },
        {
          type: 'actions',
          block_id: `'"><i>`,
          elements: [{ type: 'button', action_id: '"><i>', text: plain('"><img src=x>'), value: hostile }],
        },
        {
          type: 'rich_text',
          elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: hostile }] }],
        },
      ],
    });
    await shown('@channel');
    const messages = page.locator('#messages');
    expect(await messages.locator('img, script, b:not(header b), i, a').count()).toBe(0);
    expect(await messages.locator('.ping').allTextContents()).toEqual(['@channel', '@here']);
    expect(await messages.getByText('<img src=x onerror=alert(1)> <script>alert(2)</script>').count()).toBeGreaterThan(
      3,
    );
    await button('"><img src=x>').click();
    await expect.poll(() => app.received).toMatchObject([{ actions: [{ action_id: '"><i>', value: hostile }] }]);
    expect(complaints).toEqual([]);
  });

  it('fits a phone', async () => {
    await decision.post();
    await page.setViewportSize({ width: 390, height: 844 });
    await slackClient(lab).chat.postMessage({ channel: incidents, text: 'x'.repeat(300) });
    await shown('xxx');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    const wider = 'document.querySelector("#messages").scrollWidth - document.querySelector("#messages").clientWidth';
    expect(await page.evaluate(wider)).toBe(0);
  });

  it('takes JSON only, which no other site can send, and runs no script but its own', async () => {
    const ts = await decision.post();
    const body = JSON.stringify({ as: alice, on: { channel: incidents, ts }, blockId: 'decide', actionId: 'approve' });
    const click = (type: string) =>
      fetch(`${lab.pageUrl}/click`, { method: 'POST', body, headers: { 'content-type': type } });
    expect((await click('text/plain')).ok).toBe(false);
    expect((await click('application/x-www-form-urlencoded')).ok).toBe(false);
    expect(app.received).toEqual([]);
    expect((await click('application/json')).ok).toBe(true);
    expect(app.received).toHaveLength(1);
    const policy = (await fetch(lab.pageUrl)).headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'; script-src 'self'");
  });
});
