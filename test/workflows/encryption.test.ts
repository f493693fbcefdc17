import { ApplicationFailure, type DataConverter } from '@temporalio/common';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { evidenceNotify } from '../../activities/evidence/notify.ts';
import { recordNotify } from '../../activities/record/notify.ts';
import { findIncident } from '../../src/approvals/find-incident.ts';
import { cutShortIncidents } from '../../src/audit/cut-short-incidents.ts';
import type { Check } from '../../src/cli/doctor/check.ts';
import type { ListedIncident } from '../../src/cli/incident-list.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { burstMemo } from '../../src/domain/alert/correlation.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import { incidentKey, taskQueues } from '../../src/domain/names.ts';
import { dataConverterFor, encryptionOf } from '../../src/encryption/encryption.ts';
import { eraseKeys } from '../../src/encryption/data-keys.ts';
import { keyFolder, makeKeyFolder } from '../../src/encryption/key-store.ts';
import { scopeOf } from '../../src/encryption/scope.ts';
import { sha256OfToken } from '../../src/intake/bearer.ts';
import { startIntake, type RunningIntake } from '../../src/intake/serve.ts';
import { connectTemporal, type TemporalConnection } from '../../src/temporal/connect.ts';
import { bundleWorkflows } from '../../workers/bundle.ts';
import { closeUpdate, searchAttributes } from '../../workflows/messages.ts';
import { gateway, nextRequest } from '../support/deciding.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { eventually } from '../support/eventually.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { fixture } from '../support/fixtures.ts';
import { withWorkers } from '../support/test-workers.ts';
import { leastConfig } from '../unit/config/configuration.ts';
import { soar } from '../unit/cli/a-terminal.ts';

/** One incident of an installation that encrypts, by its doors; what Temporal has of it is read without keys. */
const env = useDevEnv();
let folder: string;
let file: string;
let dataConverter: DataConverter;
let temporal: TemporalConnection;
let intake: RunningIntake;
let workflowId: string;
let key: string;

/** What an activity failed with; like every text of AWS it names what only we should know. */
const failure = 'the bucket of the finance department did not answer';
const reason = 'the owner was asked by telephone';

async function write(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text, { mode: 0o600 });
  return join(folder, name);
}
async function configuration(name: string, masterKey: string): Promise<string> {
  const contents = leastConfig();
  await write(`${name}.key`, masterKey);
  return write(
    `${name}.yaml`,
    stringify({
      ...contents,
      intake: { ...contents.intake, port: 0 },
      gateway: { ...contents.gateway, keyId: gateway.keyId },
      rechecks: [],
      approvals: {
        gatewayKeys: { [gateway.keyId]: gateway.publicKey },
        approvers: ['alice', 'bob'].map((id) => ({
          id,
          name: id,
          principals: [],
          token: `sha256:${sha256OfToken(`the-token-of-${id}`)}`,
        })),
      },
      encryption: { masterKeys: [{ id: '2027', key: `file:${name}.key` }], keys: './keys' },
    }),
  );
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soar-encrypted-'));
  vi.stubEnv('TEMPORAL_ADDRESS', env().address);
  vi.stubEnv('TEST_SOAR_TOKEN', 'the-token-of-the-detector');
  vi.stubEnv('TEST_SOAR_CORRELATION', 'the key of correlation');
  vi.stubEnv('TEST_SOAR_SIGNING', gateway.secretKey);
  vi.stubEnv('TEST_SOAR_CODES', gateway.codeSecret);
  file = await configuration('soar', 'ab'.repeat(32));
  const config = await loadConfig(file);
  await makeKeyFolder(join(folder, 'keys'));
  dataConverter = dataConverterFor(encryptionOf(config));
  temporal = await connectTemporal({ dataConverter });
  intake = await startIntake(config, temporal, () => {});

  const world = new FakeWorld();
  const evidence = evidenceNotify({ folder: join(folder, 'evidence') });
  Object.assign(world.notify, recordNotify(temporal.client), evidence);
  world.observe.readAccessLogs = () =>
    Promise.reject(ApplicationFailure.nonRetryable(failure, failureTypes.accessDenied));
  await withWorkers(env().nativeConnection, world, playToTheEnd, 'default', dataConverter);
});
afterAll(async () => {
  await intake.stop();
  await temporal.close();
  await rm(folder, { recursive: true });
  vi.unstubAllEnvs();
});

async function playToTheEnd(): Promise<void> {
  const posted = await fetch(new URL('/alerts', intake.url), {
    method: 'POST',
    headers: { authorization: 'Bearer the-token-of-the-detector', 'content-type': 'application/json' },
    body: JSON.stringify(fixture('cloudtrail/create-instance-export-task-success')),
  });
  ({ workflowId } = ((await posted.json()) as { results: { workflowId: string }[] }).results[0]!);
  key = incidentKey(workflowId);
  const handle = temporal.client.workflow.getHandle(workflowId);
  const argv = ['incident', 'decide', workflowId, '--approve', '--yes', '--reason', reason];
  for (let after: string | undefined; ;) {
    const { requestId, phase } = await nextRequest(handle, after);
    const env = { SOAR_GATEWAY: intake.url, SOAR_TOKEN: 'the-token-of-bob' };
    expect(await soar(argv, { env })).toMatchObject({ code: 0 });
    after = requestId;
    if (phase === 'recovery') break;
  }
  // Without it the incident would wait for credentials to be rotated.
  await handle.executeUpdate(closeUpdate, { args: [{ author: 'alice', reason: 'over' }] });
  await handle.result();
}

/** Everything that a reader of the namespace gets: the history, whose bytes are base64, and what lists show. */
async function asTemporalHasIt(): Promise<string> {
  const handle = env().client.workflow.getHandle(workflowId);
  const history = historyToJSON(await handle.fetchHistory());
  const bytes = [...history.matchAll(/"([A-Za-z0-9+/]{4,}={0,2})"/g)].map(([, text = '']) =>
    Buffer.from(text, 'base64').toString('latin1'),
  );
  const { raw } = await handle.describe();
  return [history, ...bytes, Buffer.from(JSON.stringify(raw)).toString('latin1')].join('\n');
}

const withConfig = (...argv: string[]) => soar(argv, { env: { SOAR_CONFIG: file } });

describe('an incident of an installation that encrypts', () => {
  const said = [
    'acme-exports',
    '198.51.100.',
    'assumed-role',
    'finance department',
    'by telephone',
    '"approver":"bob"',
  ];

  it('says nothing in Temporal, failures and reasons included, and everything to whoever has the keys', async () => {
    const raw = await asTemporalHasIt();
    const shown = await withConfig('incident', 'show', key, '--json');
    expect(shown.code, shown.err).toBe(0);
    expect(shown.out).toContain(reason);
    const exported = await withConfig('audit', 'export', key, '--out', folder);
    expect(exported.code, exported.err).toBe(0);
    const decoded = await readFile(join(folder, `${key}-history.json`), 'utf8');
    const plain = [...decoded.matchAll(/"data":"([^"]*)"/g)].map(([, text = '']) =>
      Buffer.from(text, 'base64').toString(),
    );
    const everything = [decoded, ...plain].join('\n');
    // Words that are not in the incident at all would prove nothing.
    const used = said.filter((word) => everything.includes(word));
    expect(used).toEqual(expect.arrayContaining(['finance department', 'by telephone', '"approver":"bob"']));
    for (const word of used) expect(raw.includes(word), `${word} stands in Temporal`).toBe(false);
    expect(raw.includes('binary/encrypted'), 'the raw history was decoded').toBe(true);
  });

  it('replays from its export, and its bundle verifies, without our keys', async () => {
    const path = join(folder, `${key}-history.json`);
    expect(await soar(['audit', 'replay', path])).toMatchObject({ code: 0 });
    const made = await soar(['audit', 'keygen', '--out', folder]);
    const [secret = '', open = ''] = made.out.trim().split('\n');
    const tar = join(folder, 'incident.tar');
    expect((await withConfig('audit', 'export', key, '--out', tar, '--key', secret)).code).toBe(0);
    const verified = await soar(['audit', 'verify', tar, '--key', open]);
    expect(verified.code, verified.out + verified.err).toBe(0);
  });

  it('is refused without keys and with the wrong one, with a word on why', async () => {
    const without = await soar(['incident', 'show', key]);
    expect(without).toMatchObject({ code: 1, out: '' });
    expect(without.err).toContain('name one with --config or SOAR_CONFIG');
    const wrong = await soar(['incident', 'show', key, '-c', await configuration('wrong', 'cd'.repeat(32))]);
    expect(wrong).toMatchObject({ code: 1, out: '' });
    expect(wrong.err).toContain('master key 2027 does not open data key');
  });

  it('knows its events: the same alert again opens nothing', async () => {
    const again = await fetch(new URL('/alerts', intake.url), {
      method: 'POST',
      headers: { authorization: 'Bearer the-token-of-the-detector', 'content-type': 'application/json' },
      body: JSON.stringify(fixture('cloudtrail/create-instance-export-task-success')),
    });
    expect(await again.json()).toMatchObject({ results: [{ workflowId, result: 'known' }] });
  });

  it('is erased by two approvers and by nobody alone, and then nobody can read it', async () => {
    const [alice, bob] = [await write('alice', 'the-token-of-alice\n'), await write('bob', 'the-token-of-bob\n')];
    const erase = (...argv: string[]) =>
      withConfig('incident', 'erase', key, '--reason', 'the contract has ended', ...argv);
    const alone = await erase('--confirm', key, '--token-file', alice);
    expect(alone).toMatchObject({ code: 1, err: expect.stringContaining('takes 2 approvers; alice') as string });
    expect((await erase('--confirm', 'VMX-AAAAAAAAAA', '--token-file', alice, bob)).err).toContain(
      'nothing was erased',
    );
    expect((await withConfig('incident', 'show', key)).code).toBe(0);
    const erased = await erase('--confirm', ` ${key.toLowerCase()}`, '--token-file', alice, bob);
    expect(erased.code, erased.err).toBe(0);
    const shown = await withConfig('incident', 'show', key);
    expect(shown).toMatchObject({ code: 1, out: '' });
    expect(shown.err).toMatch(/was erased on \S+ by alice and bob \(the contract has ended\)/);
    expect((await erase('--confirm', key, '--token-file', alice, bob)).err).toContain('erased already');
  });

  it('that was erased, memo and all, keeps nobody from seeing the others', async () => {
    const workflowId = 'ec2-vm-export/111111111111/eu-west-1/erased';
    const burst = { lead: incidentKey(workflowId), size: 2 };
    const handle = await temporal.client.workflow.start('ec2VmExport', {
      workflowId,
      taskQueue: 'nobody',
      memo: { [burstMemo]: burst },
      typedSearchAttributes: [
        { key: searchAttributes.playbook, value: 'ec2-vm-export' },
        { key: searchAttributes.incidentKey, value: burst.lead },
      ],
    });
    const listed = async () => {
      const { code, out, err } = await withConfig('incident', 'list', '--json');
      expect(code, err).toBe(0);
      return (JSON.parse(out) as ListedIncident[]).find((incident) => incident.workflowId === workflowId);
    };
    await eventually(async () => expect(await listed()).toMatchObject({ burst }));
    const doctor = async () => {
      const { out } = await withConfig('doctor', '--json', '--role', 'incident');
      const { checks } = JSON.parse(out) as { checks: Check[] };
      return checks.filter(({ name }) => ['incidents', 'keys of incidents'].includes(name)).map(({ state }) => state);
    };
    expect(await doctor()).toEqual(['ok', 'ok']);

    await eraseKeys(keyFolder(join(folder, 'keys')), scopeOf(workflowId), {
      at: new Date().toISOString(),
      by: ['alice', 'bob'],
      reason: 'the contract has ended',
    });
    expect(await listed()).toMatchObject({ incidentKey: burst.lead, burst: null });
    expect((await findIncident(temporal.client, burst.lead)).workflowId).toBe(workflowId);
    await handle.terminate();
    // The server's list follows after a moment.
    await eventually(async () => {
      const ended = await cutShortIncidents(temporal.client);
      expect(ended.map((each) => each.workflowId)).toContain(workflowId);
    });
  });
});

let bundled: ReturnType<typeof bundleWorkflows> | undefined;
/** The code as an installation has it that does not encrypt. */
const off = () => (bundled ??= bundleWorkflows());

describe('the workflow code of an installation that encrypts', () => {
  it('is the same version as that of one that does not, so that open incidents stay with their worker', async () => {
    const on = await bundleWorkflows(dataConverter);
    expect(on.buildId).toBe((await off()).buildId);
    expect(on.bundle.code).not.toBe((await off()).bundle.code);
  });
});

describe('a worker without the keys', () => {
  it('does nothing with an encrypted incident, which waits for one that has them', async () => {
    const { client, nativeConnection } = env();
    const id = 'ec2-vm-export/111111111111/eu-west-1/export-i-waits';
    const handle = await temporal.client.workflow.start('ec2VmExport', {
      workflowId: id,
      taskQueue: taskQueues.incident,
      args: [{}],
    });
    const worker = await Worker.create({
      connection: nativeConnection,
      taskQueue: taskQueues.incident,
      workflowBundle: (await off()).bundle,
      dataConverter: dataConverterFor(null),
    });
    const running = worker.run();
    try {
      const failedTask = async () =>
        (await client.workflow.getHandle(id).fetchHistory()).events?.find(
          (event) => event.workflowTaskFailedEventAttributes,
        );
      await eventually(async () => expect(await failedTask()).toBeDefined());
      expect((await handle.describe()).status.name).toBe('RUNNING');
    } finally {
      worker.shutdown();
      await running.catch(() => undefined);
      await handle.terminate('the test is over');
    }
  });
});
