import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { parseConfig } from '../../src/config/load-config.ts';
import { startIntake, type RunningIntake } from '../../src/intake/serve.ts';
import { sha256OfToken } from '../../src/intake/bearer.ts';
import { connectTemporal, type TemporalConnection } from '../../src/temporal/connect.ts';
import { gateway } from '../support/deciding.ts';
import { useDevEnv } from '../support/dev-env.ts';
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
  const config = parseConfig(
    stringify({
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
    }),
    join(folder, 'soar.yaml'),
  );
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

    await vi.waitFor(async () => expect((await soar(['incident', 'list', '--awaiting'])).out).toContain(incidentKey), {
      timeout: 20_000,
      interval: 200,
    });
    const shown = await soar(['incident', 'show', incidentKey]);
    expect(shown.code).toBe(0);
    expect(shown.out).toMatch(/verdict: \w/);
    expect(shown.out).toContain('Plan of containment');

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

    const exported = await soar(['audit', 'export', workflowId, '--out', join(folder, 'audit')]);
    expect(exported.code).toBe(0);
    expect(await readdir(join(folder, 'audit'))).toContain(`${incidentKey}-history.json`);
    const replayed = await soar(['audit', 'replay', join(folder, 'audit', `${incidentKey}-history.json`)]);
    expect(replayed).toMatchObject({ code: 0, out: expect.stringContaining('all equal') as string });
  });
});

test('what is not there is a negative answer', async () => {
  for (const argv of [
    ['incident', 'show', 'VMX-AAAAAAAAAA'],
    ['audit', 'export', 'VMX-AAAAAAAAAA', '--out', folder],
  ]) {
    expect(await soar(argv)).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/no such incident/) as string,
    });
  }
  const decided = await as('alice', 'incident', 'decide', 'VMX-AAAAAAAAAA', '--approve', '--yes');
  expect(decided).toMatchObject({ code: 1, err: expect.stringMatching(/no such incident/) as string });
});

test('setup finds that there is nothing to do', async () => {
  expect(await soar(['setup'])).toMatchObject({ code: 0, out: expect.stringMatching(/has all \d+ search/) as string });
});

test('Temporal that is not there is 4', async () => {
  vi.stubEnv('TEMPORAL_ADDRESS', '127.0.0.1:9');
  const { code, err } = await soar(['incident', 'list']);
  expect(code).toBe(4);
  expect(err).toMatch(/^soar: Temporal at 127\.0\.0\.1:9/);
});
