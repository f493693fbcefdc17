import { describe, expect, it, onTestFinished } from 'vitest';
import { sourceActivities } from '../../activities/notify.ts';
import type { IncidentOpening } from '../../src/domain/incident.ts';
import { incidentWorkflowId, taskQueues } from '../../src/domain/names.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import { incidentQuery } from '../../workflows/messages.ts';
import { anAlert, aPolicy, aSourcePolicy, ids } from '../support/builders.ts';
import { nextRequest } from '../support/deciding.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { startAtlassian } from '../support/sources/atlassian.ts';
import { startGithub } from '../support/sources/github.ts';
import { startSlackSearch } from '../support/sources/slack.ts';
import { withWorkers } from '../support/test-workers.ts';

/** The real activities in a real incident, over HTTP to doubles with the shapes of the APIs. */
const env = useDevEnv();
const key = { email: 'soar@acme.example', token: 'ATATT-of-these-tests' };
const carol = { accountId: '5b10ac8d82e05b22cc7d4ef5', displayName: 'Carol' };

describe('the sources of an incident', () => {
  it('are asked over HTTP, one that is limited again when it allows it, and what they say is told with the plan', async () => {
    const github = await startGithub('ghp_of_these_tests_and_no_other');
    const site = await startAtlassian(key);
    const slack = await startSlackSearch('xoxp-of-these-tests');
    onTestFinished(async () => {
      await Promise.all([github.stop(), site.stop(), slack.stop()]);
    });
    github.answers.push({ status: 403, headers: { 'retry-after': '1' } });
    site.tickets.push({
      key: 'OPS-12',
      summary: 'Move the shop',
      description: `Export ${ids.instance}.`,
      reporter: carol,
      status: 'Approved',
      created: '2026-03-01T09:00:00.000+0000',
    });

    const world = new FakeWorld();
    const principals = [ids.userArn];
    const activities = sourceActivities(
      {
        github: { url: github.url, token: 'ghp_of_these_tests_and_no_other', organisation: 'acme' },
        jira: { url: site.url, ...key },
        confluence: { url: site.url, ...key },
        slack: { token: 'xoxp-wrong-in-these-tests', apiUrl: `${slack.url}/` },
        readIdentities: () => Promise.resolve([{ principals, name: 'Mallory', github: 'mal', jira: 'mallory-1' }]),
      },
      (input) => world.notify.storeEvidence(input),
    );
    Object.assign(world.notify, activities);

    const { client, nativeConnection } = env();
    const opening: IncidentOpening = {
      alert: anAlert(),
      policy: aPolicy({ sources: aSourcePolicy() }),
      policyDigest: 'p',
      correlation: {},
    };
    await withWorkers(nativeConnection, world, async () => {
      const handle = await client.workflow.start<(o: IncidentOpening) => Promise<IncidentReport>>('ec2VmExport', {
        workflowId: incidentWorkflowId('ec2-vm-export', opening.alert, 'over-http'),
        taskQueue: taskQueues.incident,
        args: [opening],
      });
      await nextRequest(handle);
      const { findings } = await handle.query(incidentQuery);
      await handle.terminate('the test is over');
      const told = Object.fromEntries(findings.map(({ id, answer, detail }) => [id, `${answer}: ${detail}`]));
      expect(told).toMatchObject({
        'pull-requests': expect.stringMatching(/^no: nothing since/) as unknown,
        tickets: expect.stringMatching(/^yes: a reason, not a proof: "OPS-12 Move the shop" \(Approved\)/) as unknown,
        pages: expect.stringMatching(/^no: nothing since/) as unknown,
        messages: expect.stringMatching(/^unknown: .*SourceUnauthorised: .*sources\.slack\.token/) as unknown,
        explanation: 'yes: a reason, not a proof, see tickets',
      });
      // The limited request, and all of them again.
      expect(github.asked).toHaveLength(1 + 7);
    });
  });
});
