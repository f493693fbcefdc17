import type { WorkflowHandle } from '@temporalio/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { slackNotify } from '../../activities/slack/notify.ts';
import type { Approver } from '../../src/domain/approval.ts';
import type { IncidentOpening } from '../../src/domain/incident.ts';
import { incidentWorkflowId, taskQueues } from '../../src/domain/names.ts';
import type { IncidentReport } from '../../src/domain/report.ts';
import type { ResponsePolicy } from '../../src/domain/response-policy.ts';
import { startSlackLab, type Message, type SlackLab } from '../../src/lab/slack/slack-lab.ts';
import { decideUpdate, incidentQuery, timelineQuery } from '../../workflows/messages.ts';
import { anAlert, aPolicy } from '../support/builders.ts';
import { aDecision, gateway, nextRequest } from '../support/deciding.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { withWorkers } from '../support/test-workers.ts';

/** Slack as an incident sees it: the lab speaks the real protocol, the activities are the real ones. */
const env = useDevEnv();
const channel = 'C0INCIDENTS';
const ownersChannel = 'C0SHOPTEAM';
const members = { alice: 'U0ALICE001', bob: 'U0BOB00001', mallory: 'U0MALLORY1' };
const botToken = 'xoxb-of-these-tests';
let runs = 0;

let lab: SlackLab;
beforeEach(async () => {
  lab = await startSlackLab({
    botToken,
    signingSecret: 'the signing secret',
    channels: [
      { id: channel, name: 'incidents' },
      { id: ownersChannel, name: 'shop-team' },
    ],
    members: Object.entries(members).map(([name, id]) => ({ id, name })),
  });
});
afterEach(() => lab.stop());

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
  await vi.waitFor(
    async () => {
      const lines = (await handle.query(timelineQuery)).map((entry) => entry.text);
      expect(lines.join('\n')).toContain(text);
    },
    { timeout: 20_000 },
  );
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

it('a cancelled incident leaves nothing to press', async () => {
  await incident(async (handle) => {
    await nextRequest(handle);
    await lab.until(() => containing('soar_approve_all'));
    await handle.cancel();
    await lab.until(() => containing('*Closed* without a decision'));
    expect(containing('soar_approve_all')).toBeUndefined();
  });
});
