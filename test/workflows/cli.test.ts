import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parse as parseYaml, stringify } from 'yaml';
import { evidenceNotify } from '../../activities/evidence/notify.ts';
import { parseConfig } from '../../src/config/load-config.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import { startIntake, type RunningIntake } from '../../src/intake/serve.ts';
import { sha256OfToken } from '../../src/intake/bearer.ts';
import { connectTemporal, type TemporalConnection } from '../../src/temporal/connect.ts';
import { gateway } from '../support/deciding.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { eventually } from '../support/eventually.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { fixture } from '../support/fixtures.ts';
import { withWorkers } from '../support/test-workers.ts';
import { leastConfig } from '../unit/config/configuration.ts';
import { soar } from '../unit/cli/a-terminal.ts';

/** An alert in over HTTP, decisions by the command line, the record out: the doors of the product, with doubles for AWS. */
const env = useDevEnv();
let folder: string;
let intake: RunningIntake;
let temporal: TemporalConnection;

beforeEach(async () => {
  vi.stubEnv('TEMPORAL_ADDRESS', env().address);
  vi.stubEnv('TEST_SOAR_TOKEN', 'the-token-of-the-detector');
  vi.stubEnv('TEST_SOAR_CORRELATION', 'the key of correlation');
  vi.stubEnv('TEST_SOAR_SIGNING', gateway.secretKey);
  vi.stubEnv('TEST_SOAR_CODES', gateway.codeSecret);
  folder = await mkdtemp(join(tmpdir(), 'soar-doors-'));
  const contents = leastConfig();
  const file = join(folder, 'soar.yaml');
  const source = stringify({
    ...contents,
    intake: { ...contents.intake, port: 0 },
    gateway: { ...contents.gateway, keyId: gateway.keyId },
    rechecks: ['1s'],
    containment: { checks: ['1s'], propagation: '1s', logLag: '1s' },
    rotation: { wait: '1s', remind: '1s' },
    approvals: {
      gatewayKeys: { [gateway.keyId]: gateway.publicKey },
      approvers: ['alice', 'bob'].map((id) => ({
        id,
        name: id,
        principals: [],
        token: `sha256:${sha256OfToken(`the-token-of-${id}`)}`,
      })),
    },
  });
  await writeFile(file, source);
  const config = parseConfig(source, file);
  temporal = await connectTemporal();
  intake = await startIntake(config, temporal, () => {});
});
afterEach(async () => {
  await intake.stop();
  await temporal.close();
  await rm(folder, { recursive: true });
  vi.unstubAllEnvs();
});

const as = (person: string, ...argv: string[]) =>
  soar(argv, { env: { SOAR_GATEWAY: intake.url, SOAR_TOKEN: `the-token-of-${person}` } });
const json = async (...argv: string[]) => JSON.parse((await soar([...argv, '--json'])).out) as Record<string, unknown>;

test('from alert to report by the doors alone', async () => {
  await withWorkers(env().nativeConnection, new FakeWorld(), async () => {
    const posted = await fetch(new URL('/alerts', intake.url), {
      method: 'POST',
      headers: { authorization: 'Bearer the-token-of-the-detector', 'content-type': 'application/json' },
      body: JSON.stringify(fixture('cloudtrail/create-instance-export-task-success')),
    });
    expect(posted.status).toBe(202);
    const { results } = (await posted.json()) as { results: { incidentKey: string; workflowId: string }[] };
    const { incidentKey, workflowId } = results[0]!;

    await eventually(async () => expect((await soar(['incident', 'list', '--awaiting'])).out).toContain(incidentKey));
    const shown = await soar(['incident', 'show', incidentKey]);
    expect(shown.code).toBe(0);
    expect(shown.out).toMatch(/verdict: \w/);
    expect(shown.out).toContain('Plan of containment');
    expect(await soar(['audit', 'seal', incidentKey])).toMatchObject({
      code: 1,
      err: expect.stringContaining(`${incidentKey} is still open: once it has closed it is sealed`) as string,
    });

    const open = async () => ((await json('incident', 'show', workflowId)) as { running: boolean }).running;
    for (let round = 0; round < 40 && (await open()); round++) {
      for (const person of ['alice', 'bob']) {
        const { code, err } = await as(person, 'incident', 'decide', workflowId, '--approve', '--yes');
        expect([0, 1]).toContain(code);
        if (code === 1) expect(err).toMatch(/nothing is asked|another person|already decided|not open/);
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
    }

    const closed = await soar(['incident', 'show', workflowId]);
    expect(closed.out).toContain('closed (completed)');
    expect(closed.out).toMatch(/alice +approve +by gateway +accepted/);

    await hasFigures(workflowId);
    const exported = await soar(['audit', 'export', workflowId, '--out', join(folder, 'audit')]);
    expect(exported.code).toBe(0);
    expect(await readdir(join(folder, 'audit'))).toContain(`${incidentKey}-history.json`);
    const replayed = await soar(['audit', 'replay', join(folder, 'audit', `${incidentKey}-history.json`)]);
    expect(replayed).toMatchObject({ code: 0, out: expect.stringContaining('all equal') as string });
  });
});

/** Of the incident, which Temporal and the evidence store know, and of one that the evidence store alone remembers. */
async function hasFigures(workflowId: string): Promise<void> {
  const report = (await env().client.workflow.getHandle(workflowId).result()) as IncidentReport;
  const store = evidenceNotify({ folder: join(folder, 'evidence') });
  await store.storeReport({ report });
  const long = { incidentKey: 'VMX-LONGAGOAAA', runId: 'run-of-long-ago', openedAt: '2020-01-01T10:00:00Z' };
  await store.storeReport({ report: { ...report, ...long, closedAt: '2020-01-01T12:00:00Z' } });

  const ours = [long.incidentKey, report.incidentKey];
  const figures = async (...argv: string[]) => {
    const { code, out, err } = await soar(['metrics', '-c', join(folder, 'soar.yaml'), '-f', 'json', ...argv]);
    const { incidents } = JSON.parse(out) as { incidents: { incidentKey: string }[] };
    const known = incidents.filter(({ incidentKey }) => ours.includes(incidentKey));
    return { code, err, known: known.map(({ incidentKey }) => incidentKey) };
  };
  expect(await figures()).toMatchObject({
    code: 0,
    known: ours,
    err: expect.stringContaining('evidence store: 2') as string,
  });
  expect((await figures('--source', 'temporal')).known).toEqual([report.incidentKey]);
  expect((await figures('--source', 'store')).known).toEqual(ours);
  expect((await figures('--from', '2021-01-01')).known).toEqual([report.incidentKey]);
}

test('what is not there is a negative answer', async () => {
  for (const argv of [
    ['incident', 'show', 'VMX-AAAAAAAAAA'],
    ['audit', 'export', 'VMX-AAAAAAAAAA', '--out', folder],
  ]) {
    expect(await soar(argv)).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/no such incident.*; looked for in namespace \S+ at \S+:\d+\n$/) as string,
    });
  }
  const decided = await as('alice', 'incident', 'decide', 'VMX-AAAAAAAAAA', '--approve', '--yes');
  expect(decided).toMatchObject({ code: 1, err: expect.stringMatching(/no such incident/) as string });
});

test('setup finds that there is nothing to do, whatever becomes of the configuration', async () => {
  const noneYet = { env: { SOAR_CONFIG: join(folder, 'none.yaml') } };
  expect(await soar(['setup'], noneYet)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/has all \d+ search/) as string,
  });
});

test('setup makes the folder of keys, and says so once', async () => {
  const path = join(folder, 'encrypting.yaml');
  const config = parseYaml(await readFile(join(folder, 'soar.yaml'), 'utf8')) as object;
  await writeFile(path, stringify({ ...config, encryption: { masterKeys: [{ id: '2027', key: 'env:NOBODY' }] } }));
  const keys = join(folder, 'keys');
  expect((await soar(['setup', '-c', path])).out).toContain(`${keys} held nothing, and takes keys of incidents`);
  expect((await soar(['setup', '-c', path])).out).not.toContain(keys);
  const again = await soar(['setup', '--json', '-c', path]);
  expect(JSON.parse(again.out)).toMatchObject({ keys: { folder: keys, made: false } });
});

test('Temporal that is not there is 4', async () => {
  vi.stubEnv('TEMPORAL_ADDRESS', '127.0.0.1:9');
  const { code, err } = await soar(['incident', 'list']);
  expect(code).toBe(4);
  expect(err).toMatch(/^soar: Temporal at 127\.0\.0\.1:9/);
});
