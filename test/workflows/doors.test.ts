import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { loadConfig } from '../../src/config/load-config.ts';
import { deadLetterFolder } from '../../src/intake/dead-letters.ts';
import { startIntake } from '../../src/intake/serve.ts';
import { connectTemporal } from '../../src/temporal/connect.ts';
import { gateway } from '../support/deciding.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { fixture } from '../support/fixtures.ts';
import { soar } from '../unit/cli/a-terminal.ts';
import { leastConfig } from '../unit/config/configuration.ts';

/** Whichever door an alert comes through, it is one incident. No worker runs: the intake never waits for one. */
const env = useDevEnv();
const record = fixture('cloudtrail/create-instance-export-task-success');
let folder: string;
let config: string;

beforeEach(async () => {
  vi.stubEnv('TEMPORAL_ADDRESS', env().address);
  vi.stubEnv('TEST_SOAR_TOKEN', 'the-token-of-the-detector');
  vi.stubEnv('TEST_SOAR_CORRELATION', 'the key of correlation');
  vi.stubEnv('TEST_SOAR_SIGNING', gateway.secretKey);
  vi.stubEnv('TEST_SOAR_CODES', gateway.codeSecret);
  folder = await mkdtemp(join(tmpdir(), 'soar-doors-'));
  config = join(folder, 'soar.yaml');
  const contents = leastConfig();
  await writeFile(
    config,
    stringify({
      ...contents,
      intake: { ...contents.intake, port: 0, deadLetters: './letters' },
      gateway: { ...contents.gateway, keyId: gateway.keyId },
      approvals: { ...contents.approvals, gatewayKeys: { [gateway.keyId]: gateway.publicKey } },
    }),
  );
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  vi.unstubAllEnvs();
});

/** Posts to an intake that is there for this one request. */
async function post(body: unknown): Promise<{ status: number; body: string }> {
  const temporal = await connectTemporal();
  const intake = await startIntake(await loadConfig(config), temporal, () => {});
  try {
    const response = await fetch(new URL('/alerts/elastic', intake.url), {
      method: 'POST',
      headers: { authorization: 'Bearer the-token-of-the-detector', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.text() };
  } finally {
    await intake.stop();
    await temporal.close();
  }
}

test('check names the incident that submit opens, and that a post joins', async () => {
  const file = join(folder, 'log.json');
  await writeFile(file, JSON.stringify({ Records: [record, { ...record, eventName: 'RunInstances' }] }));
  const checked = await soar(['alert', 'check', file, '-c', config]);
  const key = /VMX-[A-Z2-7]{10}/.exec(checked.out)?.[0] ?? 'no key';

  const submitted = await soar(['alert', 'submit', file, '-c', config]);
  expect(submitted).toMatchObject({ code: 0, out: expect.stringContaining(`opened ${key}`) as string });
  expect(submitted.err).toContain('1 opened, 0 attached, 0 known before, 1 of other events, 0 refused');

  const posted = await post(record);
  expect(posted.status).toBe(202);
  expect(posted.body).toContain(`"incidentKey":"${key}"`);
  expect(posted.body).toContain('"result":"attached"');
});

test('a dead letter outlives the intake, and opens its incident once it can be decoded', async () => {
  const task = { exportTaskId: 'export-i-00000000000000001' };
  const unknown = { newForm: { ...record, eventID: 'in-a-new-form', responseElements: { exportTask: task } } };
  expect((await post(unknown)).status).toBe(400);
  const letters = deadLetterFolder((await loadConfig(config)).intake);
  const [letter] = await letters.list();

  const early = await soar(['dead-letter', 'redrive', '--all', '-c', config]);
  expect(early.code).toBe(1);
  expect(early.out).toContain('neither a CloudTrail record');
  expect(await letters.list()).toEqual([letter]);

  // What a decoder of tomorrow finds in it.
  await writeFile(join(folder, 'letters', `${letter!.id}.json`), JSON.stringify([unknown.newForm]));
  const late = await soar(['dead-letter', 'redrive', letter!.id, '-c', config]);
  expect(late).toMatchObject({ code: 0, out: expect.stringMatching(/: opened VMX-/) as string });
  expect(await letters.list()).toEqual([]);
});
