import { Client } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import type { Alert } from '../../src/domain/alert/alert.ts';
import { tallyWorkflowId, taskQueues } from '../../src/domain/names.ts';
import { emptyTally, type TallyInput } from '../../src/domain/alert/tally.ts';
import { admission } from '../../src/intake/admission.ts';
import { alertCounting } from '../../src/intake/count-alerts.ts';
import { openIncident, type IntakeContext, type OpenedIncident } from '../../src/intake/open-incident.ts';
import { incidentQuery, tallyAlertsSignal } from '../../workflows/messages.ts';
import { aFailedAlert, anArrival, aPolicy } from '../support/builders.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { eventually } from '../support/eventually.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { withWorkers } from '../support/test-workers.ts';

const env = useDevEnv();
const intake = (client: Client = env().client): IntakeContext => ({
  client,
  policyFor: () => aPolicy(),
  correlationKey: 'a key of these tests',
  counting: alertCounting(client),
  admission: admission(10_000),
});
const view = (workflowId: string) => env().client.workflow.getHandle(workflowId).query(incidentQuery);
const running = (test: () => Promise<void>) => withWorkers(env().nativeConnection, new FakeWorld(), test);

/** So many at a time, as doors take them in. */
async function openAll(context: IntakeContext, alerts: Alert[], atOnce = 20): Promise<OpenedIncident[]> {
  const left = [...alerts];
  const opened: OpenedIncident[] = [];
  const lane = async () => {
    for (let alert = left.pop(); alert; alert = left.pop()) opened.push(await openIncident(context, alert));
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return opened;
}

describe('one incident', () => {
  test('has every arrival of one call on its record: each door, rule and alert id', async () => {
    await running(async () => {
      const context = intake();
      const arrivals = [
        anArrival({ door: 'elastic', rule: 'EC2 VM export failure', alertId: 'a-1' }),
        anArrival({ door: 'elastic', rule: 'EC2 export task', alertId: 'a-2' }),
        anArrival({ door: 'eventbridge', rule: 'vm-export' }),
        anArrival({ door: 'elastic', rule: 'EC2 VM export failure', alertId: 'a-1' }),
      ];
      const opened = [];
      for (const arrival of arrivals)
        opened.push(await openIncident(context, aFailedAlert({ instanceId: 'i-1', arrival })));
      expect(opened.map(({ result }) => result)).toEqual(['opened', 'attached', 'attached', 'attached']);
      const [{ workflowId }] = opened as [OpenedIncident];
      const { eventId } = aFailedAlert();
      await eventually(async () => {
        const shown = await view(workflowId);
        expect(shown.arrivals).toEqual(arrivals.map((arrival) => ({ eventId, ...arrival })));
        expect(shown).toMatchObject({ alertCount: 4, alertsNotListed: 0, eventIds: [eventId] });
      });
    });
  });

  test('takes five thousand alerts of one refused call, counts them all, and knows each after it has closed', async () => {
    await running(async () => {
      const context = intake();
      const alert = (number: number) => aFailedAlert({ instanceId: 'i-5000', eventId: `denied-${number}` });
      const alerts = Array.from({ length: 5000 }, (_, number) => alert(number));
      const opened = await openAll(context, alerts);
      expect(new Set(opened.map(({ workflowId }) => workflowId)).size).toBe(1);
      expect(opened.filter(({ result }) => result === 'opened')).toHaveLength(1);
      expect(opened.filter(({ result }) => result === 'attached')).toHaveLength(4999);

      const [{ workflowId }] = opened as [OpenedIncident];
      await eventually(async () => expect((await view(workflowId)).alertCount).toBe(5000), { interval: 500 });
      const shown = await view(workflowId);
      expect(shown.alertsNotListed).toBe(5000 - (shown.arrivals ?? []).length);
      const { historyLength, historySize } = await env().client.workflow.getHandle(workflowId).describe();
      expect(historyLength).toBeLessThan(1000);
      expect(historySize).toBeLessThan(1_000_000);

      await env().client.workflow.getHandle(workflowId).terminate('the test is over');
      for (const number of [0, 2500, 4999]) {
        expect(await openIncident(context, alert(number))).toMatchObject({ result: 'known', workflowId });
      }
      const next = await openIncident(context, alert(5000));
      expect(next).toMatchObject({ result: 'opened', workflowId: `${workflowId}/2` });
    });
  }, 120_000);

  test('that closes while an alert is counted beside it loses nothing: the alert opens the next one', async () => {
    let closeWhenCounted = false;
    const client = new Client({
      connection: env().connection,
      interceptors: {
        workflow: [
          {
            signalWithStart: async (input, next) => {
              const answer = await next(input);
              const incident = input.options.workflowId.replace('tally/', '');
              if (closeWhenCounted) await env().client.workflow.getHandle(incident).terminate('at that moment');
              return answer;
            },
          },
        ],
      },
    });
    const context = intake(client);
    const alert = (number: number) => aFailedAlert({ instanceId: 'i-closing', eventId: `closing-${number}` });
    const alerts = Array.from({ length: 60 }, (_, number) => alert(number));
    const [first] = await openAll(context, alerts, 1);
    closeWhenCounted = true;
    expect(await openIncident(context, alert(60))).toMatchObject({
      result: 'opened',
      workflowId: `${first?.workflowId}/2`,
    });
    // What was counted while it ran is known all the same.
    expect(await openIncident(context, alert(0))).toMatchObject({ result: 'known', workflowId: first?.workflowId });
  });
});

describe('the tally of an incident', () => {
  test('ends when the incident has ended', async () => {
    await running(async () => {
      const incident = 'ec2-vm-export/111111111111/eu-west-1/never-was';
      const handle = await env().client.workflow.signalWithStart<(input: TallyInput) => Promise<void>, [never]>(
        'alertTally',
        {
          workflowId: tallyWorkflowId(incident),
          taskQueue: taskQueues.incident,
          args: [{ incident, state: emptyTally }],
          signal: tallyAlertsSignal.name,
          signalArgs: [[{ eventId: 'e', door: 'http', receivedAt: '2026-03-02T10:06:00Z' }] as never],
        },
      );
      await handle.result();
    });
  });
});
