import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { sourceFailures } from '../../activities/sources/failures.ts';
import type { IncidentOpening } from '../../src/domain/incident.ts';
import { incidentKey, incidentWorkflowId, taskQueues } from '../../src/domain/names.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import type { RequestMessage } from '../../src/domain/approval/request-message.ts';
import type { ResponsePolicy } from '../../src/domain/response-policy.ts';
import type { Source, SourceAnswer } from '../../src/domain/findings/sources.ts';
import { incidentQuery, searchAttributes } from '../../workflows/messages.ts';
import {
  aMention,
  anAlert,
  anAllowListEntry,
  aPolicy,
  aRoleSession,
  aSourcePolicy,
  ids,
  nobodyWrote,
} from '../support/builders.ts';
import { nextRequest } from '../support/deciding.ts';
import { endRun } from '../support/end-run.ts';
import { eventually } from '../support/eventually.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { withWorkers } from '../support/test-workers.ts';
import { useTimeSkippingEnv } from '../support/time-skipping.ts';

/** When sources are asked, and that nothing waits for a slow one. The activities are tested against doubles over HTTP. */
const env = useTimeSkippingEnv();
let runs = 0;

type Incident = WorkflowHandle<(opening: IncidentOpening) => Promise<IncidentReport>>;

const asking = (changes: Partial<ResponsePolicy> = {}): ResponsePolicy =>
  aPolicy({ sources: aSourcePolicy({ budget: 300 }), ...changes });

async function incident(
  world: FakeWorld,
  test: (handle: Incident) => Promise<void>,
  policy = asking(),
  alert = anAlert(),
): Promise<void> {
  const { client, nativeConnection } = env();
  await withWorkers(nativeConnection, world, async () => {
    const opening: IncidentOpening = { alert, policy, policyDigest: 'p', correlation: {} };
    const handle = await client.workflow.start<(o: IncidentOpening) => Promise<IncidentReport>>('ec2VmExport', {
      workflowId: `${incidentWorkflowId('ec2-vm-export', alert, 'sources')}-${++runs}`,
      taskQueue: taskQueues.incident,
      args: [opening],
    });
    try {
      await test(handle);
    } finally {
      await endRun(handle);
    }
  });
}

const finding = async (handle: Incident, id: string) => {
  const { findings } = await handle.query(incidentQuery);
  return findings.find((found) => found.id === id);
};
/** Of a world in which one source answers when the test says so, and the others at once. */
function slow(source: Source): { world: FakeWorld; answer: (answer: SourceAnswer) => void } {
  const world = new FakeWorld();
  const late = Promise.withResolvers<SourceAnswer>();
  world.wrote = (asked) => (asked === source ? late.promise : Promise.resolve(nobodyWrote(asked)));
  return { world, answer: late.resolve };
}

describe('what people wrote', () => {
  it('is asked for everywhere, and told with the plan', async () => {
    const world = new FakeWorld();
    world.instance.tags = { Change: 'OPS-12' };
    world.wrote = (source) =>
      Promise.resolve(nobodyWrote(source, source === 'jira' ? { mentions: [aMention({ matched: ['OPS-12'] })] } : {}));
    await incident(world, async (handle) => {
      await nextRequest(handle);
      expect(world.asked.map(({ source }) => source).sort()).toEqual(['confluence', 'github', 'jira', 'slack']);
      expect(world.asked[0]?.question).toMatchObject({
        incidentKey: incidentKey(handle.workflowId),
        names: [ids.instance, ids.task, ids.bucket],
        tickets: ['OPS-12'],
      });
      expect(await finding(handle, 'tickets')).toMatchObject({
        answer: 'yes',
        evidence: [{ uri: 'memory:source-jira' }],
      });
      expect(await finding(handle, 'explanation')).toMatchObject({
        answer: 'yes',
        detail: expect.stringContaining('not a proof') as unknown,
      });
    });
  });

  it('never lowers severity', async () => {
    const world = new FakeWorld();
    world.wrote = (source) => Promise.resolve(nobodyWrote(source, { mentions: [aMention({ source })] }));
    await incident(world, async (handle) => {
      await nextRequest(handle);
      const { assessment, verdict, findings } = await handle.query(incidentQuery);
      expect(findings.find(({ id }) => id === 'explanation')?.answer).toBe('yes');
      expect([assessment?.severity, verdict]).toEqual(['high', 'unauthorised-export']);
    });
  });

  it('holds up nobody where a source is slow, and is appended when it answers', async () => {
    const { world, answer } = slow('jira');
    await incident(world, async (handle) => {
      await nextRequest(handle);
      expect(await finding(handle, 'tickets')).toMatchObject({ whyUnknown: 'Jira has not answered yet' });
      expect(await finding(handle, 'messages')).toMatchObject({ answer: 'no' });

      answer(nobodyWrote('jira', { mentions: [aMention()] }));
      await eventually(async () => expect(await finding(handle, 'tickets')).toMatchObject({ answer: 'yes' }));
      const { timeline, phase } = await handle.query(incidentQuery);
      expect(phase).toBe('containment');
      expect(timeline.map(({ text }) => text)).toContainEqual(
        expect.stringMatching(/^Jira answered after investigation: yes, .*OPS-12/),
      );
    });
  });

  it('is told to whoever is asked, when it comes late', async () => {
    const { world, answer } = slow('jira');
    const told: string[] = [];
    world.instance.tags = { Environment: 'staging' };
    const place = { channel: 'C0INCIDENTS', ts: '1.1' };
    Object.assign(world.notify, {
      openSlackThread: () => Promise.resolve(place),
      postSlackRequest: () => Promise.resolve(place),
      sendSlackCodes: () => Promise.resolve({ sent: [], notSent: [] }),
      postSlackUpdate: ({ text }: { text: string }) => {
        told.push(text);
        return Promise.resolve(place);
      },
      rewriteSlackRequest: ({ message }: { message: RequestMessage }) => {
        told.push(`severity of the request: ${message.severity}`);
        return Promise.resolve();
      },
    });
    const slack = { channel: place.channel, ownerChannels: {}, tellOwner: false };
    await incident(
      world,
      async (handle) => {
        await nextRequest(handle);
        answer(nobodyWrote('jira', { mentions: [aMention({ states: ['Declined'] })] }));
        await eventually(() => {
          expect(told).toContainEqual(expect.stringMatching(/^Jira answered after investigation: yes, .*\(Declined\)/));
          expect(told).toContain('severity of the request: high');
        });
      },
      asking({ channels: { slack }, authorisedExporters: [ids.userArn] }),
    );
  });

  it('raises severity even late, where a ticket was declined', async () => {
    const { world, answer } = slow('jira');
    world.instance.tags = { Environment: 'staging' };
    await incident(
      world,
      async (handle) => {
        await nextRequest(handle);
        expect((await handle.query(incidentQuery)).assessment?.severity).toBe('medium');

        answer(nobodyWrote('jira', { mentions: [aMention({ states: ['Done', 'Declined'] })] }));
        await eventually(async () => {
          const { assessment } = await handle.query(incidentQuery);
          expect(assessment?.severity).toBe('high');
          expect(assessment?.met.find(({ id }) => id === 'S60')?.evidence.join()).toContain('OPS-12');
          const { typedSearchAttributes } = await handle.describe();
          expect(typedSearchAttributes.get(searchAttributes.severity)).toBe('high');
        });
      },
      asking({ authorisedExporters: [ids.userArn] }),
    );
  });

  it('is not known, with the reason, where a source refuses', async () => {
    const world = new FakeWorld();
    world.wrote = (source) =>
      source === 'slack'
        ? Promise.reject(ApplicationFailure.nonRetryable('Slack answers invalid_auth', sourceFailures.unauthorised))
        : Promise.resolve(nobodyWrote(source));
    await incident(world, async (handle) => {
      await nextRequest(handle);
      const whyUnknown = 'SourceUnauthorised: Slack answers invalid_auth';
      expect(await finding(handle, 'messages')).toMatchObject({ answer: 'unknown', whyUnknown });
      const { timeline } = await handle.query(incidentQuery);
      expect(timeline.map(({ text }) => text)).toContain(`Slack is unknown (${whyUnknown})`);
    });
  });

  it('is of no concern where the allow-list covers the export', async () => {
    const world = new FakeWorld();
    world.instance.tags = { Environment: 'development' };
    await incident(
      world,
      async (handle) => {
        const { findings, verdict } = await handle.result();
        expect(verdict).toBe('authorised');
        expect(world.asked).toEqual([]);
        expect(findings.find(({ id }) => id === 'tickets')?.whyUnknown).toContain('allow-list');
      },
      asking({ allowList: [anAllowListEntry({ expires: '2999-01-01T00:00:00Z' })] }),
      anAlert({ principal: aRoleSession() }),
    );
  });

  it('is asked of nobody in an incident of an earlier version', async () => {
    const world = new FakeWorld();
    await incident(
      world,
      async (handle) => {
        await nextRequest(handle);
        expect(world.asked).toEqual([]);
        expect((await finding(handle, 'tickets'))?.whyUnknown).toContain('not configured');
      },
      aPolicy(),
    );
  });
});
