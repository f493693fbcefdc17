import { afterAll, beforeAll, expect, test } from 'vitest';
import { correlationNotify } from '../../activities/correlation/notify.ts';
import { slackNotify } from '../../activities/slack/notify.ts';
import { admission } from '../../src/intake/admission.ts';
import { alertCounting } from '../../src/intake/count-alerts.ts';
import { openIncident } from '../../src/intake/open-incident.ts';
import { startSlackLab, type SlackLab } from '../../src/lab/slack/slack-lab.ts';
import { anAlert, anIamUser, aPolicy } from '../support/builders.ts';
import { gateway } from '../support/deciding.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { eventually } from '../support/eventually.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { withWorkers } from '../support/test-workers.ts';

const env = useDevEnv();
const channel = 'C0INCIDENTS';
const botToken = 'xoxb-of-these-tests';
let lab: SlackLab;
beforeAll(async () => {
  const signingSecret = 'the signing secret of these tests';
  lab = await startSlackLab({ botToken, signingSecret, channels: [{ id: channel, name: 'incidents' }], members: [] });
});
afterAll(() => lab.stop());

test('incidents of one actor are told in one thread; an incident of somebody else has its own', async () => {
  const world = new FakeWorld();
  const settings = { botToken, apiUrl: lab.apiUrl, codeSecret: gateway.codeSecret, temporal: null };
  const readDirectory = () => Promise.resolve({ approvers: [] });
  Object.assign(
    world.notify,
    slackNotify({ ...settings, readDirectory }),
    correlationNotify({ client: env().client, readIndex: null, keep: world.storing }),
  );
  const context = {
    client: env().client,
    policyFor: () => aPolicy({ channels: { slack: { channel, ownerChannels: {}, tellOwner: false } } }),
    correlationKey: 'a key of these tests',
    counting: alertCounting(env().client),
    admission: admission(1000),
  };
  const open = (name: string, actor: string) =>
    openIncident(
      context,
      anAlert({
        eventId: `event-${name}`,
        exportTaskId: `export-i-${name}`,
        instanceId: `i-${name}`,
        sourceAddress: `198.51.100.${name.length}`,
        principal: anIamUser({ id: `AIDA${actor}`, accessKeyId: `AKIA${actor}` }),
      }),
    );
  await withWorkers(env().nativeConnection, world, async () => {
    const burst = [];
    for (const name of ['a', 'bb', 'ccc']) burst.push(await open(name, 'BURST'));
    const other = await open('dddd', 'OTHER');
    const heads = () => lab.messages(channel).filter(({ text }) => text.endsWith(': AWS EC2 instance exported as VM'));
    await eventually(() => expect(heads()).toHaveLength(4));
    const opening = heads().filter(({ threadTs }) => threadTs === undefined);
    expect(opening).toHaveLength(2);
    expect(opening.some(({ text }) => text.startsWith(other.incidentKey))).toBe(true);
    const [lead] = opening.filter(({ text }) => !text.startsWith(other.incidentKey));
    expect(burst.some(({ incidentKey }) => lead!.text.startsWith(incidentKey))).toBe(true);
    const replies = heads().filter(({ threadTs }) => threadTs !== undefined);
    expect(replies.map(({ threadTs }) => threadTs)).toEqual([lead!.ts, lead!.ts]);
    // Whoever is alone hears so: its first message waits no longer than that.
    await eventually(async () => {
      const { events } = await env().client.workflow.getHandle(other.workflowId).fetchHistory();
      const signals = events?.flatMap((event) => event.workflowExecutionSignaledEventAttributes?.signalName ?? []);
      expect(signals).toEqual(['relate']);
    });
  });
});
