import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { evidenceNotify } from '../../activities/evidence/notify.ts';
import type { Alert } from '../../src/domain/alert/alert.ts';
import { eventIndexKey, readIndexedEvent } from '../../src/domain/alert/event-index.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import { archiveIndex } from '../../src/intake/archive-index.ts';
import { archiveReader } from '../../src/intake/archive-reader.ts';
import { intakeContext } from '../../src/intake/context.ts';
import { openIncident } from '../../src/intake/open-incident.ts';
import { anAlert, anAllowListEntry, aPolicy, aRoleSession } from '../support/builders.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { eventually } from '../support/eventually.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { withWorkers } from '../support/test-workers.ts';
import { leastConfig, parse } from '../unit/config/configuration.ts';

/** What holds when Temporal has deleted a closed incident. */
// A workflow is deleted once the server has noted that it is done with its end; it notes that every 30 s by default.
const env = useDevEnv({ dynamicConfig: { 'history.transferProcessorUpdateAckInterval': '1s' } });
let folder: string;
let lines: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soar-archive-'));
  lines = [];
  vi.stubEnv('TEST_SOAR_CORRELATION', 'the key of correlation');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  vi.unstubAllEnvs();
});

/** Allow-listed, so that its incident ends by itself; long ago, so that Temporal may not have it any more. */
const alertOf = (exportTaskId: string, eventId: string, changes: Partial<Alert> = {}) =>
  anAlert({ principal: aRoleSession(), exportTaskId, eventId, ...changes });
const policy = aPolicy({ earlierIncidents: true, allowList: [anAllowListEntry({ expires: '2999-01-01T00:00:00Z' })] });

const context = (archive = folder) => ({
  ...intakeContext(parse(leastConfig()), env().client),
  policyFor: () => policy,
  seenBefore: archiveIndex(env().client, archiveReader({ folder: archive }), (line) => lines.push(line)),
});
const world = () => {
  const made = new FakeWorld();
  made.instance.tags = { Environment: 'development' };
  made.notify.indexEvents = (input) => evidenceNotify({ folder }).indexEvents(input);
  return made;
};
const result = (workflowId: string) => env().client.workflow.getHandle(workflowId).result() as Promise<IncidentReport>;

/** As Temporal does itself when the retention has passed. */
async function forget(workflowId: string): Promise<void> {
  const { client } = env();
  await client.workflowService.deleteWorkflowExecution({ namespace: 'default', workflowExecution: { workflowId } });
  await eventually(() =>
    expect(client.workflow.getHandle(workflowId).describe()).rejects.toThrow(WorkflowNotFoundError),
  );
}

test('a young event is not looked up: Temporal has its incident', async () => {
  await withWorkers(env().nativeConnection, world(), async () => {
    const young = { time: new Date().toISOString() };
    await evidenceNotify({ folder }).indexEvents({
      incidentKey: 'VMX-ABCDEFGHIJ',
      workflowId: 'x',
      closedAt: young.time,
      eventIds: ['young'],
    });
    expect((await openIncident(context(), alertOf('export-i-young', 'young', young))).result).toBe('opened');
  });
});

test('an index that cannot be read opens the incident, and that is logged', async () => {
  const file = join(folder, 'a-file');
  await writeFile(file, '');
  const opened = await openIncident(context(file), alertOf('export-i-unreadable', 'unreadable'));
  expect(opened.result).toBe('opened');
  expect(lines).toEqual([expect.stringContaining('ENOTDIR') as string]);
});

test('an incident ends without the index when it cannot be written, and says so', async () => {
  const failing = world();
  failing.notify.indexEvents = () => Promise.reject(ApplicationFailure.nonRetryable('the disk is full'));
  await withWorkers(env().nativeConnection, failing, async () => {
    const { workflowId } = await openIncident(context(), alertOf('export-i-full', 'full'));
    const report = await result(workflowId);
    expect(report.verdict).toBe('authorised');
    expect(report.timeline.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/not in the archive's index .*the disk is full/),
    );
  });
});

test('an event whose incident Temporal has deleted opens nothing; a new event on the same task opens an incident', async () => {
  await withWorkers(env().nativeConnection, world(), async () => {
    const alert = alertOf('export-i-archived', 'seen');
    const opened = await openIncident(context(), alert);
    expect(opened.result).toBe('opened');
    await result(opened.workflowId);
    const entry = readIndexedEvent(await readFile(join(folder, eventIndexKey('seen')), 'utf8'));
    expect(entry).toMatchObject({ workflowId: opened.workflowId, verdict: 'authorised', severity: 'low' });
    await forget(opened.workflowId);

    expect(await openIncident(context(), alert)).toEqual({ ...opened, result: 'known' });
    await expect(env().client.workflow.getHandle(opened.workflowId).describe()).rejects.toThrow(WorkflowNotFoundError);
    expect((await openIncident(context(), alertOf('export-i-archived', 'new'))).result).toBe('opened');
    expect(lines).toEqual([]);
  });
});
