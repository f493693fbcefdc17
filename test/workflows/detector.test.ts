import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import type { DetectorAnswer } from '../../activities/kibana/contract.ts';
import type { IncidentOpening } from '../../src/domain/incident.ts';
import { incidentKey, incidentWorkflowId, taskQueues } from '../../src/domain/names.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import type { ResponsePolicy } from '../../src/domain/response-policy.ts';
import { attachAlertSignal, closeUpdate, decideUpdate } from '../../workflows/messages.ts';
import { anAlert, anAllowListEntry, anArrival, anIamUser, aPolicy, aRoleSession, ids } from '../support/builders.ts';
import { aDecision, nextRequest } from '../support/deciding.ts';
import { endRun } from '../support/end-run.ts';
import { eventually } from '../support/eventually.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { withWorkers } from '../support/test-workers.ts';
import { useTimeSkippingEnv } from '../support/time-skipping.ts';

/** What Kibana is told, and that nobody waits for it. The activity itself is tested against a stand-in for Kibana. */
const env = useTimeSkippingEnv();
let runs = 0;

type Incident = WorkflowHandle<(opening: IncidentOpening) => Promise<IncidentReport>>;
const fromElastic = (alertId: string) => anArrival({ door: 'elastic', alertId });

async function incident(
  world: FakeWorld,
  opening: { alert: IncidentOpening['alert']; policy?: Partial<ResponsePolicy> },
  test: (handle: Incident) => Promise<void>,
): Promise<void> {
  const { client, nativeConnection } = env();
  await withWorkers(nativeConnection, world, async () => {
    const handle = await client.workflow.start<(o: IncidentOpening) => Promise<IncidentReport>>('ec2VmExport', {
      workflowId: `${incidentWorkflowId('ec2-vm-export', opening.alert, 'detector')}-${++runs}`,
      taskQueue: taskQueues.incident,
      args: [
        {
          alert: opening.alert,
          policy: aPolicy({ detectors: { kibana: true }, ...opening.policy }),
          policyDigest: 'p',
          correlation: {},
        },
      ],
    });
    try {
      await test(handle);
    } finally {
      await endRun(handle);
    }
  });
}

/** An export that the allow-list knows: the incident ends without asking anybody. */
const authorised = (arrival = fromElastic('alert-1')) => ({
  alert: anAlert({ principal: aRoleSession(), arrival }),
  policy: { allowList: [anAllowListEntry({ expires: '2999-01-01T00:00:00Z' })] },
});
const quiet = () => {
  const world = new FakeWorld();
  world.instance.tags = { Environment: 'development' };
  return world;
};
const gapsIn = ({ timeline }: Pick<IncidentReport, 'timeline'>) =>
  timeline.filter(({ kind, text }) => kind === 'gap' && text.includes('Kibana')).map(({ text }) => text);

describe('an incident from an alert of Elastic', () => {
  it('acknowledges it at opening and closes it with its verdict', async () => {
    const world = quiet();
    await incident(world, authorised(), async (handle) => {
      const report = await handle.result();
      const common = {
        alerts: [{ alertId: 'alert-1', eventId: anAlert().eventId }],
        incidentKey: incidentKey(handle.workflowId),
        workflowId: handle.workflowId,
        title: 'AWS EC2 instance exported as VM',
      };
      expect(world.told).toEqual([
        { ...common, state: 'acknowledged' },
        { ...common, state: 'closed', verdict: 'authorised', severity: 'low' },
      ]);
      expect(report.timeline.map(({ text }) => text)).toContain('closed in Kibana: 1 of 1');
      expect(gapsIn(report)).toEqual([]);
    });
  });

  it('acknowledges what is attached later, and closes all of it together', async () => {
    const world = new FakeWorld();
    await incident(world, { alert: anAlert({ arrival: fromElastic('alert-1') }) }, async (handle) => {
      const request = await nextRequest(handle);
      const more = ['alert-2', 'alert-3', 'alert-2'];
      for (const id of more) await handle.signal(attachAlertSignal, anAlert({ eventId: id, arrival: fromElastic(id) }));
      await handle.signal(attachAlertSignal, anAlert({ eventId: 'by-another-door' }));
      const ids = () => world.told.map(({ state, alerts }) => [state, ...alerts.map(({ alertId }) => alertId)]);
      await eventually(() => expect(ids().flat()).toContain('alert-3'));

      await handle.executeUpdate(closeUpdate, { args: [{ author: 'alice', reason: 'a drill' }] });
      await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'reject', 'alice')] });
      await handle.result();
      expect(ids().at(-1)).toEqual(['closed', 'alert-1', 'alert-2', 'alert-3']);
      const acknowledged = ids().slice(0, -1).flat();
      expect(acknowledged.filter((id) => id.startsWith('alert-'))).toEqual(['alert-1', 'alert-2', 'alert-3']);
      expect(world.told.at(-1)).toMatchObject({ verdict: 'unauthorised-export' });
    });
  });

  it('does not close as authorised what shows, at the end, that it is not', async () => {
    const world = quiet();
    const indexEvents = world.notify.indexEvents.bind(world.notify);
    const learnt = Promise.withResolvers<undefined>();
    world.notify.indexEvents = async (input) => {
      await learnt.promise;
      return indexEvents(input);
    };
    await incident(world, authorised(), async (handle) => {
      await eventually(() => expect(world.told.at(-1)).toMatchObject({ state: 'closed', verdict: 'authorised' }));
      const arrival = fromElastic('alert-2');
      const byCarol = anIamUser({ name: 'carol', arn: `arn:aws:iam::${ids.account}:user/carol` });
      await handle.signal(attachAlertSignal, anAlert({ eventId: 'second', principal: byCarol, arrival }));
      await eventually(() =>
        expect(world.told.at(-1)).toMatchObject({ state: 'acknowledged', alerts: [{ alertId: 'alert-2' }] }),
      );
      learnt.resolve(undefined);
      await nextRequest(handle);
      await handle.executeUpdate(closeUpdate, { args: [{ author: 'alice', reason: 'a drill' }] });
      await handle.result();
      expect(world.told.at(-1)).toMatchObject({ state: 'closed', verdict: 'unauthorised-export' });
    });
  });

  it('reaches its end in minutes while Kibana is down, and says that it was not told', async () => {
    const world = quiet();
    world.kibana = () => Promise.reject(ApplicationFailure.retryable('nobody answers', 'KibanaUnavailable'));
    await incident(world, authorised(), async (handle) => {
      const report = await handle.result();
      expect(report.verdict).toBe('authorised');
      expect(world.told.length).toBeGreaterThan(4);
      expect(gapsIn(report)).toEqual([
        expect.stringMatching(/not told that alerts are acknowledged .*nobody answers/) as string,
        expect.stringMatching(/not told that alerts are closed .*nobody answers/) as string,
      ]);
      expect(Date.parse(report.closedAt!) - Date.parse(report.openedAt)).toBeLessThan(15 * 60_000);
    });
  });

  it('asks people while Kibana is down: only the end waits for it', async () => {
    const world = new FakeWorld();
    const answered = Promise.withResolvers<DetectorAnswer>();
    world.kibana = () => answered.promise;
    await incident(world, { alert: anAlert({ arrival: fromElastic('alert-1') }) }, async (handle) => {
      expect((await nextRequest(handle)).phase).toBe('containment');
      expect(world.told).toHaveLength(1);
      answered.resolve({ changed: 0, problems: [] });
    });
  });

  it('is not tried again after a refusal, which is on record', async () => {
    const world = quiet();
    world.kibana = () => Promise.reject(ApplicationFailure.nonRetryable('check kibana.apiKey', 'KibanaRefused'));
    await incident(world, authorised(), async (handle) => {
      const gaps = gapsIn(await handle.result());
      expect(world.told).toHaveLength(2);
      expect(gaps[0]).toContain('KibanaRefused: check kibana.apiKey');
    });
  });

  it('records what Kibana could not do', async () => {
    const world = quiet();
    world.kibana = () => Promise.resolve({ changed: 0, problems: ['1 alert is not in space default'] });
    await incident(world, authorised(), async (handle) => {
      expect(gapsIn(await handle.result())).toEqual(['Kibana: 1 alert is not in space default']);
    });
  });

  it('tells of a hundred alerts, and how many there were beyond', async () => {
    const world = new FakeWorld();
    await incident(world, { alert: anAlert({ arrival: fromElastic('alert-0') }) }, async (handle) => {
      const request = await nextRequest(handle);
      for (let number = 1; number <= 102; number++) {
        const id = `alert-${number}`;
        await handle.signal(attachAlertSignal, anAlert({ eventId: id, arrival: fromElastic(id) }));
      }
      await handle.executeUpdate(closeUpdate, { args: [{ author: 'alice', reason: 'a drill' }] });
      await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'reject', 'alice')] });
      const report = await handle.result();
      expect(world.told.at(-1)!.alerts).toHaveLength(100);
      expect(gapsIn(report)).toEqual(['Kibana was not told of 3 further alerts']);
    });
  });
});

describe('nothing is told', () => {
  it('where no Kibana is configured', async () => {
    const world = quiet();
    const { alert, policy } = authorised();
    await incident(world, { alert, policy: { ...policy, detectors: { kibana: false } } }, async (handle) => {
      await handle.result();
      expect(world.told).toEqual([]);
    });
  });

  it('about an alert that came by another door', async () => {
    const world = quiet();
    await incident(world, authorised(anArrival({ alertId: 'alert-1' })), async (handle) => {
      const { timeline } = await handle.result();
      expect(world.told).toEqual([]);
      expect(gapsIn({ timeline })).toEqual([]);
    });
  });

  it('when the incident is cancelled: its alerts stay acknowledged, for people to look at', async () => {
    const world = new FakeWorld();
    await incident(world, { alert: anAlert({ arrival: fromElastic('alert-1') }) }, async (handle) => {
      await nextRequest(handle);
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow();
      expect(world.reports).toHaveLength(1);
      expect(world.told.map(({ state }) => state)).toEqual(['acknowledged']);
    });
  });
});
