import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { sourceFailures } from '../../activities/sources/failures.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import type { IncidentOpening } from '../../src/domain/incident.ts';
import { incidentWorkflowId, taskQueues } from '../../src/domain/names.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import { incidentQuery } from '../../workflows/messages.ts';
import { aBucket, anAlert, aPolicy, aSourcePolicy } from '../support/builders.ts';
import { nextRequest } from '../support/deciding.ts';
import { endRun } from '../support/end-run.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { withWorkers } from '../support/test-workers.ts';
import { useTimeSkippingEnv } from '../support/time-skipping.ts';

const env = useTimeSkippingEnv();

/** What a plan is made from; everything else that is read helps to judge, and may be away. */
const needed = new Set([
  'describeBucket',
  'describeExportObject',
  'describeExportTask',
  'awaitExportTask',
  'describePrincipal',
]);

/** A world in which AWS refuses every read that is not needed, no source answers, and nothing can be kept. */
function nothingAnswers(): { world: FakeWorld; refused: string[] } {
  const world = new FakeWorld();
  const refused = Object.keys(world.observe).filter((name) => !needed.has(name));
  const refuse = (name: string) => () =>
    Promise.reject(ApplicationFailure.nonRetryable(`${name} is refused`, failureTypes.accessDenied));
  Object.assign(world.observe, Object.fromEntries(refused.map((name) => [name, refuse(name)])));
  Object.assign(world.notify, { correlate: refuse('correlate') });
  world.wrote = (source) =>
    Promise.reject(ApplicationFailure.nonRetryable(`${source} is away`, sourceFailures.unauthorised));
  world.bucket = { ...aBucket(), notKept: 'AwsAccessDenied' };
  return { world, refused };
}

describe('with every optional source down', () => {
  it('an incident reaches its approval, and every gap is listed', async () => {
    const { world, refused } = nothingAnswers();
    expect(refused).toEqual(expect.arrayContaining(['lookupTrail', 'readAccessLogs', 'describeInstance']));
    const { client, nativeConnection } = env();
    const away = () =>
      Promise.reject(ApplicationFailure.nonRetryable('the search engine is away', failureTypes.detectionRefused));
    let searched = 0;
    const searchTrail = () => {
      searched++;
      return away();
    };
    const detect = await Worker.create({
      connection: nativeConnection,
      taskQueue: taskQueues.detect,
      activities: { searchObjectReads: away, searchTrail },
    });
    const test = withWorkers(nativeConnection, world, async () => {
      const alert = anAlert();
      const policy = aPolicy({ sources: aSourcePolicy({ budget: 300 }), dataEvents: true, trailSearch: true });
      const opening: IncidentOpening = { alert, policy, policyDigest: 'p', correlation: {} };
      const handle: WorkflowHandle<(opening: IncidentOpening) => Promise<IncidentReport>> = await client.workflow.start(
        'ec2VmExport',
        {
          workflowId: `${incidentWorkflowId('ec2-vm-export', alert, 'k')}-down`,
          taskQueue: taskQueues.incident,
          args: [opening],
        },
      );
      try {
        const request = await nextRequest(handle);
        expect(request.phase).toBe('containment');
        expect(request.plan.actions.length).toBeGreaterThan(2);

        const { timeline, findings } = await handle.query(incidentQuery);
        const gaps = timeline.filter(({ kind }) => kind === 'gap').map(({ text }) => text);
        for (const gap of [
          'instance is unknown (AwsAccessDenied: describeInstance is refused)',
          "the actor's activity is unknown (AwsAccessDenied: lookupTrail is refused)",
          "the actor's activity, by the search engine is unknown (DetectionRefused: the search engine is away)",
          'reads of the export is unknown (AwsAccessDenied: readAccessLogs is refused)',
          'data events of the export is unknown (DetectionRefused: the search engine is away)',
          'the export calls of the account is unknown (AwsAccessDenied: lookupCalls is refused)',
          'changes of the bucket is unknown (AwsAccessDenied: lookupTrail is refused)',
          'the evidence of what was answered is unknown (AwsAccessDenied)',
          'GitHub is unknown (SourceUnauthorised: github is away)',
          'Jira is unknown (SourceUnauthorised: jira is away)',
          'Confluence is unknown (SourceUnauthorised: confluence is away)',
          'Slack is unknown (SourceUnauthorised: slack is away)',
        ]) {
          expect(gaps).toContain(gap);
        }
        // For the key and the name, which are asked about at once; nothing later waits for it again.
        expect(searched).toBe(2);
        const open = findings.filter(({ answer }) => answer === 'unknown');
        expect(open.map(({ id }) => id)).toEqual(
          expect.arrayContaining([
            ...['classification', 'tags-changed', 'key-activity', 'downloaded', 'earlier-exports', 'dry-runs'],
            ...['authentication', 'geography', 'concealment', 'other-copies', 'tickets', 'messages', 'explanation'],
          ]),
        );
        for (const { id, whyUnknown } of open) expect([id, whyUnknown]).toEqual([id, expect.stringMatching(/\S/)]);
      } finally {
        await endRun(handle);
      }
    });
    await detect.runUntil(test);
  });
});
