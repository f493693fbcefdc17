import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archiveNotify } from '../../../../activities/archive/notify.ts';
import { newSigningKey, signingKeyOf } from '../../../../src/audit/bundle/keys.ts';
import type { Manifest } from '../../../../src/audit/bundle/manifest.ts';
import { filesOf } from '../../../../src/audit/bundle/tar.ts';
import { readHistoryFile } from '../../../../src/audit/history-file.ts';
import { auditCodeOf } from '../../../../src/audit/workflow-code.ts';
import { incidentKey } from '../../../../src/domain/names.ts';

const recorded = new URL('../../../replay/histories/denied-attempt.json', import.meta.url).pathname;
const { decoded, workflowId, runId } = await readHistoryFile(recorded);

const sealing = {
  key: signingKeyOf(newSigningKey().secretPem),
  codeOf: (buildId: string | null) => Promise.resolve(auditCodeOf(`the code of ${buildId}`)),
};

/** A Temporal that has one run, in some state; `null`: it has deleted it. */
const temporal = (status: 'RUNNING' | 'COMPLETED' | null) =>
  ({
    options: { loadedDataConverter: { payloadCodecs: [] } },
    workflow: {
      getHandle: () => ({
        describe: () =>
          status === null
            ? Promise.reject(new WorkflowNotFoundError('gone', workflowId, runId))
            : Promise.resolve({ status: { name: status }, runId }),
        fetchHistory: () => Promise.resolve(decoded),
      }),
    },
  }) as unknown as Client;

describe('sealing a closed incident', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'soar-archive-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const seal = (status: 'RUNNING' | 'COMPLETED' | null, by: typeof sealing | null = sealing) =>
    archiveNotify(temporal(status), { folder }, by).sealRun({ workflowId, runId });

  it('adds one bundle to the evidence store, with the code of the build that the incident ran on', async () => {
    const [bundle, ...more] = await seal('COMPLETED');
    expect(more).toEqual([]);
    const name = `${incidentKey(workflowId)}/bundle-${runId}-${bundle?.sha256.slice(0, 12)}.tar`;
    expect(bundle?.uri).toMatch(new RegExp(`/${name}$`));
    const files = filesOf(await readFile(fileURLToPath(bundle!.uri)));
    const manifest = JSON.parse(files.find(({ path }) => path === 'manifest.json')!.content.toString()) as Manifest;
    expect(manifest).toMatchObject({ workflowId, runId, closed: true, earlier: [], release: bundle?.release });
    expect(files.find(({ path }) => path === 'workflow-code.js')?.content.toString()).toMatch(/^the code of \w{16}$/);
  });

  it('gives the same bytes again, however often it is killed and repeated', async () => {
    const first = await seal('COMPLETED');
    expect(await seal('COMPLETED')).toEqual(first);
    expect(await readdir(join(folder, incidentKey(workflowId)))).toHaveLength(1);
  });

  it('waits while the incident is still open: its history is not whole', async () => {
    await expect(seal('RUNNING')).rejects.toMatchObject({ type: 'NotYet', nonRetryable: false });
    expect(await readdir(folder)).toEqual([]);
  });

  it('waits for a worker that has the key', async () => {
    await expect(seal('COMPLETED', null)).rejects.toThrow(/audit\.signingKey/);
  });

  it('ends when Temporal no longer has the incident, and says so', async () => {
    await expect(seal(null)).rejects.toMatchObject({ type: 'NothingToSeal', nonRetryable: true });
  });
});
