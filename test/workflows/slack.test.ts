import type { WorkflowHandle } from '@temporalio/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { slackNotify } from '../../activities/slack/notify.ts';
import { createServer } from '../../src/intake/server.ts';
import { slackDoor } from '../../src/slack/serve.ts';
import { actionIds, inputIds } from '../../src/slack/references.ts';
import type { Approver } from '../../src/domain/approval/approval.ts';
import type { IncidentOpening } from '../../src/domain/incident.ts';
import { incidentWorkflowId, taskQueues } from '../../src/domain/names.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import type { ResponsePolicy } from '../../src/domain/response-policy.ts';
import { startSlackLab, type Message, type SlackLab } from '../../src/lab/slack/slack-lab.ts';
import { decideUpdate, incidentQuery, timelineQuery } from '../../workflows/messages.ts';
import { anAlert, aPolicy } from '../support/builders.ts';
import { aDecision, gateway, nextRequest } from '../support/deciding.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { eventually } from '../support/eventually.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { withWorkers } from '../support/test-workers.ts';
import { leastConfig, parse } from '../unit/config/configuration.ts';

/** Slack as an incident sees it: the lab speaks the real protocol, the activities are the real ones. */
const env = useDevEnv();
const channel = 'C0INCIDENTS';
const ownersChannel = 'C0SHOPTEAM';
const members = { alice: 'U0ALICE001', bob: 'U0BOB00001', mallory: 'U0MALLORY1' };
const botToken = 'xoxb-of-these-tests';
const appToken = 'xapp-of-these-tests';
const signingSecret = 'the signing secret of these tests';
let runs = 0;

const oldChannel = { id: 'C0OLDONE01', name: 'incidents-of-last-year', archived: true };

let lab: SlackLab;
beforeEach(async () => {
  lab = await startSlackLab({
    botToken,
    signingSecret,
    appToken,
    channels: [{ id: channel, name: 'incidents' }, { id: ownersChannel, name: 'shop-team' }, oldChannel],
    members: Object.entries(members).map(([name, id]) => ({ id, name })),
  });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await lab.stop();
});

type Incident = WorkflowHandle<(opening: IncidentOpening) => Promise<IncidentReport>>;

const channels = (changes: Partial<NonNullable<ResponsePolicy['channels']['slack']>> = {}) => ({
  slack: { channel, ownerChannels: { 'shop-team': ownersChannel }, tellOwner: false, ...changes },
});

async function incident(
  test: (handle: Incident) => Promise<void>,
  policy: Partial<ResponsePolicy> = {},
  world = new FakeWorld(),
): Promise<void> {
  const { client, nativeConnection } = env();
  const approvers: Approver[] = world.approvers.map((person) => ({
    ...person,
    slack: members[person.id as keyof typeof members],
  }));
  Object.assign(
    world.notify,
    slackNotify({
      botToken,
      apiUrl: lab.apiUrl,
      readDirectory: () => Promise.resolve({ approvers }),
      codeSecret: gateway.codeSecret,
      temporal: null,
    }),
  );
  await withWorkers(nativeConnection, world, async () => {
    const alert = anAlert();
    const opening: IncidentOpening = {
      alert,
      policy: aPolicy({ channels: channels(), rechecks: [], ...policy }),
      policyDigest: 'p',
      correlation: {},
    };
    const handle = await client.workflow.start<(o: IncidentOpening) => Promise<IncidentReport>>('ec2VmExport', {
      workflowId: `${incidentWorkflowId('ec2-vm-export', alert, 'k')}-slack-${++runs}`,
      taskQueue: taskQueues.incident,
      args: [opening],
    });
    try {
      await test(handle);
    } finally {
      await handle.terminate('the test is over').catch(() => undefined);
    }
  });
}

const textOf = ({ blocks }: Message): string => JSON.stringify(blocks);
const containing = (text: string, place = channel): Message | undefined =>
  lab.messages(place).find((message) => textOf(message).includes(text));
const says = async (handle: Incident, text: string): Promise<void> => {
  await eventually(async () => {
    const lines = (await handle.query(timelineQuery)).map((entry) => entry.text);
    expect(lines.join('\n')).toContain(text);
  });
};

describe('an incident with Slack', () => {
  it('asks there, sends codes to each alone, and rewrites the request when it is decided elsewhere', async () => {
    await incident(async (handle) => {
      const request = await nextRequest(handle);
      const asked = await lab.until(() => containing(request.digest.slice(0, 16)));
      expect(asked.threadTs).toBe(lab.messages(channel)[0]!.ts);
      await lab.until(() => lab.dms(members.alice).length > 0 && lab.dms(members.bob).length > 0);
      expect(textOf(lab.dms(members.alice)[0]!)).toContain(request.requestId);
      expect(lab.dms(members.mallory)).toEqual([]);

      await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
      const rewritten = await lab.until(() => containing('*Approved.*'));
      expect(rewritten.ts).toBe(asked.ts);
      expect(textOf(rewritten)).toContain('alice approved all');
      expect(textOf(rewritten)).not.toContain('"button"');
      await lab.until(() => containing('containment: '));
      await says(handle, `${request.requestId} asked in Slack (channel ${channel}, message ${asked.ts})`);
    });
  });

  it('shows who has approved while more are needed', async () => {
    await incident(
      async (handle) => {
        const request = await nextRequest(handle);
        await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
        await lab.until(() => containing('So far'));
        expect(textOf(containing('So far')!)).toContain('soar_approve_all');
        await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'bob')] });
        const rewritten = await lab.until(() => containing('*Approved.*'));
        expect(textOf(rewritten)).toContain('bob approved all');
      },
      { approvals: { ...aPolicy().approvals, quorum: { reversible: 2, irreversible: 2 } } },
    );
  });

  it('reminds those who were asked, by name', async () => {
    await incident(
      async () => {
        const reminder = await lab.until(() => containing('is waiting for a decision'));
        expect(textOf(reminder)).toContain(`<@${members.alice}> <@${members.bob}>`);
      },
      { approvals: { ...aPolicy().approvals, remindAfter: 500 } },
    );
  });

  it('reminds nobody who has approved already, and says that more people are needed', async () => {
    await incident(
      async (handle) => {
        const request = await nextRequest(handle);
        await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
        const reminder = await lab.until(() => containing('alice approved, more people are needed'));
        expect(textOf(reminder)).toContain(`<@${members.bob}>`);
        expect(textOf(reminder)).not.toContain(`<@${members.alice}>`);
        expect(textOf(reminder)).toContain(`soar incident decide ${request.incidentKey}`);
      },
      { approvals: { ...aPolicy().approvals, remindAfter: 6000, quorum: { reversible: 2, irreversible: 2 } } },
    );
  });

  it('stays in its own channel whatever the instance says', async () => {
    const world = new FakeWorld();
    world.instance.tags = { SlackChannel: '#shop-team' };
    await incident(
      async (handle) => {
        await nextRequest(handle);
        await lab.until(() => containing('to decide on'));
        expect(lab.messages(ownersChannel)).toEqual([]);
      },
      {},
      world,
    );
  });

  it('is told in the channel of the owner where the policy says so, if it is one of the list', async () => {
    const world = new FakeWorld();
    world.instance.tags = { SlackChannel: '#shop-team' };
    await incident(
      async () => {
        await lab.until(() => containing('to decide on', ownersChannel));
        expect(lab.messages(channel)).toEqual([]);
      },
      { channels: channels({ tellOwner: true }) },
      world,
    );
    world.instance.tags = { SlackChannel: 'C0ELSEWHERE' };
    await incident(
      async () => {
        await lab.until(() => containing('to decide on'));
      },
      { channels: channels({ tellOwner: true }) },
      world,
    );
  });
});

/** The door of the intake for what people press, while `test` runs. */
async function withDoor(how: 'http' | 'socket-mode', test: (log: string[]) => Promise<void>): Promise<void> {
  const log: string[] = [];
  const config = slackConfig(how);
  const server = createServer({ ...config.intake, log: (line) => log.push(line) });
  const door = slackDoor(config, server, env().client, (line) => log.push(line))();
  try {
    if (how === 'http') lab.sendInteractionsTo(`${await server.listen({ port: 0 })}/slack/interactions`);
    else await eventually(() => expect(lab.socketConnections()).toBe(1));
    await test(log);
  } finally {
    await server.close();
    await door.stop();
  }
}

function slackConfig(how: 'http' | 'socket-mode') {
  const least = leastConfig();
  vi.stubEnv('TEST_SOAR_SIGNING', gateway.secretKey);
  vi.stubEnv('TEST_SLACK_BOT', botToken);
  vi.stubEnv('TEST_SLACK_APP', appToken);
  vi.stubEnv('TEST_SLACK_SIGNING', signingSecret);
  return parse({
    ...least,
    gateway: { ...least.gateway, keyId: gateway.keyId },
    approvals: {
      gatewayKeys: { [gateway.keyId]: gateway.publicKey },
      approvers: ['alice', 'bob', 'mallory'].map((id, index) => ({
        id,
        name: id,
        principals: [],
        token: `sha256:${String(index).repeat(64)}`,
        slack: members[id as keyof typeof members],
      })),
    },
    slack: {
      botToken: 'env:TEST_SLACK_BOT',
      apiUrl: lab.apiUrl,
      channel,
      ...(how === 'http' ? { signingSecret: 'env:TEST_SLACK_SIGNING' } : { appToken: 'env:TEST_SLACK_APP' }),
    },
  });
}

/** Presses the button, looks at what would be called, and sends that off; a slow answer comes by the message. */
async function approve(press: Parameters<SlackLab['click']>[0]): ReturnType<SlackLab['submit']> {
  const { member } = press;
  expect(await lab.click(press)).toEqual({ ok: true });
  const view = await lab.until(() => lab.modal(member));
  const seen = await lab.submit({ view, member });
  if (!seen.ok) await lab.close(view, member);
  return seen;
}
const approved = () => containing('*Approved.*');

describe('a click in Slack', () => {
  it('decides: approve selected, by an approver, and nobody else', async () => {
    const world = new FakeWorld();
    await withDoor('http', () =>
      incident(
        async (handle) => {
          const request = await nextRequest(handle);
          const asked = await lab.until(() => containing(actionIds.approveSelected));
          const index = request.plan.actions.findIndex(({ id }) => id === 'deny-actor');
          const press = { on: asked, actionId: actionIds.approveSelected, checked: [String(index)] };

          // Mallory is on the list of approvers, and under investigation.
          const refused = await approve({ ...press, member: members.mallory });
          expect(JSON.stringify(refused)).toContain('is the actor under investigation');
          expect(world.acts).toEqual([]);
          await approve({ ...press, member: members.alice });
          await lab.until(approved);
          await nextRequest(handle, request.requestId);
          expect(world.acts.map(({ act }) => act)).toEqual(['putInlinePolicy']);
          const { decisions } = await handle.query(incidentQuery);
          expect(decisions.map(({ approver, channel: by, verifiedBy }) => [approver, by, verifiedBy])).toEqual([
            ['mallory', 'slack', 'nothing'],
            ['alice', 'slack', 'gateway-signature'],
          ]);
        },
        {},
        world,
      ),
    );
  });

  it('twice decides once', async () => {
    await withDoor('http', () =>
      incident(
        async (handle) => {
          await nextRequest(handle);
          const asked = await lab.until(() => containing(actionIds.approveAll));
          const press = { on: asked, actionId: actionIds.approveAll, member: members.alice };
          await lab.click(press);
          const view = await lab.until(() => lab.modal(members.alice));
          const payload = lab.payloadOf({ view, member: members.alice });
          await Promise.all([lab.send(payload), lab.send(payload)]);
          await lab.close(view, members.alice);
          await lab.until(() => containing('So far'));
          expect((await handle.query(incidentQuery)).decisions).toHaveLength(1);
        },
        { approvals: { ...aPolicy().approvals, quorum: { reversible: 2, irreversible: 2 } } },
      ),
    );
  });

  it('on reject asks why, and the reason is on record', async () => {
    await withDoor('http', () =>
      incident(async (handle) => {
        const request = await nextRequest(handle);
        const asked = await lab.until(() => containing(actionIds.reject));
        await lab.click({ on: asked, actionId: actionIds.reject, member: members.bob });
        const view = await lab.until(() => lab.modal(members.bob));
        const seen = await lab.submit({
          view,
          member: members.bob,
          values: { [inputIds.element]: 'a known migration' },
        });
        expect(seen).toEqual({ ok: true });
        expect(lab.modal(members.bob)).toBeUndefined();
        const rewritten = await lab.until(() => containing('*Rejected.*'));
        expect(textOf(rewritten)).toContain('a known migration');
        expect(rewritten.ts).toBe(asked.ts);
        const { decisions } = await handle.query(incidentQuery);
        expect(decisions[0]).toMatchObject({ requestId: request.requestId, reason: 'a known migration' });
      }),
    );
  });

  it('on more time / hand over puts it to somebody else, who is told at once and can decide', async () => {
    await withDoor('http', () =>
      incident(async (handle) => {
        const request = await nextRequest(handle);
        const asked = await lab.until(() => containing(actionIds.later));
        await lab.until(() => lab.dms(members.bob).length > 0);
        const codes = lab.dms(members.bob).length;
        await lab.click({ on: asked, actionId: actionIds.later, member: members.alice });
        const view = await lab.until(() => lab.modal(members.alice));
        expect(JSON.stringify(view.blocks)).toContain('"value":"to:everybody"');
        expect(JSON.stringify(view.blocks)).not.toContain('"value":"to:alice"');
        const values = { [inputIds.element]: 'to:bob' };
        expect(await lab.submit({ view, member: members.alice, values })).toEqual({ ok: true });
        await lab.until(() =>
          containing(`<@${members.bob}> ${request.incidentKey} ${request.requestId} was handed over by alice to bob`),
        );
        await lab.until(() => lab.dms(members.bob).length > codes);
        const rewritten = await lab.until(() => containing('alice handed over to bob'));
        expect(rewritten.ts).toBe(asked.ts);
        const press = { on: asked, actionId: actionIds.approveAll, member: members.bob };
        await approve(press);
        await lab.until(approved);
      }),
    );
  });

  it('on what cannot be undone counts only with the key typed, and with two people', async () => {
    const world = new FakeWorld();
    world.task = { ...world.task, state: 'active' };
    await withDoor('http', () =>
      incident(
        async (handle) => {
          const request = await nextRequest(handle);
          expect(request.plan.actions.some(({ reversible }) => !reversible)).toBe(true);
          const asked = await lab.until(() => containing(actionIds.approveAll));
          const confirm = async (member: string, text: string) => {
            const view = await lab.until(() => lab.modal(member));
            return lab.submit({ view, member, values: { [inputIds.element]: text } });
          };
          for (const member of [members.alice, members.bob]) {
            await lab.click({ on: asked, actionId: actionIds.approveAll, member });
            expect(JSON.stringify(await confirm(member, 'yes'))).toContain('Nothing is recorded yet');
            expect(await confirm(member, request.incidentKey)).toEqual({ ok: true });
          }
          await lab.until(approved);
        },
        { runningExport: 'cancel' },
        world,
      ),
    );
  });

  it('through Socket Mode does the same', async () => {
    await withDoor('socket-mode', () =>
      incident(async (handle) => {
        await nextRequest(handle);
        const asked = await lab.until(() => containing(actionIds.approveAll));
        const press = { on: asked, actionId: actionIds.approveAll, member: members.alice };
        await approve(press);
        await lab.until(approved);
      }),
    );
  });

  it('on an incident that has ended is refused to that person', async () => {
    await withDoor('http', () =>
      incident(async (handle) => {
        await nextRequest(handle);
        const asked = await lab.until(() => containing(actionIds.approveAll));
        await handle.terminate('somebody did');
        const seen = await approve({ on: asked, actionId: actionIds.approveAll, member: members.alice });
        expect(JSON.stringify(seen)).toContain('the incident has closed');
      }),
    );
  });

  it('that nobody has signed reaches nothing', async () => {
    await withDoor('http', () =>
      incident(async (handle) => {
        await nextRequest(handle);
        const asked = await lab.until(() => containing(actionIds.approveAll));
        await lab.click({ on: asked, actionId: actionIds.approveAll, member: members.alice });
        const view = await lab.until(() => lab.modal(members.alice));
        const payload = lab.payloadOf({ view, member: members.alice });
        expect(await lab.send(payload, { secret: 'another' })).toEqual({ result: 'refused', status: 401 });
        expect(await lab.send(payload, { at: new Date(Date.now() - 400_000) })).toMatchObject({ status: 401 });
        expect(await lab.send(payload, { at: new Date(Date.now() + 400_000) })).toMatchObject({ status: 401 });
        expect((await handle.query(incidentQuery)).decisions).toEqual([]);
        expect(await lab.send(payload)).toMatchObject({ result: 'acknowledged' });
        expect(await lab.replay(lab.deliveries.at(-1)!)).toEqual({ result: 'refused', status: 401 });
        await lab.close(view, members.alice);
        await lab.until(approved);
        expect((await handle.query(incidentQuery)).decisions).toHaveLength(1);
      }),
    );
  });
});

describe('while Slack is away', () => {
  it('the incident asks, is decided elsewhere and acts; Slack is told when it is back', async () => {
    await lab.down();
    const world = new FakeWorld();
    await incident(
      async (handle) => {
        const request = await nextRequest(handle);
        await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
        const next = await nextRequest(handle, request.requestId);
        expect(world.acts.length).toBeGreaterThan(0);
        await lab.up();
        const settled = await lab.until(() => containing('*Approved.*'));
        expect(textOf(settled)).toContain(request.digest.slice(0, 16));
        await lab.until(() => containing(next.digest.slice(0, 16)));
        // The end of the containment was told before the next question.
        const order = lab.messages(channel).map(textOf);
        expect(order.findIndex((text) => text.includes('containment: '))).toBeLessThan(
          order.findIndex((text) => text.includes(next.digest.slice(0, 16))),
        );
      },
      {},
      world,
    );
  });

  it('with 429 after every message, all of them arrive, each once and in order', async () => {
    lab.throttle();
    await incident(async (handle) => {
      const request = await nextRequest(handle);
      await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'reject', 'alice')] });
      await lab.until(() => containing('containment: '));
      const [head, ...thread] = lab.messages(channel);
      expect(textOf(head!)).toContain(request.incidentKey);
      const order = ['triage: ', 'validation: ', 'investigation: ', '*Rejected.*', 'containment: '];
      expect(thread.slice(0, order.length).map((message, index) => textOf(message).includes(order[index]!))).toEqual(
        order.map(() => true),
      );
    });
  });

  it('for good, the record says so and the incident goes on', async () => {
    await incident(
      async (handle) => {
        await nextRequest(handle);
        await says(handle, 'Slack was not told');
        const { timeline } = await handle.query(incidentQuery);
        expect(timeline.map(({ text }) => text).join('\n')).toContain('invite the app to the channel');
      },
      { channels: channels({ channel: 'C0NOBODYIN' }) },
    );
  });
});

describe('in a channel that is archived', () => {
  afterEach(() => void (oldChannel.archived = true));

  it('nothing is told, which the record says with what to do; unarchived, the next reminder shows the request', async () => {
    const { id } = oldChannel;
    await incident(
      async (handle) => {
        const request = await nextRequest(handle);
        await says(handle, `Slack was not told request ${request.requestId} (`);
        await says(handle, 'Slack answers is_archived; the channel is archived, and nothing can be posted there');
        // Codes are not told in the channel.
        await lab.until(() => lab.dms(members.bob).length > 0);
        expect(lab.messages(id)).toEqual([]);

        oldChannel.archived = false;
        const asked = await lab.until(() => containing(request.digest.slice(0, 16), id));
        expect(textOf(asked)).toContain('soar_approve_all');
      },
      { channels: channels({ channel: id }), approvals: { ...aPolicy().approvals, remindAfter: 6000 } },
    );
  });
});

it('a cancelled incident leaves nothing to press', async () => {
  await incident(async (handle) => {
    await nextRequest(handle);
    await lab.until(() => containing('soar_approve_all'));
    await handle.cancel();
    await lab.until(() => containing('*Closed* before it was decided'));
    expect(containing('soar_approve_all')).toBeUndefined();
  });
});
