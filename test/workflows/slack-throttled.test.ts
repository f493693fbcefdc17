import { afterAll, beforeAll, expect, it } from 'vitest';
import { slackNotify } from '../../activities/slack/notify.ts';
import { incidentWorkflowId, taskQueues } from '../../src/domain/names.ts';
import { startSlackLab, type SlackLab } from '../../src/lab/slack/slack-lab.ts';
import { anAlert, aPolicy } from '../support/builders.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { eventually } from '../support/eventually.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { withWorkers } from '../support/test-workers.ts';

const env = useDevEnv();
const channel = 'C0INCIDENTS';
const botToken = 'xoxb-of-these-tests';
let lab: SlackLab;
beforeAll(async () => {
  lab = await startSlackLab({
    botToken,
    signingSecret: 'the signing secret of these tests',
    channels: [{ id: channel, name: 'incidents' }],
    members: [],
  });
});
afterAll(() => lab.stop());

it('who was told to wait posts later without a look at the channel, which the server carries from attempt to attempt', async () => {
  const world = new FakeWorld();
  const settings = { botToken, apiUrl: lab.apiUrl, codeSecret: 'a code secret of these tests', temporal: null };
  const readDirectory = () => Promise.resolve({ approvers: [] });
  Object.assign(world.notify, slackNotify({ ...settings, readDirectory }));
  lab.throttle();
  // Whoever looks is told that Slack is not well, and tries again: it would never post.
  for (const method of ['conversations.history', 'conversations.replies'])
    lab.fault({ method, error: 'internal_error', times: 1000 });
  const channels = { slack: { channel, ownerChannels: {}, tellOwner: false } };
  await withWorkers(env().nativeConnection, world, async () => {
    const started = ['a', 'b', 'c'].map((name) => {
      const alert = anAlert({ exportTaskId: `export-i-throttled${name}`, eventId: name });
      return env().client.workflow.start('ec2VmExport', {
        workflowId: incidentWorkflowId('ec2-vm-export', alert, 'k'),
        taskQueue: taskQueues.incident,
        args: [{ alert, policy: aPolicy({ channels }), policyDigest: 'p', correlation: {} }],
      });
    });
    const handles = await Promise.all(started);
    try {
      await eventually(() =>
        expect(lab.messages(channel).filter(({ threadTs }) => threadTs === undefined)).toHaveLength(3),
      );
    } finally {
      await Promise.all(handles.map((handle) => handle.terminate('the test is over')));
    }
  });
});
