import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { cameFrom } from '../../activities/aws/error-place.ts';
import { toFailure } from '../../activities/aws/failures.ts';
import type { ActInput, TargetCheck } from '../../src/domain/acts/acts.ts';
import type { Alert } from '../../src/domain/alert/alert.ts';
import type { ApprovalRequest } from '../../src/domain/approval/approval.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import type { InstanceFacts } from '../../src/domain/findings/facts.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import type { IncidentOpening } from '../../src/domain/incident.ts';
import { incidentWorkflowId, taskQueues } from '../../src/domain/names.ts';
import type { ResponsePolicy } from '../../src/domain/response-policy.ts';
import {
  attachAlertSignal,
  closeUpdate,
  credentialUpdate,
  decideSignal,
  decideUpdate,
  incidentQuery,
  retryUpdate,
  undoUpdate,
} from '../../workflows/messages.ts';
import {
  aBucket,
  aDocument,
  anAccount,
  anAlert,
  anAllow,
  anAllowListEntry,
  anIamUser,
  anImageAlert,
  anImageSource,
  aPolicy,
  aRead,
  aRoleSession,
  aTrail,
  aTrailEvent,
  aUser,
  ids,
  outsideStatement,
  serviceStatement,
  anInstance,
  someReads,
  without,
} from '../support/builders.ts';
import { anAwsError } from '../unit/activities/aws-double.ts';
import { aCodeDecision, aDecision, nextRequest } from '../support/deciding.ts';
import { endRun } from '../support/end-run.ts';
import { eventually } from '../support/eventually.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { withWorkers } from '../support/test-workers.ts';
import { betweenTimers, useTimeSkippingEnv } from '../support/time-skipping.ts';
import type { PrincipalFacts } from '../../src/domain/findings/principal-facts.ts';

/** Order, waiting and deciding, with days that pass in milliseconds. The AWS side are doubles; the lab tests have the real one. */
const env = useTimeSkippingEnv();
let runs = 0;

type Incident = WorkflowHandle<(opening: IncidentOpening) => Promise<IncidentReport>>;

/** Opens an incident on the world and hands it to the test. */
async function incident(
  world: FakeWorld,
  test: (handle: Incident) => Promise<void>,
  {
    policy = {},
    alert = anAlert(),
    attached,
  }: { policy?: Partial<ResponsePolicy>; alert?: Alert; /** Comes right behind the first. */ attached?: Alert } = {},
): Promise<void> {
  const { client, nativeConnection } = env();
  await withWorkers(nativeConnection, world, async () => {
    const opening: IncidentOpening = { alert, policy: aPolicy(policy), policyDigest: 'p', correlation: {} };
    const workflowId = `${incidentWorkflowId('ec2-vm-export', alert, 'k')}-${++runs}`;
    const start = { workflowId, taskQueue: taskQueues.incident, args: [opening] as [IncidentOpening] };
    const handle: Incident = attached
      ? await client.workflow.signalWithStart('ec2VmExport', {
          ...start,
          signal: attachAlertSignal,
          signalArgs: [attached],
        })
      : await client.workflow.start('ec2VmExport', start);
    try {
      await test(handle);
    } finally {
      await endRun(handle);
    }
  });
}

/** What is said in the incident's thread. */
function inSlack({ notify }: FakeWorld): string[] {
  const said: string[] = [];
  const place = { channel: 'C1', ts: '1' };
  Object.assign(notify, {
    openSlackThread: () => Promise.resolve(place),
    postSlackRequest: () => Promise.resolve(place),
    rewriteSlackRequest: () => Promise.resolve(),
    sendSlackCodes: () => Promise.resolve({ sent: [], notSent: [] }),
    postSlackUpdate: ({ text }: { text: string }) => {
      said.push(text);
      return Promise.resolve(place);
    },
  });
  return said;
}

const exporter = () =>
  aUser({ inline: [{ name: 'ops', document: aDocument(anAllow({ Action: 'ec2:CreateInstanceExportTask' })) }] });

/** Says yes to everything up to recovery, and waits for the end. */
async function approveUntilRecovery(handle: Incident): Promise<void> {
  for (let after: string | undefined; ;) {
    const request = await nextRequest(handle, after);
    await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
    if (request.phase === 'recovery') return;
    after = request.requestId;
  }
}

async function approveAll(handle: Incident): Promise<IncidentReport> {
  await approveUntilRecovery(handle);
  return handle.result();
}

describe('the playbook', () => {
  it('goes through its phases in order and ends with a report', async () => {
    const world = new FakeWorld();
    world.principal = exporter();
    await incident(world, async (handle) => {
      const report = await approveAll(handle);
      expect(report.phases.map(({ phase }) => phase)).toEqual([
        'triage',
        'validation',
        'investigation',
        'containment',
        'eradication',
        'recovery',
      ]);
      expect(report.verdict).toBe('unauthorised-export');
      expect(report.rechecks.map(({ result }) => result)).toEqual(['holds', 'holds']);
      expect(report.actions.length).toBeGreaterThan(4);
      expect(world.reports.map(({ closedAt }) => closedAt === null)).toEqual([true, false]);
    });
  });

  it('comes back in time while the evidence store takes no report, and ends when it has taken them', async () => {
    const world = new FakeWorld();
    const storeReport = world.notify.storeReport.bind(world.notify);
    let attempts = 0;
    world.notify.storeReport = (input) =>
      ++attempts === 1
        ? Promise.reject(ApplicationFailure.create({ message: 'no space is left', nextRetryDelay: '25 hours' }))
        : storeReport(input);
    await incident(world, async (handle) => {
      const { phases, rechecks } = await approveAll(handle);
      const began = Date.parse(phases.find(({ phase }) => phase === 'recovery')!.startedAt);
      expect(rechecks.map(({ at }) => Math.floor((Date.parse(at) - began) / 3_600_000))).toEqual([1, 24]);
      expect(world.reports.map(({ closedAt }) => closedAt === null)).toEqual([true, false]);
    });
  });

  it('unshares other copies as it finds them before each plan, and takes snapshots of the volumes', async () => {
    const world = new FakeWorld();
    const shared = (...sharedWith: string[]) => [{ type: 'image' as const, id: 'ami-1', sharedWith }];
    world.copies = shared(ids.outsideAccount);
    world.outcomes.setSharing = () => ({ status: 'changed', detail: 'shared more', at: new Date().toISOString() });
    const searched: string[][] = [];
    world.observe.describeCopies = ({ region, volumeIds }) => {
      searched.push(volumeIds);
      return Promise.resolve({ region, copies: world.copies, gaps: [] });
    };
    const volumesOf = ({ volumes }: InstanceFacts) => volumes.map(({ volumeId }) => volumeId);
    const found = volumesOf(world.instance);
    await incident(
      world,
      async (handle) => {
        const first = await nextRequest(handle);
        expect(first.plan.actions.map(({ id }) => id)).toContain('unshare-copies:ami-1');
        const { findings } = await handle.query(incidentQuery);
        expect(findings.find(({ id }) => id === 'copies-shared')).toMatchObject({ answer: 'yes' });

        world.copies = shared(ids.outsideAccount, '444444444444');
        const [volume] = world.instance.volumes;
        world.instance = anInstance({ volumes: [{ ...volume!, volumeId: 'vol-0later' }] });
        await handle.executeUpdate(decideUpdate, { args: [aDecision(first, 'approve', 'alice')] });
        const second = await nextRequest(handle, first.requestId);
        expect(second.plan.actions).toMatchObject([
          { id: 'unshare-copies:ami-1', input: { before: [ids.outsideAccount, '444444444444'], after: [] } },
        ]);
        expect(world.acts.find(({ act }) => act === 'snapshotVolumes')).toMatchObject({
          instanceId: ids.instance,
          volumes: found,
        });
        expect(searched.at(-1)).toEqual(['vol-0later']);
      },
      { policy: { snapshotVolumes: true } },
    );
  });

  it('asks about the machine of which an exported image was made, in its Region, and leaves its owner out', async () => {
    const world = new FakeWorld();
    world.instance = anInstance({ tags: { Owner: 'alice', DataClassification: 'confidential' } });
    world.source = anImageSource({
      machine: { instanceId: ids.instance, accountId: ids.account, region: 'us-east-1' },
    });
    const asked: unknown[] = [];
    const describeInstance = (input: unknown) => {
      asked.push(input);
      return Promise.resolve(world.instance);
    };
    world.observe.describeInstance = describeInstance;
    const traced: unknown[] = [];
    world.observe.traceImage = (input) => {
      traced.push(input);
      return Promise.resolve(world.source);
    };
    const approvals = { ...aPolicy().approvals, notOwner: true };
    await incident(
      world,
      async (handle) => {
        const request = await nextRequest(handle);
        const { findings, assessment } = await handle.query(incidentQuery);
        expect(findings.find(({ id }) => id === 'image-source')).toMatchObject({ answer: 'yes' });
        expect(findings.find(({ id }) => id === 'instance-owner')?.detail).toBe('tag Owner: alice');
        expect(assessment?.severity).toBe('high');
        expect(request.plan.notPlanned).toContainEqual({
          what: 'snapshot-volumes',
          why: expect.stringContaining('is in us-east-1: by hand') as string,
        });
        expect(traced).toMatchObject([{ accountId: ids.account, region: ids.region, imageId: ids.image }]);
        expect(new Set(asked.map((input) => JSON.stringify(input)))).toEqual(
          new Set([JSON.stringify({ accountId: ids.account, region: 'us-east-1', instanceId: ids.instance })]),
        );
        const answer = await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
        expect(answer).toMatchObject({ result: 'refused' });
      },
      { alert: anImageAlert(), policy: { snapshotVolumes: true, approvals } },
    );
  });

  it('asks nothing about a machine that is not known, or of another account, and says why', async () => {
    const world = new FakeWorld();
    const why = 'EC2 names no machine of it';
    world.source = { imageId: ids.image, why };
    const never = () => Promise.reject(ApplicationFailure.nonRetryable('no machine is known'));
    world.observe.describeInstance = never;
    world.observe.describeSoftware = never;
    const open = async (handle: Incident) => {
      await nextRequest(handle);
      const { findings, timeline } = await handle.query(incidentQuery);
      expect(timeline.filter(({ text }) => text.includes('no machine is known'))).toEqual([]);
      return findings.find(({ id }) => id === 'instance-owner')?.whyUnknown;
    };
    await incident(world, async (handle) => expect(await open(handle)).toBe(why), { alert: anImageAlert() });
    const machine = { instanceId: ids.instance, accountId: ids.outsideAccount, region: ids.region };
    world.source = anImageSource({ machine });
    await incident(
      world,
      async (handle) => expect(await open(handle)).toContain(`of account ${ids.outsideAccount}, which is not read`),
      { alert: anImageAlert() },
    );
  });

  it('acts on exactly the approved inputs, in the order of the plan: reads denied first, then the actor', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      const request = await nextRequest(handle);
      expect(world.acts).toEqual([]);
      await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
      await nextRequest(handle, request.requestId);
      expect(world.acts).toEqual(request.plan.actions.map(({ input }) => input));
      expect(request.plan.actions.slice(0, 3).map(({ id }) => id)).toEqual([
        'deny-export-reads',
        'disable-access-keys',
        'deny-actor',
      ]);
    });
  });

  it('closes an authorised export without asking anybody, and keeps its record', async () => {
    const world = new FakeWorld();
    world.instance.tags = { Environment: 'development' };
    await incident(
      world,
      async (handle) => {
        const report = await handle.result();
        expect(report.verdict).toBe('authorised');
        expect(report.assessment.severity).toBe('low');
        expect(world.acts).toEqual([]);
        expect(world.reports).toHaveLength(1);
      },
      {
        alert: anAlert({ principal: aRoleSession() }),
        policy: { allowList: [anAllowListEntry({ expires: '2999-01-01T00:00:00Z' })] },
      },
    );
  });

  it('asks people about an export that would be authorised, where CloudTrail has its task by another call', async () => {
    const world = new FakeWorld();
    world.instance.tags = { Environment: 'development' };
    world.calls = aTrail([aTrailEvent({ eventId: 'true-one', copies: [{ kind: 'export', id: ids.task }] })]);
    await incident(
      world,
      async (handle) => {
        await nextRequest(handle);
        await handle.executeUpdate(closeUpdate, { args: [{ author: 'alice', reason: 'seen' }] });
        const { verdict, timeline } = await handle.result();
        expect(verdict).not.toBe('authorised');
        expect(timeline.map(({ text }) => text).join('\n')).toMatch(/whether the alert is true is unknown .*true-one/);
      },
      {
        alert: anAlert({ principal: aRoleSession() }),
        policy: { allowList: [anAllowListEntry({ expires: '2999-01-01T00:00:00Z' })] },
      },
    );
  });

  describe('an image that somebody else has stored over itself', () => {
    const stored = { eventName: 'CreateStoreImageTask', objectKey: `${ids.image}.bin`, principal: aRoleSession() };
    const migration = without(anImageAlert(stored), 'exportTaskId');
    const arn = `arn:aws:iam::${ids.account}:user/carol`;
    const byCarol = {
      ...migration,
      eventId: 'second',
      principal: anIamUser({ name: 'carol', arn, accessKeyId: 'AKIACAROL' }),
    };
    const allowList = [anAllowListEntry({ expires: '2999-01-01T00:00:00Z' })];
    const channels = { slack: { channel: 'C1', ownerChannels: {}, tellOwner: false } };

    it('is not authorised because the first time was, and whoever approves is told that the plan leaves somebody out', async () => {
      const world = new FakeWorld();
      world.instance.tags = { Environment: 'development' };
      const said = inSlack(world);
      await incident(
        world,
        async (handle) => {
          const { plan, phase } = await nextRequest(handle);
          expect(phase).toBe('containment');
          expect(plan.notPlanned.find(({ what }) => what === 'contain user carol')?.why).toContain('AKIACAROL');
          const { findings, verdict } = await handle.query(incidentQuery);
          expect(verdict).not.toBe('authorised');
          expect(findings.find(({ id }) => id === 'other-callers')?.detail).toContain('user/carol with key AKIACAROL');
          // Beside that, each phase says why no entry of the allow-list holds.
          const news = () => said.filter((text) => text.includes('AKIACAROL') && !text.includes('allow-list entry'));
          await eventually(() => expect(news()).toHaveLength(1));
        },
        { alert: migration, attached: byCarol, policy: { allowList, channels } },
      );
    });

    it('is responded to, too, when it comes while the first time is being closed as authorised', async () => {
      const world = new FakeWorld();
      world.instance.tags = { Environment: 'development' };
      const indexEvents = world.notify.indexEvents.bind(world.notify);
      let closing = false;
      const learnt = Promise.withResolvers<undefined>();
      world.notify.indexEvents = async (input) => {
        closing = true;
        await learnt.promise;
        return indexEvents(input);
      };
      await incident(
        world,
        async (handle) => {
          await eventually(() => expect(closing).toBe(true));
          expect(await handle.query(incidentQuery)).toMatchObject({ verdict: 'authorised', phase: 'post-incident' });
          await handle.signal(attachAlertSignal, byCarol);
          await handle.query(incidentQuery);
          learnt.resolve(undefined);
          const { plan } = await nextRequest(handle);
          expect(plan.notPlanned.map(({ what }) => what)).toContain('contain user carol');
          expect(world.reports).toEqual([]);
          const { phases, verdict } = await approveAll(handle);
          expect(verdict).toBe('unauthorised-export');
          expect(phases.map(({ phase }) => phase)).toEqual([
            'triage',
            'validation',
            'post-incident',
            'investigation',
            'containment',
            'eradication',
            'recovery',
          ]);
          expect(phases[2]?.outcome).toBe('not closed: unauthorised-export now, and it is responded to');
        },
        { alert: migration, policy: { allowList } },
      );
    });

    it('is told once, also while people decide, and stands in the report', async () => {
      const world = new FakeWorld();
      const said = inSlack(world);
      await incident(
        world,
        async (handle) => {
          await nextRequest(handle);
          for (const eventId of ['second', 'third']) await handle.signal(attachAlertSignal, { ...byCarol, eventId });
          await handle.executeUpdate(closeUpdate, { args: [{ author: 'alice', reason: 'seen' }] });
          const { findings, timeline } = await handle.result();
          expect(said.filter((text) => text.startsWith('somebody else made the same call'))).toHaveLength(1);
          expect(findings.find(({ id }) => id === 'other-callers')?.detail).not.toContain(';');
          expect(timeline.map(({ text }) => text).join('\n')).not.toContain('whether the alert is true');
        },
        { alert: migration, policy: { channels } },
      );
    });
  });

  describe('after containment', () => {
    const minute = 60_000;
    const watch = { checks: [5 * minute, 20 * minute, 60 * minute], propagation: minute, logLag: 15 * minute };
    const looks = ({ timeline }: IncidentReport) =>
      timeline.flatMap(({ text }) => /^containment ([a-z-]+):/.exec(text)?.[1] ?? []);

    it('it is looked whether it holds, until the log has told everything', async () => {
      const world = new FakeWorld();
      // The server's clock may be ahead of the one that activities read.
      const at = new Date(await env().currentTimeMs()).toISOString();
      world.outcomes.putInlinePolicy = () => ({ status: 'applied', detail: 'done', at });
      await incident(
        world,
        async (handle) => {
          const report = await approveAll(handle);
          expect(looks(report)).toEqual(['too-early', 'observed']);
          expect(report.findings.find(({ id }) => id === 'contained')).toMatchObject({ answer: 'yes' });
        },
        { policy: { watch, rechecks: [] } },
      );
    });

    it('a call that succeeds is found, said in the report and looked for again', async () => {
      const world = new FakeWorld();
      const call = aTrailEvent({ time: '2999-01-01T00:00:00Z', eventName: 'CreateUser', readOnly: false });
      world.trail = aTrail([call]);
      await incident(
        world,
        async (handle) => {
          const report = await approveAll(handle);
          expect(looks(report)).toEqual(['broken', 'broken', 'broken', 'broken']);
          expect(report.findings.find(({ id }) => id === 'contained')).toMatchObject({
            answer: 'no',
            detail: expect.stringContaining('CreateUser') as string,
          });
        },
        { policy: { watch, rechecks: [120 * minute] } },
      );
    });

    it('what was taken back and put in force again is looked at like before', async () => {
      const world = new FakeWorld();
      let takenBack = true;
      world.check = (input) =>
        input.act === 'putInlinePolicy' && input.policyName.endsWith('deny-all') && takenBack
          ? { standing: 'ready', detail: 'the policy is gone' }
          : { standing: 'done', detail: 'as it was left' };
      await incident(
        world,
        async (handle) => {
          await approveUntilRecovery(handle);
          const asked = await skipUntilAsked(handle);
          expect(asked.plan.actions.map(({ id }) => id)).toEqual(['deny-actor']);
          takenBack = false;
          await handle.executeUpdate(decideUpdate, { args: [aDecision(asked, 'approve', 'alice')] });
          const report = await handle.result();
          expect(looks(report)).toEqual(['broken', 'observed', 'observed']);
          expect(report.findings.find(({ id }) => id === 'contained')).toMatchObject({
            answer: 'yes',
            detail: expect.stringContaining('mallory succeeded') as string,
          });
        },
        { policy: { watch: { ...watch, checks: [] }, rechecks: [120 * minute, 1440 * minute] } },
      );
    });
  });

  describe('what CloudTrail lists late', () => {
    const stopped = aTrailEvent({
      eventName: 'StopLogging',
      readOnly: false,
      principalArn: `arn:aws:iam::${ids.account}:user/admin`,
    });
    const quiet = { authorisedExporters: [ids.userArn], rechecks: [60_000] };
    const watch = { checks: [], propagation: 60_000, logLag: 15 * 60_000 };
    const concealment = async (handle: Incident) => {
      const { findings, assessment, timeline } = await handle.query(incidentQuery);
      const told = timeline.filter(({ text }) => text.startsWith('CloudTrail told late')).map(({ text }) => text);
      return { answer: findings.find(({ id }) => id === 'concealment')?.answer, severity: assessment?.severity, told };
    };
    const calmWorld = () => {
      const world = new FakeWorld();
      world.instance.tags = { Environment: 'staging' };
      return world;
    };

    it('raises severity while people are still asked, and is told to them', async () => {
      const world = calmWorld();
      const said = inSlack(world);
      await incident(
        world,
        async (handle) => {
          await nextRequest(handle);
          expect(await concealment(handle)).toEqual({ answer: 'no', severity: 'medium', told: [] });
          world.calls = aTrail([stopped]);
          await env().sleep('16m');
          await eventually(async () => {
            expect(await concealment(handle)).toEqual({
              answer: 'yes',
              severity: 'high',
              told: [expect.stringMatching(/StopLogging/)],
            });
          });
          await eventually(() => expect(said.join('\n')).toMatch(/^CloudTrail told late .*StopLogging/m));
        },
        { policy: { ...quiet, watch, channels: { slack: { channel: 'C1', ownerChannels: {}, tellOwner: false } } } },
      );
    });

    it('raises severity at a recheck, too', async () => {
      const world = calmWorld();
      await incident(
        world,
        async (handle) => {
          world.outcomes.putEventRule = () => {
            world.calls = aTrail([stopped]);
            return { status: 'applied', detail: 'done', at: new Date().toISOString() };
          };
          const { assessment, findings } = await approveAll(handle);
          expect(assessment.severity).toBe('high');
          expect(findings.find(({ id }) => id === 'concealment')?.answer).toBe('yes');
        },
        {
          policy: {
            ...quiet,
            watch: { ...watch, logLag: 1 },
            monitoring: { targetArn: 'arn:aws:sns:eu-west-1:111111111111:a' },
          },
        },
      );
    });
  });

  describe('what has to be rotated', () => {
    const day = 86_400_000;

    it('keeps the incident open until it is said of each that it is done, and stays on the report', async () => {
      const world = new FakeWorld();
      world.principal = exporter();
      await incident(
        world,
        async (handle) => {
          const open = async () =>
            ((await handle.query(incidentQuery)).credentials ?? []).filter(({ status }) => status === 'open');
          await approveUntilRecovery(handle);
          const named = await handle.executeUpdate(credentialUpdate, { args: [{ what: 'TLS key', by: 'alice' }] });
          expect(named).toMatchObject({ id: 'named/1', status: 'open' });
          const unknown = handle.executeUpdate(credentialUpdate, {
            args: [{ credential: 'key/none', status: 'rotated', by: 'alice' }],
          });
          await expect(unknown).rejects.toThrow('Workflow Update failed');
          const all = await open();
          expect(all.map(({ id }) => id)).toEqual([`key/${ids.accessKey}`, 'password/mallory', 'machine', 'named/1']);
          for (const { id } of all) {
            expect((await handle.describe()).status.name).toBe('RUNNING');
            const said = { credential: id, status: 'rotated' as const, by: 'alice' };
            await handle.executeUpdate(credentialUpdate, { args: [said] });
          }
          const report = await handle.result();
          expect(report.credentials?.map(({ status, by }) => [status, by])).toEqual(
            all.map(() => ['rotated', 'alice']),
          );
        },
        { policy: { rechecks: [], rotation: { wait: 30 * day, remind: day } } },
      );
    });

    it('does not keep it open for ever: what is left is listed as open', async () => {
      const world = new FakeWorld();
      await incident(
        world,
        async (handle) => {
          const report = await approveAll(handle);
          expect(report.credentials?.every(({ status }) => status === 'open')).toBe(true);
          expect(Date.parse(report.closedAt!) - Date.parse(report.openedAt)).toBeGreaterThan(30 * day);
        },
        { policy: { rechecks: [], rotation: { wait: 30 * day, remind: day } } },
      );
    });
  });

  describe('an act that fails', () => {
    const halfWay = (input: ActInput): TargetCheck =>
      input.act === 'setAccessKeyStatus'
        ? { standing: 'ready', detail: 'of user mallory, AKIA1 is Inactive, AKIA2 is Active', partly: true }
        : { standing: 'done', detail: 'as it was left' };
    const denied = () => {
      throw ApplicationFailure.nonRetryable('the role lacks iam:UpdateAccessKey', failureTypes.accessDenied);
    };

    it('says what stands, is tried again when somebody asks, and not before people agree', async () => {
      const world = new FakeWorld();
      world.outcomes.setAccessKeyStatus = denied;
      world.check = halfWay;
      await incident(
        world,
        async (handle) => {
          const containment = await nextRequest(handle);
          expect(await handle.executeUpdate(retryUpdate, { args: [{ by: 'alice' }] })).toMatchObject({
            result: 'refused',
          });
          await handle.executeUpdate(decideUpdate, { args: [aDecision(containment, 'approve', 'alice')] });
          const recovery = await nextRequest(handle, containment.requestId);
          const failed = (await handle.query(incidentQuery)).actions.find(({ status }) => status === 'failed');
          expect(failed).toMatchObject({ id: 'disable-access-keys', partly: true });
          expect(failed?.detail).toMatch(/lacks iam:UpdateAccessKey; now of user mallory, AKIA1 is Inactive/);

          world.outcomes = {};
          world.check = () => ({ standing: 'done', detail: 'as it was left' });
          const asked = await handle.executeUpdate(retryUpdate, { args: [{ by: 'alice' }] });
          expect(asked).toEqual({ result: 'asked', actions: ['disable-access-keys'], after: recovery.requestId });
          await handle.executeUpdate(decideUpdate, { args: [aDecision(recovery, 'reject', 'alice')] });
          const again = await nextRequest(handle, recovery.requestId);
          expect(again.plan.actions.map(({ id }) => id)).toEqual(['disable-access-keys']);
          const before = world.acts.length;
          await handle.executeUpdate(decideUpdate, { args: [aDecision(again, 'approve', 'alice')] });
          const report = await handle.result();
          expect(world.acts.slice(before).map(({ act }) => act)).toEqual(['setAccessKeyStatus']);
          expect(report.actions.at(-1)).toMatchObject({ id: 'disable-access-keys', status: 'applied' });
        },
        { policy: { rechecks: [] } },
      );
    });

    it('again, when it was asked for or looked at again, is told to those who approved it', async () => {
      const world = new FakeWorld();
      world.outcomes.setAccessKeyStatus = denied;
      const said = inSlack(world);
      const told =
        /^tried again: 0 of 1 actions in place; not done: disable-access-keys \(failed: .*lacks iam:Upd.*soar incident retry VMX-\w+$/;
      await incident(
        world,
        async (handle) => {
          const containment = await nextRequest(handle);
          await handle.executeUpdate(decideUpdate, { args: [aDecision(containment, 'approve', 'alice')] });
          const recovery = await nextRequest(handle, containment.requestId);
          await handle.executeUpdate(retryUpdate, { args: [{ by: 'alice' }] });
          await handle.executeUpdate(decideUpdate, { args: [aDecision(recovery, 'approve', 'alice')] });
          const again = await nextRequest(handle, recovery.requestId);
          expect(said.filter((text) => told.test(text))).toEqual([]);
          await handle.executeUpdate(decideUpdate, { args: [aDecision(again, 'approve', 'alice')] });
          const looked = await skipUntilAsked(handle);
          await handle.executeUpdate(decideUpdate, { args: [aDecision(looked, 'approve', 'alice')] });
          await eventually(() => expect(said.filter((text) => told.test(text))).toHaveLength(2));

          // Once its cause is gone, they hear that, too.
          world.outcomes = {};
          const later = await skipUntilAsked(handle);
          await handle.executeUpdate(decideUpdate, { args: [aDecision(later, 'approve', 'alice')] });
          const { rechecks, timeline } = await handle.result();
          expect(said).toContain('tried again: 1 of 1 actions in place');
          expect(rechecks.map(({ notInPlace }) => notInPlace)).toEqual([
            ['disable-access-keys'],
            ['disable-access-keys'],
          ]);
          expect(timeline.map(({ text }) => text)).toContainEqual(
            expect.stringMatching(/^holds: \d+ checked; not in place: disable-access-keys$/),
          );
        },
        {
          policy: {
            rechecks: [3_600_000, 7_200_000],
            channels: { slack: { channel: 'C1', ownerChannels: {}, tellOwner: false } },
          },
        },
      );
    });

    it('plans by name what no plan held, once it can be read, and says where there is nothing to do', async () => {
      const world = new FakeWorld();
      let refused = true;
      const read = () => {
        if (!refused) return Promise.resolve(world.principal);
        throw ApplicationFailure.nonRetryable('iam:GetUser is refused', failureTypes.accessDenied);
      };
      Object.assign(world.observe, { describePrincipal: read, findUser: read });
      await incident(
        world,
        async (handle) => {
          const containment = await nextRequest(handle);
          const { actions, notPlanned } = containment.plan;
          expect(actions.map(({ id }) => id)).not.toContain('deny-actor');
          expect(notPlanned.find(({ what }) => what === 'contain the actor')?.why).toMatch(
            /could not be read in IAM.*soar incident retry VMX-\w+ --action disable-access-keys deny-actor$/,
          );
          await handle.executeUpdate(decideUpdate, { args: [aDecision(containment, 'approve', 'alice')] });
          const recovery = await nextRequest(handle, containment.requestId);

          refused = false;
          const named = ['deny-actor', 'stop-replication', 'monitor-exports', 'no-such'];
          const asked = await handle.executeUpdate(retryUpdate, { args: [{ by: 'alice', actions: named }] });
          expect(asked).toMatchObject({ result: 'asked', actions: named.slice(0, 2), after: recovery.requestId });
          await handle.executeUpdate(decideUpdate, { args: [aDecision(recovery, 'approve', 'alice')] });
          const again = await nextRequest(handle, recovery.requestId);
          expect(again.plan.actions.map(({ id }) => id)).toEqual(['deny-actor']);
          await handle.executeUpdate(decideUpdate, { args: [aDecision(again, 'approve', 'alice')] });
          const report = await handle.result();
          expect(report.actions.at(-1)).toMatchObject({ id: 'deny-actor', status: 'applied' });
          expect(report.timeline.map(({ text }) => text)).toContainEqual(
            expect.stringMatching(/^not asked about, because nothing of it is to be done.*: stop-replication/),
          );
        },
        { policy: { rechecks: [] } },
      );
    });

    it('in a Region that is not enabled names that Region, and so does what could not be read there', async () => {
      const off = { accountId: ids.account, region: 'ap-east-1' };
      const refused = (what: string) => {
        throw toFailure(what, cameFrom(anAwsError('OptInRequired', 401), off));
      };
      const world = new FakeWorld();
      world.observe.describeCopies = () => refused('listing images');
      world.outcomes.setAccessKeyStatus = () => refused('listing keys');
      await incident(world, async (handle) => {
        const containment = await nextRequest(handle);
        await handle.executeUpdate(decideUpdate, { args: [aDecision(containment, 'approve', 'alice')] });
        await nextRequest(handle, containment.requestId);
        const { actions, timeline } = await handle.query(incidentQuery);
        const named = 'Region ap-east-1 of account 111111111111 is not enabled: enable it';
        expect(actions.find(({ id }) => id === 'disable-access-keys')?.detail).toContain(named);
        const gaps = timeline.flatMap(({ kind, text }) => (kind === 'gap' ? [text] : []));
        expect(gaps).toContainEqual(expect.stringContaining(named));
      });
    });

    it('leaves what took effect of it to be undone', async () => {
      const world = new FakeWorld();
      world.outcomes.setAccessKeyStatus = denied;
      world.check = halfWay;
      await incident(
        world,
        async (handle) => {
          let after: string | undefined;
          for (;;) {
            const request = await nextRequest(handle, after);
            after = request.requestId;
            await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
            if (request.phase === 'recovery') break;
          }
          const undo = { reason: 'the wrong user', by: 'alice', actions: ['disable-access-keys'] };
          expect(await handle.executeUpdate(undoUpdate, { args: [undo] })).toMatchObject({
            result: 'asked',
            planned: ['undo/disable-access-keys'],
          });
          // Ended while an activity runs, the server would never skip time again.
          await nextRequest(handle, after);
        },
        { policy: { rechecks: [3_600_000] } },
      );
    });
  });

  it('leaves out what the approver did not select', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      const request = await nextRequest(handle);
      await handle.executeUpdate(decideUpdate, {
        args: [aDecision(request, 'approve', 'alice', { actions: ['deny-actor'] })],
      });
      await nextRequest(handle, request.requestId);
      expect(world.acts.map(({ act }) => act)).toEqual(['putInlinePolicy']);
      const { actions } = await handle.query(incidentQuery);
      expect(actions.filter(({ status }) => status === 'not-approved').map(({ id }) => id)).toContain(
        'deny-export-reads',
      );
    });
  });

  it('locks up, copies and deletes an export that was left to finish, once it is written', async () => {
    const world = new FakeWorld();
    world.task = { ...world.task, state: 'active' };
    world.bucket = aBucket({ policy: aDocument(serviceStatement, outsideStatement) });
    world.outcomes.editBucketPolicy = () => {
      // The service finishes, and nobody outside is let in any more.
      world.task = { ...world.task, state: 'completed' };
      world.bucket = aBucket();
      return { status: 'applied', detail: 'done', at: '2026-03-02T10:30:00Z' };
    };
    const roles = { observe: `${ids.roleArn}/soar-o`, contain: `${ids.roleArn}/soar-c` };
    await incident(
      world,
      async (handle) => {
        const first = await nextRequest(handle);
        const asked = ({ plan }: ApprovalRequest) => plan.actions.map(({ id }) => id);
        expect(asked(first)).not.toEqual(expect.arrayContaining(['lock-bucket']));
        expect(asked(first)).not.toEqual(expect.arrayContaining(['delete-original']));
        await handle.executeUpdate(decideUpdate, { args: [aDecision(first, 'approve', 'alice')] });
        const second = await nextRequest(handle, first.requestId);
        expect(asked(second)).toEqual(['lock-bucket', 'copy-to-forensics', 'delete-original']);
        for (const person of ['alice', 'bob']) {
          await handle.executeUpdate(decideUpdate, { args: [aDecision(second, 'approve', person)] });
        }
        await nextRequest(handle, second.requestId);
        expect(world.acts.slice(-3).map(({ act }) => act)).toEqual(['editBucketPolicy', 'copyExport', 'deleteExport']);
      },
      {
        policy: {
          account: anAccount({ roles }),
          responders: [`${ids.roleArn}/soar-*`],
          lockBucket: 'when-outside',
          deleteOriginal: 'after-copy',
        },
      },
    );
  });

  it('deletes nothing when the copy has failed', async () => {
    const world = new FakeWorld();
    world.outcomes.copyExport = () => {
      throw ApplicationFailure.create({ type: failureTypes.rejected, message: 'not copied', nonRetryable: true });
    };
    await incident(
      world,
      async (handle) => {
        const request = await nextRequest(handle);
        for (const person of ['alice', 'bob']) {
          await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', person)] });
        }
        await nextRequest(handle, request.requestId);
        expect(world.acts.map(({ act }) => act)).not.toContain('deleteExport');
        const { actions } = await handle.query(incidentQuery);
        expect(actions.find(({ id }) => id === 'delete-original')).toMatchObject({
          status: 'failed',
          detail: 'not done: copy-to-forensics is not in place',
        });
      },
      { policy: { deleteOriginal: 'after-copy' } },
    );
  });

  it('changes nothing after a rejection and goes on to the next phase', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      const request = await nextRequest(handle);
      const answer = await handle.executeUpdate(decideUpdate, {
        args: [aDecision(request, 'reject', 'alice', { reason: 'known' })],
      });
      expect(answer).toMatchObject({ result: 'accepted', settled: true });
      const next = await nextRequest(handle, request.requestId);
      expect(next.phase).not.toBe('containment');
      expect(world.acts).toEqual([]);
    });
  });

  it('plans and asks again when a target changed since it was planned', async () => {
    const world = new FakeWorld();
    let changed = true;
    world.outcomes.putInlinePolicy = () => ({
      status: changed ? 'changed' : 'applied',
      detail: changed ? 'somebody else edited the policy' : 'done',
      at: new Date().toISOString(),
    });
    await incident(world, async (handle) => {
      const first = await nextRequest(handle);
      await handle.executeUpdate(decideUpdate, { args: [aDecision(first, 'approve', 'alice')] });
      const second = await nextRequest(handle, first.requestId);
      expect(second.phase).toBe('containment');
      expect(second.plan.actions.map(({ id }) => id)).toEqual(['deny-actor']);
      expect(second.digest).not.toBe(first.digest);
      changed = false;
      await handle.executeUpdate(decideUpdate, { args: [aDecision(second, 'approve', 'alice')] });
      await nextRequest(handle, second.requestId);
      expect(
        (await handle.query(incidentQuery)).actions.filter(({ id }) => id === 'deny-actor').map(({ status }) => status),
      ).toEqual(['changed', 'applied']);
    });
  });

  it('contains the user of the id that made the call, under whatever name it has, and never who got its name', async () => {
    const world = new FakeWorld();
    const userId = anIamUser().id!;
    const called = (name: string) => aUser({ userId, name, arn: ids.userArn.replace('mallory', name) });
    let name = 'mallory';
    const users: Record<string, PrincipalFacts> = { mallory: called(name) };
    world.observe.describePrincipal = (asked) =>
      users[asked.name]
        ? Promise.resolve(users[asked.name]!)
        : Promise.reject(ApplicationFailure.nonRetryable('no such user', failureTypes.notFound));
    world.observe.findUser = (asked) => Promise.resolve(asked.userId === userId ? called(name) : aUser());
    world.outcomes.putInlinePolicy = (input) => {
      const holder = input.act === 'putInlinePolicy' ? input.holder.name : '';
      return { status: holder === name ? 'applied' : 'gone', detail: holder, at: new Date().toISOString() };
    };
    await incident(world, async (handle) => {
      const first = await nextRequest(handle);
      const deny = ({ plan }: ApprovalRequest) => plan.actions.find(({ id }) => id === 'deny-actor');
      expect(deny(first)).toMatchObject({ input: { holder: { name: 'mallory' }, userId } });
      // While people decide: once with nobody of its old name, once with somebody else.
      name = 'svc-deploy';
      delete users.mallory;
      await handle.executeUpdate(decideUpdate, { args: [aDecision(first, 'approve', 'alice')] });
      const second = await nextRequest(handle, first.requestId);
      expect(second.phase).toBe('containment');
      expect(deny(second)).toMatchObject({
        input: { holder: { name }, userId },
        mayBreak: [expect.stringContaining('its name was mallory')],
      });
      name = 'svc-backup';
      users['svc-deploy'] = aUser({ userId: 'AIDAINNOCENT', name: 'svc-deploy' });
      await handle.executeUpdate(decideUpdate, { args: [aDecision(second, 'approve', 'alice')] });
      const third = await nextRequest(handle, second.requestId);
      expect(deny(third)).toMatchObject({ input: { holder: { name }, userId } });
      await handle.executeUpdate(decideUpdate, { args: [aDecision(third, 'approve', 'alice')] });
      await nextRequest(handle, third.requestId);
      const { actions } = await handle.query(incidentQuery);
      expect(actions.filter(({ id }) => id === 'deny-actor').map(({ status, detail }) => [status, detail])).toEqual([
        ['gone', 'mallory'],
        ['gone', 'svc-deploy'],
        ['applied', 'svc-backup'],
      ]);
    });
  });

  it('tells people that an act failed, why, and how to have it tried again', async () => {
    const world = new FakeWorld();
    world.outcomes.putInlinePolicy = () => {
      throw ApplicationFailure.nonRetryable('iam:PutUserPolicy is refused', failureTypes.accessDenied);
    };
    await incident(world, async (handle) => {
      const request = await nextRequest(handle);
      await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
      await nextRequest(handle, request.requestId);
      const { timeline, incidentKey } = await handle.query(incidentQuery);
      const said = timeline.find(({ text }) => text.startsWith('containment:'))?.text;
      expect(said).toMatch(/not done: .*deny-actor \(failed: .*iam:PutUserPolicy is refused/);
      expect(said).toContain(`soar incident retry ${incidentKey}`);
    });
  });

  it('asks about a plan of more actions than the policy allows in several requests', async () => {
    await incident(
      new FakeWorld(),
      async (handle) => {
        const asked: string[] = [];
        let request = await nextRequest(handle);
        while (request.phase === 'containment') {
          asked.push(...request.plan.actions.map(({ id }) => id));
          expect(request.plan.actions).toHaveLength(1);
          await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
          request = await nextRequest(handle, request.requestId);
        }
        expect(asked.length).toBeGreaterThan(2);
        expect(new Set(asked).size).toBe(asked.length);
        const { actions } = await handle.query(incidentQuery);
        expect(actions.map(({ id, status }) => [id, status])).toEqual(asked.map((id) => [id, 'applied']));
      },
      { policy: { actionLimit: 1 } },
    );
  });

  it('gives up on a target that changes under every plan, and tells people to do it by hand', async () => {
    const world = new FakeWorld();
    const said = inSlack(world);
    world.outcomes.putInlinePolicy = () => ({
      status: 'changed',
      detail: 'somebody else edited the policy',
      at: new Date().toISOString(),
    });
    await incident(
      world,
      async (handle) => {
        for (let after: string | undefined, phase = 'containment'; phase === 'containment';) {
          const request = await nextRequest(handle, after);
          ({ phase } = request);
          after = request.requestId;
          if (phase !== 'containment') break;
          await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
        }
        const { timeline } = await handle.query(incidentQuery);
        expect(timeline.find(({ text }) => text.startsWith('containment:'))?.text).toContain(
          'not done: deny-actor (changed: somebody else edited the policy)',
        );
        await eventually(() => expect(said.join('\n')).toMatch(/not done, because it changed each of 5 times/));
      },
      { policy: { channels: { slack: { channel: 'C1', ownerChannels: {}, tellOwner: false } } } },
    );
  });

  it('tells people of a download that shows only when recovery is looked at again, once', async () => {
    const world = new FakeWorld();
    const said = inSlack(world);
    world.reads = someReads();
    await incident(
      world,
      async (handle) => {
        await approveUntilRecovery(handle);
        world.reads = someReads({ reads: [aRead({ requester: `arn:aws:iam::${ids.outsideAccount}:user/mallory` })] });
        const report = await handle.result();
        const found = said.filter((text) =>
          text.startsWith('looked again, and found: the exported image was downloaded'),
        );
        expect(found).toHaveLength(1);
        expect(found[0]).toContain('the exported image was read outside the organisation');
        expect(report.timeline.map(({ text }) => text)).toContain(found[0]);
      },
      {
        policy: {
          rechecks: [3_600_000, 86_400_000],
          channels: { slack: { channel: 'C1', ownerChannels: {}, tellOwner: false } },
        },
      },
    );
  });

  it('checks recovery after hours and days, and drift re-opens', async () => {
    const world = new FakeWorld();
    let drift = true;
    const reads = new Map<string, number>();
    world.check = (input) => {
      if (input.act === 'putEventRule' && drift) return { standing: 'changed', detail: 'the rule was disabled' };
      const target = JSON.stringify(input);
      if (input.act !== 'putEventRule') reads.set(target, (reads.get(target) ?? 0) + 1);
      return { standing: 'done', detail: 'as it was left' };
    };
    await incident(
      world,
      async (handle) => {
        await approveUntilRecovery(handle);
        const opened = Date.parse((await handle.query(incidentQuery)).timeline.at(-1)!.at);
        world.trail = aTrail([
          aTrailEvent({ eventName: 'DisableRule', readOnly: false, time: '2999-01-01T00:00:00Z' }),
        ]);
        // Time skips while a result is awaited; the incident then asks about the drift.
        const reopened = await skipUntilAsked(handle);
        expect(reopened.plan.actions.map(({ id }) => id)).toEqual(['monitor-exports']);
        expect(Date.parse(reopened.askedAt) - opened).toBeGreaterThanOrEqual(3_600_000);
        drift = false;
        await handle.executeUpdate(decideUpdate, { args: [aDecision(reopened, 'approve', 'alice')] });
        const report = await handle.result();
        expect(report.rechecks.map(({ result }) => result)).toEqual(['drift', 'holds', 'holds']);
        expect(report.rechecks[0]?.drifted).toMatchObject([
          {
            id: 'monitor-exports',
            causes: [{ eventName: 'DisableRule', principalArn: ids.userArn }],
            change: expect.any(Array) as unknown[],
          },
        ]);
        // What containment did is read back once in each, for the drift and for whether it holds.
        expect(new Set(reads.values())).toEqual(new Set([3]));
        const days = (Date.parse(report.closedAt!) - opened) / 86_400_000;
        expect(days).toBeGreaterThanOrEqual(6.9);
      },
      {
        policy: {
          rechecks: [3_600_000, 86_400_000, 7 * 86_400_000],
          watch: { checks: [], propagation: 1000, logLag: 900_000 },
        },
      },
    );
  });

  it('notices what was shared, copied or signed and shows after containment only, and asks about that alone', async () => {
    const world = new FakeWorld();
    world.outcomes.setSharing = () => {
      world.copies = [];
      // The double's bucket does not take the deny of its copy.
      world.reads = someReads();
      return { status: 'applied', detail: 'unshared', at: new Date().toISOString() };
    };
    await incident(
      world,
      async (handle) => {
        await approveUntilRecovery(handle);
        world.copies = [{ type: 'image', id: 'ami-0later', sharedWith: [ids.outsideAccount] }];
        const bob = `arn:aws:iam::${ids.account}:user/bob`;
        world.reads = someReads({
          reads: [aRead({ requester: bob, presigned: true, signedBy: ids.accessKey })],
          copies: [{ time: '2026-03-02T10:20:00Z', requester: bob, bucket: ids.bucket, key: 'taken.ova' }],
        });
        const reopened = await skipUntilAsked(handle);
        expect(reopened.plan.actions.map(({ id }) => id)).toEqual([
          expect.stringMatching(/^deny-copy-reads:/),
          'unshare-copies:ami-0later',
          'disable-access-keys:bob',
        ]);
        await handle.executeUpdate(decideUpdate, { args: [aDecision(reopened, 'approve', 'alice')] });
        const { rechecks, findings } = await handle.result();
        expect(rechecks.map(({ result }) => result)).toEqual(['drift', 'holds']);
        // The signer is watched like everybody who was contained at once.
        expect(findings.find(({ id }) => id === 'contained')).toMatchObject({ answer: 'yes' });
        expect(rechecks[0]?.drifted).toMatchObject([
          { id: expect.stringMatching(/^deny-copy-reads:/) as string },
          { id: 'unshare-copies:ami-0later', detail: expect.stringContaining('Stop sharing image') as string },
          { id: 'disable-access-keys:bob', detail: expect.stringMatching(/^known since.*Switch off/) as string },
        ]);
      },
      { policy: { watch: { checks: [], propagation: 1, logLag: 1 }, rechecks: [3_600_000, 86_400_000] } },
    );
  });
});

describe('an approval', () => {
  it('that expires approves nothing, reminds, escalates and stays answerable', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      const request = await nextRequest(handle);
      await env().sleep('5h');
      const overdue = await eventually(async () => {
        const open = await nextRequest(handle);
        expect(open).toMatchObject({ requestId: request.requestId, overdue: true });
        return open;
      });
      expect(world.acts).toEqual([]);
      const { timeline } = await handle.query(incidentQuery);
      const said = timeline.filter(({ kind }) => kind === 'approval').map(({ text }) => text.split(':')[0]);
      expect(said.slice(1)).toEqual(['reminder', 'escalated', 'overdue']);

      const answer = await handle.executeUpdate(decideUpdate, { args: [aDecision(overdue, 'approve', 'alice')] });
      expect(answer).toMatchObject({ result: 'accepted', settled: true });
      await nextRequest(handle, request.requestId);
      expect(world.acts.length).toBeGreaterThan(0);
    });
  });

  it('keeps every refused decision on record with its reason, and none takes effect', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      const request = await nextRequest(handle);
      const good = aDecision(request, 'approve', 'alice');
      const refused = [
        { ...good, digest: '0'.repeat(64) },
        aDecision(request, 'approve', 'eve'),
        { ...good, approver: 'bob' },
        aDecision(request, 'approve', 'mallory'),
        { ...good, requestId: 'containment-9-ffffffff' },
        { ...aCodeDecision(request, 'approve', 'alice'), approver: 'bob' },
      ];
      for (const decision of refused) {
        expect(await handle.executeUpdate(decideUpdate, { args: [decision] })).toMatchObject({ result: 'refused' });
      }
      const { decisions, pendingApproval } = await handle.query(incidentQuery);
      expect(decisions.map(({ answer }) => answer.result === 'refused' && answer.reason)).toEqual([
        expect.stringContaining('digest'),
        expect.stringContaining('not on the list'),
        expect.stringContaining('signature'),
        expect.stringContaining('actor under investigation'),
        expect.stringContaining('not open'),
        expect.stringContaining('code'),
      ]);
      expect(pendingApproval?.requestId).toBe(request.requestId);
      expect(world.acts).toEqual([]);
    });
  });

  it('does not count from somebody who was taken off the list after the request', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      const request = await nextRequest(handle);
      world.approvers = world.approvers.filter(({ id }) => id !== 'alice');
      const answer = await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
      expect(answer).toMatchObject({ result: 'refused', reason: expect.stringContaining('not on the list') as string });
    });
  });

  it('takes effect by signal with a code from Temporal UI, once', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      const request = await nextRequest(handle);
      await handle.signal(decideSignal, aCodeDecision(request, 'approve', 'alice'));
      await nextRequest(handle, request.requestId);
      await handle.signal(decideSignal, aCodeDecision(request, 'approve', 'alice'));
      const { decisions } = await handle.query(incidentQuery);
      expect(decisions.map(({ verifiedBy, answer }) => [verifiedBy, answer.result])).toEqual([
        ['code', 'accepted'],
        ['nothing', 'refused'],
      ]);
    });
  });

  it('of an irreversible action needs two different people', async () => {
    const world = new FakeWorld();
    world.task = { ...world.task, state: 'active' };
    await incident(
      world,
      async (handle) => {
        const request = await nextRequest(handle);
        expect(request.quorum).toBe(2);
        const first = await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
        expect(first).toMatchObject({ result: 'accepted', settled: false });
        const again = await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] });
        expect(again).toMatchObject({ result: 'refused' });
        expect(world.acts).toEqual([]);
        const second = await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'bob')] });
        expect(second).toMatchObject({ result: 'accepted', settled: true });
        await nextRequest(handle, request.requestId);
        expect(world.acts.map(({ act }) => act)).toContain('cancelExportTask');
      },
      { policy: { runningExport: 'cancel' } },
    );
  });

  it('has one outcome when two approvers race, and both are on record', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      const request = await nextRequest(handle);
      const answers = await Promise.all([
        handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'alice')] }),
        handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'reject', 'bob')] }),
      ]);
      expect(answers.map(({ result }) => result).sort()).toEqual(['accepted', 'refused']);
      expect((await handle.query(incidentQuery)).decisions).toHaveLength(2);
    });
  });
});

describe('an incident', () => {
  it('is not disturbed by messages that are none', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      const request = await nextRequest(handle);
      for (const nonsense of [null, 1, 'x', [], {}, { requestId: {} }, { proof: { kind: 'code' } }]) {
        await handle.signal(decideSignal, nonsense as never);
        await handle.signal(attachAlertSignal, nonsense as never);
      }
      await handle.signal(attachAlertSignal, anAlert({ eventId: 'second' }));
      const view = await handle.query(incidentQuery);
      expect(view.eventIds).toEqual([anAlert().eventId, 'second']);
      expect(view.pendingApproval?.requestId).toBe(request.requestId);
    });
  });

  it('that is closed by a person begins nothing new and reports what was not done', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      await nextRequest(handle);
      await handle.executeUpdate(closeUpdate, { args: [{ author: 'alice', reason: 'drill' }] });
      const report = await handle.result();
      expect(world.acts).toEqual([]);
      expect(report.actions.every(({ status }) => status === 'not-approved')).toBe(true);
      expect(report.actions.length).toBeGreaterThan(0);
    });
  });

  it('that is cancelled in Temporal stops before the next act and leaves a report', async () => {
    const world = new FakeWorld();
    await incident(world, async (handle) => {
      await nextRequest(handle);
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
      expect(world.acts).toEqual([]);
      expect(world.reports.at(-1)?.timeline.map(({ text }) => text)).toContain(
        'the workflow was cancelled; nothing further is changed',
      );
    });
  });

  it('goes on when a source cannot be read, and says so', async () => {
    const world = new FakeWorld();
    const denied = ApplicationFailure.nonRetryable('no such permission', failureTypes.accessDenied);
    world.observe.describeInstance = () => Promise.reject(denied);
    await incident(world, async (handle) => {
      await nextRequest(handle);
      const { timeline, findings } = await handle.query(incidentQuery);
      expect(timeline.filter(({ kind }) => kind === 'gap').map(({ text }) => text)).toContainEqual(
        expect.stringContaining('instance is unknown'),
      );
      expect(findings.some(({ answer }) => answer === 'unknown')).toBe(true);
    });
  });
});

/** Lets server time pass until the next request is open. */
async function skipUntilAsked(handle: Incident) {
  for (let tried = 0; tried < 32; tried++) {
    await env().sleep(betweenTimers);
    const { pendingApproval } = await handle.query(incidentQuery);
    if (pendingApproval) return pendingApproval;
  }
  throw new Error('nothing was asked');
}
