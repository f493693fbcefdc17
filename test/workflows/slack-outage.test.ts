import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { slackNotify } from '../../activities/slack/notify.ts';
import type { IncidentOpening } from '../../src/domain/incident.ts';
import { incidentWorkflowId, taskQueues } from '../../src/domain/names.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import { startSlackLab, type Message, type SlackLab } from '../../src/lab/slack/slack-lab.ts';
import { decideUpdate, incidentQuery } from '../../workflows/messages.ts';
import { anAlert, aPolicy } from '../support/builders.ts';
import { aDecision, gateway, nextRequest } from '../support/deciding.ts';
import { endRun } from '../support/end-run.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { withWorkers } from '../support/test-workers.ts';
import { useTimeSkippingEnv } from '../support/time-skipping.ts';

const env = useTimeSkippingEnv();
const channel = 'C0INCIDENTS';
const alice = 'U0ALICE001';
const botToken = 'xoxb-of-these-tests';

let lab: SlackLab;
beforeAll(async () => {
  lab = await startSlackLab({
    botToken,
    signingSecret: 'the signing secret of these tests',
    channels: [{ id: channel, name: 'incidents' }],
    members: [{ id: alice, name: 'alice' }],
  });
});
afterAll(() => lab.stop());

const textOf = ({ blocks, text }: Message): string => `${text} ${JSON.stringify(blocks)}`;

it('after hours without Slack all is told, each once and in order, and nobody is reminded of what was decided', async () => {
  const { client, nativeConnection } = env();
  const world = new FakeWorld();
  const approvers = world.approvers.map((person) => ({ ...person, ...(person.id === 'alice' && { slack: alice }) }));
  const settings = { botToken, apiUrl: lab.apiUrl, codeSecret: gateway.codeSecret, temporal: null };
  Object.assign(world.notify, slackNotify({ ...settings, readDirectory: () => Promise.resolve({ approvers }) }));
  await lab.down();
  await withWorkers(nativeConnection, world, async () => {
    const alert = anAlert();
    const channels = { slack: { channel, ownerChannels: {}, tellOwner: false } };
    const policy = aPolicy({ channels, rechecks: [] });
    const handle: WorkflowHandle<(opening: IncidentOpening) => Promise<IncidentReport>> = await client.workflow.start(
      'ec2VmExport',
      {
        workflowId: `${incidentWorkflowId('ec2-vm-export', alert, 'k')}-slack-outage`,
        taskQueue: taskQueues.incident,
        args: [{ alert, policy, policyDigest: 'p', correlation: {} }],
      },
    );
    try {
      const first = await nextRequest(handle);
      await env().sleep('3h');
      await handle.executeUpdate(decideUpdate, { args: [aDecision(first, 'approve', 'alice')] });
      const second = await nextRequest(handle, first.requestId);
      await env().sleep('5h');
      await lab.up();
      // Its last attempt was a minute ago at most.
      await env().sleep('2m');
      await lab.until(() => lab.messages(channel).some((message) => textOf(message).includes('OVERDUE')));

      const told = lab.messages(channel).map(textOf);
      const order = ['triage: ', 'validation: ', 'investigation: ', '*Approved.*', 'containment: '];
      const places = [...order, second.digest.slice(0, 16)].map((text) =>
        told.findIndex((each) => each.includes(text)),
      );
      expect(places).not.toContain(-1);
      expect(places).toEqual(places.toSorted((a, b) => a - b));
      expect(new Set(told).size).toBe(told.length);
      expect(told.filter((text) => text.includes(`${first.requestId} is `))).toEqual([]);
      const { timeline } = await handle.query(incidentQuery);
      expect(timeline.filter(({ kind, text }) => kind === 'gap' && text.includes('Slack'))).toEqual([]);
    } finally {
      await endRun(handle);
    }
  });
});
