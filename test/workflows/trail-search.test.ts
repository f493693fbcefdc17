import { Worker } from '@temporalio/worker';
import { expect, it } from 'vitest';
import type { CloudTrailObserve } from '../../activities/cloudtrail/contract.ts';
import type { SearchedTrail, TrailSearchDetect } from '../../activities/trail-search/contract.ts';
import type { IncidentOpening } from '../../src/domain/incident.ts';
import { incidentWorkflowId, taskQueues } from '../../src/domain/names.ts';
import { incidentQuery } from '../../workflows/messages.ts';
import { aPolicy, aTrail, aTrailEvent, anAlert, ids } from '../support/builders.ts';
import { nextRequest } from '../support/deciding.ts';
import { endRun } from '../support/end-run.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { withWorkers } from '../support/test-workers.ts';
import { useTimeSkippingEnv } from '../support/time-skipping.ts';

const env = useTimeSkippingEnv();
type Looked = Parameters<CloudTrailObserve['lookupTrail']>[0];
type Searched = Parameters<TrailSearchDetect['searchTrail']>[0];

it('what an actor did is asked of the search engine, and CloudTrail only about what that cannot vouch for', async () => {
  const world = new FakeWorld();
  const looked: Looked[] = [];
  const searched: Searched[] = [];
  Object.assign(world.observe, {
    lookupTrail: (input: Looked) => {
      looked.push(input);
      return Promise.resolve(aTrail([]));
    },
  });
  const { client, nativeConnection } = env();
  const detect = await Worker.create({
    connection: nativeConnection,
    taskQueue: taskQueues.detect,
    activities: {
      searchTrail: (input: Searched): Promise<SearchedTrail> => {
        searched.push(input);
        const { from, to, attribute } = input;
        const tail = { region: ids.region, from: new Date(Date.parse(to) - 900_000).toISOString(), to };
        return Promise.resolve({
          vouched: aTrail([aTrailEvent({ eventId: `by-${attribute.name}`, eventName: 'ListUsers' })], { from, to }),
          rest: aTrail([]),
          unvouched: attribute.name === 'AccessKeyId' ? [tail] : [],
          recordedUntil: '2026-03-02T10:10:00.000Z',
        });
      },
    },
  });
  await detect.runUntil(
    withWorkers(nativeConnection, world, async () => {
      const alert = anAlert();
      const opening: IncidentOpening = {
        ...{ alert, policy: aPolicy({ trailSearch: true }), policyDigest: 'p', correlation: {} },
      };
      const handle = await client.workflow.start('ec2VmExport', {
        workflowId: `${incidentWorkflowId('ec2-vm-export', alert, 'k')}-searched`,
        taskQueue: taskQueues.incident,
        args: [opening],
      });
      try {
        await nextRequest(handle);
        const { findings } = await handle.query(incidentQuery);
        const found = findings.find(({ id }) => id === 'key-activity');
        expect(found).toMatchObject({
          answer: 'yes',
          source: 'search engine, which has events until 2026-03-02T10:10:00.000Z, and CloudTrail for the rest',
        });
        expect(found?.detail).toContain('ListUsers');
        expect(new Set(searched.map(({ attribute }) => attribute.name))).toEqual(new Set(['AccessKeyId', 'Username']));
        // Beyond the 90 days of CloudTrail.
        const reach = Math.min(...searched.map(({ from }) => Date.parse(from)));
        expect(Date.parse(alert.time) - reach).toBe(365 * 86_400_000);
        const aboutActor = looked.filter(({ attribute }) => ['AccessKeyId', 'Username'].includes(attribute.name));
        expect(aboutActor.length).toBeGreaterThan(0);
        expect(
          aboutActor.every(({ attribute, spans }) => attribute.name === 'AccessKeyId' && spans?.length === 1),
        ).toBe(true);
      } finally {
        await endRun(handle);
      }
    }),
  );
});
