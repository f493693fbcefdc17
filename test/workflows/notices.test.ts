import type { WorkflowHandle } from '@temporalio/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { slackNotify } from '../../activities/slack/notify.ts';
import type { IncidentOpening } from '../../src/domain/incident.ts';
import { incidentWorkflowId, taskQueues } from '../../src/domain/names.ts';
import type { NoticeRecord, NoticeRule } from '../../src/domain/notices/notices.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import { startSlackLab, type SlackLab } from '../../src/lab/slack/slack-lab.ts';
import { closeUpdate, decideUpdate, incidentQuery } from '../../workflows/messages.ts';
import { anAlert, aPolicy, ids } from '../support/builders.ts';
import { aDecision, gateway, nextRequest } from '../support/deciding.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { eventually } from '../support/eventually.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { withWorkers } from '../support/test-workers.ts';
import { soar } from '../unit/cli/a-terminal.ts';

const env = useDevEnv();
const channel = 'C0INCIDENTS';
const management = 'C0MANAGEMENT';
const botToken = 'xoxb-of-these-tests';
let runs = 0;
const links = { kibana: { url: 'https://kibana.example', space: 'default' }, temporalUi: null };

let lab: SlackLab;
beforeEach(async () => {
  vi.stubEnv('TEMPORAL_ADDRESS', env().address);
  lab = await startSlackLab({
    botToken,
    signingSecret: 'the signing secret of these tests',
    channels: [
      { id: channel, name: 'incidents' },
      { id: management, name: 'management' },
    ],
    members: [],
  });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await lab.stop();
});

type Incident = WorkflowHandle<(opening: IncidentOpening) => Promise<IncidentReport>>;

async function incident(
  notices: NoticeRule[],
  test: (handle: Incident, world: FakeWorld) => Promise<void>,
  how: { slack: boolean } = { slack: true },
): Promise<void> {
  const { client, nativeConnection } = env();
  const world = new FakeWorld();
  Object.assign(
    world.notify,
    slackNotify({
      botToken,
      apiUrl: lab.apiUrl,
      readDirectory: () => Promise.resolve({ approvers: world.approvers }),
      codeSecret: gateway.codeSecret,
      temporal: null,
    }),
  );
  await withWorkers(nativeConnection, world, async () => {
    const alert = anAlert();
    const slack = how.slack ? { channel, ownerChannels: {}, tellOwner: false } : null;
    const policy = aPolicy({ channels: { slack }, rechecks: [], notices, links });
    const handle = await client.workflow.start<(o: IncidentOpening) => Promise<IncidentReport>>('ec2VmExport', {
      workflowId: `${incidentWorkflowId('ec2-vm-export', alert, 'k')}-notices-${++runs}`,
      taskQueue: taskQueues.incident,
      args: [{ alert, policy, policyDigest: 'p', correlation: {} }],
    });
    try {
      await test(handle, world);
    } finally {
      await handle.terminate('the test is over').catch(() => undefined);
    }
  });
}

const aNotice = (changes: Partial<NoticeRule> = {}): NoticeRule => ({
  id: 'management',
  who: 'management',
  phase: 'validation',
  detail: 'headline',
  channel: management,
  ...changes,
});
const withoutChannel: NoticeRule = {
  id: 'aws-support',
  who: 'AWS Support',
  phase: 'triage',
  detail: 'full',
  instructions: 'open a case',
};
const noticesOf = async (handle: Incident): Promise<NoticeRecord[]> =>
  (await handle.query(incidentQuery)).notices ?? [];
const until = (handle: Incident, status: NoticeRecord['status'], id: string): Promise<NoticeRecord> =>
  eventually(async () => {
    const notice = (await noticesOf(handle)).find((one) => one.id === id);
    expect(notice?.status).toBe(status);
    return notice!;
  });
/** Rejects whatever is asked until the incident ends by itself. */
async function toTheEnd(handle: Incident): Promise<IncidentReport> {
  const request = await nextRequest(handle);
  await handle.executeUpdate(closeUpdate, { args: [{ author: 'alice', reason: 'the test is over' }] });
  await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'reject', 'alice')] }).catch(() => undefined);
  return handle.result();
}

describe('a notice with a channel', () => {
  it('is told there once, when its phase is over, and the report says so', async () => {
    await incident([aNotice()], async (handle) => {
      const told = await until(handle, 'told', 'management');
      expect(told.by).toBe(`Slack channel ${management}`);
      const report = await toTheEnd(handle);
      const posted = lab.messages(management);
      expect(posted).toHaveLength(1);
      expect(posted[0]!.threadTs).toBeUndefined();
      expect(JSON.stringify(posted[0]!.blocks)).toContain(`Account ${ids.account}, severity`);
      expect(JSON.stringify(posted[0]!.blocks)).not.toContain('mallory');
      expect(report.notices).toEqual([told]);
    });
  });

  it('after the last phase stands in the report as told', async () => {
    await incident([aNotice({ phase: 'recovery' })], async (handle) => {
      const report = await toTheEnd(handle);
      expect(report.notices).toMatchObject([{ id: 'management', status: 'told' }]);
      expect(lab.messages(management)).toHaveLength(1);
    });
  });

  it('is not told where the policy does not ask for it', async () => {
    await incident([aNotice({ verdicts: ['authorised'] }), aNotice({ id: 'soc', who: 'soc' })], async (handle) => {
      await until(handle, 'told', 'soc');
      const report = await toTheEnd(handle);
      expect(report.notices?.map(({ id }) => id)).toEqual(['soc']);
      expect(lab.messages(management)).toHaveLength(1);
    });
  });

  it('that a person told before it was due is not told again', async () => {
    await incident([aNotice({ phase: 'recovery' })], async (handle) => {
      await nextRequest(handle);
      expect(await noticesOf(handle)).toEqual([]);
      expect((await soar(['incident', 'told', handle.workflowId, 'management', '--by', 'Alice'])).code).toBe(0);
      expect((await toTheEnd(handle)).notices).toMatchObject([{ id: 'management', status: 'told', by: 'Alice' }]);
      expect(lab.messages(management)).toEqual([]);
    });
  });

  it('that Slack refuses has failed, and a person can tell them', async () => {
    await incident([aNotice({ channel: 'C0NOBODYIN' })], async (handle) => {
      const { why } = await until(handle, 'failed', 'management');
      expect(why).toContain('invite the app to the channel');
      await nextRequest(handle);
      const said = await soar(['incident', 'told', handle.workflowId, 'management', '--by', 'Alice']);
      expect(said.code).toBe(0);
      expect((await until(handle, 'told', 'management')).by).toBe('Alice');
    });
  });

  it('is due for a person where the incident has no Slack, and holds nothing up', async () => {
    await incident(
      [aNotice()],
      async (handle) => {
        await nextRequest(handle);
        await until(handle, 'due', 'management');
        expect((await toTheEnd(handle)).notices).toMatchObject([{ id: 'management', status: 'due' }]);
        expect(lab.messages(management)).toEqual([]);
      },
      { slack: false },
    );
  });
});

describe('a notice without a channel', () => {
  it('is due until somebody says by the command line that they told them, once', async () => {
    await incident([withoutChannel], async (handle) => {
      await until(handle, 'due', 'aws-support');
      const tell = (...argv: string[]) => soar(['incident', 'told', handle.workflowId, ...argv, '--by', 'Alice']);
      const unknown = await tell('nobody');
      expect(unknown.code).toBe(1);
      expect(unknown.err).toContain('it has: aws-support');

      const shown = await soar(['incident', 'show', handle.workflowId]);
      expect(shown.out).toContain('AWS Support (aws-support): due; open a case');
      expect((await tell('aws-support', '--note', 'case 1234567890')).code).toBe(0);
      const again = await tell('aws-support');
      expect(again.code).toBe(1);
      expect(again.err).toContain('they were told already');

      expect((await soar(['incident', 'show', handle.workflowId])).out).toContain('by Alice');
      const report = await toTheEnd(handle);
      expect(report.notices).toMatchObject([{ status: 'told', by: 'Alice', note: 'case 1234567890' }]);
      const closed = await tell('aws-support');
      expect(closed.err).toContain('has closed');
    });
  });
});

describe('a clock of a notice', () => {
  it('is reminded of in the thread at half and at its end, and keeps no incident open', async () => {
    await incident([{ ...withoutChannel, within: 1500 }], async (handle) => {
      await nextRequest(handle);
      const said = (text: string) => lab.messages(channel).find(({ blocks }) => JSON.stringify(blocks).includes(text));
      await lab.until(() => said('half of the time has passed'));
      const reminder = await lab.until(() => said('OVERDUE: all of the time has passed'));
      expect(reminder.threadTs).toBe(lab.messages(channel)[0]!.ts);
      const report = await toTheEnd(handle);
      expect(report.notices?.[0]).toMatchObject({ id: 'aws-support', status: 'due' });
      expect(report.timeline.filter(({ kind }) => kind === 'notice')).toHaveLength(3);
    });
  });

  it('runs from the verdict; an incident that ends before leaves the notice due in the report', async () => {
    await incident([{ ...withoutChannel, within: 72 * 3_600_000 }], async (handle) => {
      await until(handle, 'due', 'aws-support');
      const report = await toTheEnd(handle);
      const verdict = report.timeline.find(({ text }) => text.startsWith('verdict: '))!;
      const dueBy = new Date(Date.parse(verdict.at) + 72 * 3_600_000).toISOString();
      expect(report.notices?.[0]).toMatchObject({ status: 'due', dueBy });
    });
  });
});

it('links of an incident stand in the head of its thread, in soar incident show, and in its report', async () => {
  await incident([], async (handle) => {
    await nextRequest(handle);
    const head = await lab.until(() => lab.messages(channel)[0]);
    const url = `https://console.aws.amazon.com/cloudtrailv2/home?region=${ids.region}#/events?AccessKeyId=${ids.accessKey}`;
    expect(JSON.stringify(head.blocks)).toContain('https://kibana.example/app/discover#/?_g=');
    expect(JSON.stringify(head.blocks)).toContain(`${url}|Access key in CloudTrail`);
    expect((await soar(['incident', 'show', handle.workflowId])).out).toContain(`Access key in CloudTrail  ${url}`);
    const report = await toTheEnd(handle);
    expect(report.links?.map((link) => link.url)).toContain(url);
  });
});
