import type { Connection } from '@temporalio/client';
import { expect, test } from 'vitest';
import { describeDeployment, releaseBuild } from '../../../workers/versioning.ts';

/** A server that knows a deployment of this state, or fails with this gRPC code, and the builds that were made current. */
function serverWith(state: { current: string; known: string[] } | number) {
  const made: string[] = [];
  const workflowService = {
    describeWorkerDeployment: () => {
      if (typeof state === 'number') {
        return Promise.reject(Object.assign(new Error('no answer'), { code: state, details: 'd', metadata: {} }));
      }
      return Promise.resolve({
        workerDeploymentInfo: {
          versionSummaries: state.known.map((buildId) => ({ deploymentVersion: { buildId } })),
          routingConfig: { currentDeploymentVersion: { buildId: state.current } },
        },
      });
    },
    setWorkerDeploymentCurrentVersion: ({ buildId }: { buildId: string }) => Promise.resolve(made.push(buildId)),
  };
  return { connection: { workflowService } as unknown as Connection, made };
}

async function released(state: Parameters<typeof serverWith>[0], buildId: string) {
  const { connection, made } = serverWith(state);
  const deployment = await describeDeployment(connection, 'default');
  return { elsewhere: await releaseBuild(connection, 'default', buildId, deployment), made };
}

test('a build that was never seen takes the new incidents, the first one too', async () => {
  expect(await released({ current: 'old', known: ['older', 'old'] }, 'new')).toEqual({
    elsewhere: null,
    made: ['new'],
  });
  expect(await released(5, 'new')).toEqual({ elsewhere: null, made: ['new'] });
});

test('one that was seen before leaves them where they are, and says where', async () => {
  expect(await released({ current: 'new', known: ['old', 'new'] }, 'old')).toEqual({ elsewhere: 'new', made: [] });
  expect(await released({ current: 'new', known: ['old', 'new'] }, 'new')).toEqual({ elsewhere: null, made: [] });
});

test('where Temporal does not say which builds there are, none takes over', async () => {
  await expect(released(14, 'old')).rejects.toThrow('no answer');
  await expect(released(4, 'old')).rejects.toThrow('no answer');
});
