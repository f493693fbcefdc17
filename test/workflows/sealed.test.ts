import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archiveNotify } from '../../activities/archive/notify.ts';
import { evidenceNotify } from '../../activities/evidence/notify.ts';
import { archiveState } from '../../src/audit/archive-state.ts';
import { beginArchive } from '../../src/audit/begin-archive.ts';
import { newSigningKey } from '../../src/audit/bundle/keys.ts';
import type { Manifest } from '../../src/audit/bundle/manifest.ts';
import { filesOf } from '../../src/audit/bundle/tar.ts';
import { verifyBundle } from '../../src/audit/bundle/verify.ts';
import { auditCode } from '../../src/audit/workflow-code.ts';
import { responsePolicyDigest } from '../../src/config/response-policy.ts';
import { archiveWorkflowId, type ArchivedBundle } from '../../src/domain/archive.ts';
import { incidentKey, taskQueues } from '../../src/domain/names.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import { anAlert, anAllowListEntry, aPolicy, aRoleSession } from '../support/builders.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { eventually } from '../support/eventually.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { withWorkers } from '../support/test-workers.ts';

/** What becomes of an incident's record when it has closed: sealed by itself, on a real server. */
const env = useDevEnv();
const { key } = newSigningKey();
const sealing = { key, codeOf: auditCode };
/** Allow-listed, so that it ends by itself. */
const policy = aPolicy({ allowList: [anAllowListEntry({ expires: '2999-01-01T00:00:00Z' })], sealed: true });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soar-sealed-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Reports go to `folder`, and bundles there, too, unless the test says where. */
function world(bundles = folder): FakeWorld {
  const { client } = env();
  const made = new FakeWorld();
  made.instance.tags = { Environment: 'development' };
  const store = evidenceNotify({ folder }, (run) => beginArchive(client, run));
  made.notify.storeReport = (input) => store.storeReport(input);
  made.notify.sealRun = (input) => archiveNotify(client, { folder: bundles }, sealing).sealRun(input);
  return made;
}

async function closed(subject: string): Promise<IncidentReport> {
  const handle = await env().client.workflow.start('ec2VmExport', {
    workflowId: `ec2-vm-export/111111111111/eu-west-1/${subject}`,
    taskQueue: taskQueues.incident,
    args: [
      {
        alert: anAlert({ principal: aRoleSession(), exportTaskId: subject, eventId: subject }),
        policy,
        policyDigest: responsePolicyDigest(policy),
        correlation: {},
      },
    ],
  });
  return (await handle.result()) as IncidentReport;
}

const sealed = (run: { workflowId: string; runId: string }) =>
  env().client.workflow.getHandle(archiveWorkflowId(run)).result() as Promise<ArchivedBundle[]>;
const bundle = ({ uri }: ArchivedBundle) => readFile(fileURLToPath(uri));
const manifestOf = (tar: Buffer) =>
  JSON.parse(
    filesOf(tar)
      .find(({ path }) => path === 'manifest.json')!
      .content.toString(),
  ) as Manifest;
async function failed(tar: Buffer): Promise<string[]> {
  const { checks } = await verifyBundle(tar, key.publicKey);
  return checks.filter(({ ok }) => !ok).map(({ check, detail }) => `${check}: ${detail}`);
}

describe('an incident that has closed', () => {
  it('is sealed by itself into the evidence store, whole, where its report says', async () => {
    const { nativeConnection, client } = env();
    await withWorkers(nativeConnection, world(), async () => {
      const report = await closed('export-i-sealed');
      const [only, ...more] = await sealed(report);
      expect(more).toEqual([]);
      expect(only?.uri).toContain(`/${report.sealedAs}-`);
      const tar = await bundle(only!);
      expect(manifestOf(tar)).toMatchObject({ closed: true, runId: report.runId });
      expect(await failed(tar)).toEqual([]);
      expect(await archiveState(client, report)).toEqual({ state: 'sealed', bundles: [only] });
      // The archive of the same run begun again: nothing new.
      await beginArchive(client, report);
      expect(await sealed(report)).toEqual([only]);
    });
  });

  it('is sealed when the store is there again, and until then says why not', async () => {
    const { nativeConnection, client } = env();
    // Whoever mounts the store mounted something else.
    const bundles = join(folder, 'bundles');
    const place = join(bundles, incidentKey('ec2-vm-export/111111111111/eu-west-1/export-i-away'));
    await mkdir(bundles);
    await writeFile(place, 'not a folder');
    await withWorkers(nativeConnection, world(bundles), async () => {
      const report = await closed('export-i-away');
      await eventually(
        async () =>
          expect(await archiveState(client, report)).toMatchObject({
            state: 'waiting',
            reason: expect.stringMatching(/EEXIST|ENOTDIR/) as string,
          }),
        { interval: 500 },
      );
      await rm(place);
      const [only] = await sealed(report);
      expect(await failed(await bundle(only!))).toEqual([]);
    });
  });

  it('and is reset after it is sealed once more, with the run that it was reset from, which it names', async () => {
    const { nativeConnection, client, namespace = 'default' } = env();
    await withWorkers(nativeConnection, world(), async () => {
      const first = await closed('export-i-reset');
      const handle = client.workflow.getHandle(first.workflowId, first.runId);
      const { events } = await handle.fetchHistory();
      const tasks = events!.filter((event) => event.workflowTaskCompletedEventAttributes);
      await client.workflowService.resetWorkflowExecution({
        namespace,
        workflowExecution: { workflowId: first.workflowId, runId: first.runId },
        reason: 'test',
        requestId: 'reset-once',
        workflowTaskFinishEventId: tasks.at(3)!.eventId!,
      });
      const second = (await client.workflow.getHandle(first.workflowId).result()) as IncidentReport;
      expect(second.runId).not.toBe(first.runId);
      const bundles = await sealed(second);
      expect(bundles.map(({ runId }) => runId)).toEqual([second.runId, first.runId]);
      const [again, base] = await Promise.all(bundles.map(bundle));
      expect(manifestOf(again!).earlier).toEqual([
        {
          relation: 'reset-of',
          workflowId: first.workflowId,
          runId: first.runId,
          history: expect.any(String) as string,
        },
      ]);
      expect([await failed(base!), await failed(again!)]).toEqual([[], []]);
      // The first run's own archive and this one wrote the same bytes: there is one file for each run.
      await sealed(first);
      const files = await readdir(join(folder, incidentKey(first.workflowId)));
      expect(files.filter((name) => name.endsWith('.tar'))).toHaveLength(2);
    });
  });
});
