import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { recordNotify } from '../../activities/record/notify.ts';
import { newSigningKey } from '../../src/audit/bundle/keys.ts';
import type { EarlierRecord, Manifest } from '../../src/audit/bundle/manifest.ts';
import { filesOf } from '../../src/audit/bundle/tar.ts';
import { verifyBundle } from '../../src/audit/bundle/verify.ts';
import { replayHistoryFile } from '../support/replayed-file.ts';
import { sealRun } from '../../src/audit/seal.ts';
import { auditCode } from '../../src/audit/workflow-code.ts';
import { parseConfig } from '../../src/config/load-config.ts';
import type { ActInput } from '../../src/domain/acts/acts.ts';
import { invert } from '../../src/domain/acts/invert.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import { incidentKey } from '../../src/domain/names.ts';
import { sha256OfToken } from '../../src/intake/bearer.ts';
import { startIntake, type RunningIntake } from '../../src/intake/serve.ts';
import { connectTemporal, type TemporalConnection } from '../../src/temporal/connect.ts';
import { closeUpdate, incidentQuery } from '../../workflows/messages.ts';
import { aTrail, aTrailEvent, ids } from '../support/builders.ts';
import { gateway, nextRequest } from '../support/deciding.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { eventually } from '../support/eventually.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { fixture } from '../support/fixtures.ts';
import { withWorkers } from '../support/test-workers.ts';
import { leastConfig } from '../unit/config/configuration.ts';
import { soar } from '../unit/cli/a-terminal.ts';

/** The undo by the doors of the product: the command line, the gateway, Temporal; AWS are doubles that keep what was done. */
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
  folder = await mkdtemp(join(tmpdir(), 'soar-undo-'));
  const contents = leastConfig();
  const config = parseConfig(
    stringify({
      ...contents,
      intake: { ...contents.intake, port: 0 },
      gateway: { ...contents.gateway, keyId: gateway.keyId },
      rechecks: ['1h'],
      approvals: {
        gatewayKeys: { [gateway.keyId]: gateway.publicKey },
        approvers: ['alice', 'bob', 'dana'].map((id) => ({
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
const why = ['--reason', 'the owner had ordered it', '--yes'];
const inverses = (acts: ActInput[]) => acts.flatMap((act) => invert(act) ?? []).reverse();
const handleOf = (workflowId: string) => env().client.workflow.getHandle(workflowId);

const approve = async (ref: string) => {
  const { code, err } = await as('bob', 'incident', 'decide', ref, '--approve', '--yes');
  expect(code, err).toBe(0);
};

/** An incident on a subject of its own that has done everything up to recovery. */
async function recovered(eventId: string): Promise<{ workflowId: string }> {
  const alert = fixture('cloudtrail/create-instance-export-task-success');
  const text = JSON.stringify({ ...alert, eventID: eventId }).replaceAll('export-i-', `export-i-${eventId}`);
  const posted = await fetch(new URL('/alerts', intake.url), {
    method: 'POST',
    headers: { authorization: 'Bearer the-token-of-the-detector', 'content-type': 'application/json' },
    body: text,
  });
  const { results } = (await posted.json()) as { results: { workflowId: string }[] };
  const { workflowId } = results[0]!;
  for (let after: string | undefined; ;) {
    const { requestId, phase, plan } = await nextRequest(handleOf(workflowId), after);
    await approve(workflowId);
    after = requestId;
    if (phase !== 'recovery') continue;
    const done = async () => (await handleOf(workflowId).query(incidentQuery)).actions.map(({ id }) => id);
    await eventually(async () => expect(await done()).toContain(plan.actions.at(-1)?.id));
    return results[0]!;
  }
}

const inAWorld = (test: (world: FakeWorld) => Promise<void>, world = new FakeWorld()) => {
  Object.assign(world.notify, recordNotify(env().client));
  return withWorkers(env().nativeConnection, world, () => test(world));
};
const nothingMore = async (ref: string) => {
  const { code, err } = await as('alice', 'incident', 'undo', ref, ...why);
  expect([code, err]).toEqual([1, expect.stringContaining('it is undone already') as string]);
};

async function replayedWithoutDifference(ref: string): Promise<boolean> {
  await soar(['audit', 'export', ref, '--out', folder]);
  const { matches, differences } = await replayHistoryFile(join(folder, `${incidentKey(ref)}-history.json`));
  expect(differences).toEqual([]);
  return matches;
}

/** What the sealed run names as earlier; the bundle itself has to verify. */
async function sealedAfter(workflowId: string): Promise<EarlierRecord[] | undefined> {
  const { key } = newSigningKey();
  const { bundle } = await sealRun(env().client, { workflowId }, { key, codeOf: auditCode });
  const { checks } = await verifyBundle(bundle, key.publicKey);
  // The store is a double and says nothing of what it stored.
  expect(checks.filter(({ check, ok }) => !ok && check !== 'evidence')).toEqual([]);
  const manifest = filesOf(bundle).find(({ path }) => path === 'manifest.json');
  return (JSON.parse(manifest!.content.toString()) as Manifest).earlier;
}

describe('the undo of what a closed incident did', () => {
  it('is asked, approved, done in reverse, reported, and replays', () =>
    inAWorld(async (world) => {
      const { workflowId } = await recovered('aaaa');
      const done = [...world.acts];
      await handleOf(workflowId).executeUpdate(closeUpdate, { args: [{ author: 'alice', reason: 'over' }] });
      await handleOf(workflowId).result();

      const asked = await as('alice', 'incident', 'undo', workflowId, ...why);
      expect(asked).toMatchObject({
        code: 0,
        out: expect.stringMatching(/nothing is changed yet; the approvers are/) as string,
      });
      expect(asked.err).toContain('may break  ');
      const key = `${incidentKey(workflowId)}-undo-1`;
      expect(asked.out).toContain(`soar incident decide ${key} --approve`);

      const undo = handleOf(`${workflowId}/undo/1`);
      const request = await nextRequest(undo);
      expect(world.acts).toEqual(done);
      expect(request.plan.actions.map(({ input }) => input)).toEqual(inverses(done));
      const again = await as('bob', 'incident', 'undo', workflowId, ...why);
      expect(again).toMatchObject({ code: 1, err: expect.stringContaining(`is being decided: ${key}`) as string });

      await eventually(async () => expect((await soar(['incident', 'list', '--awaiting'])).out).toContain(key));
      await approve(key);
      const report = (await undo.result()) as IncidentReport;
      expect(world.acts.slice(done.length)).toEqual(inverses(done));
      const count = request.plan.actions.length;
      expect(report).toMatchObject({
        incidentKey: key,
        undoes: workflowId,
        undos: [{ by: 'alice', reason: 'the owner had ordered it', outcome: `${count} of ${count} undone` }],
        decisions: [{ approver: 'bob', decision: 'approve', answer: { result: 'accepted' } }],
      });
      expect(world.reports.at(-1)).toMatchObject({ incidentKey: key, closedAt: expect.any(String) as string });

      const shown = await soar(['incident', 'show', key]);
      expect(shown.out).toContain(`Undoes what ${workflowId} did`);
      expect(shown.out).toContain(`${count} of ${count} undone`);
      const undone = await soar(['incident', 'show', workflowId]);
      expect(undone.out).toContain(`Undo since by ${key} (completed)`);
      await nothingMore(workflowId);
      expect((await as('alice', 'incident', 'undo', key, ...why)).err).toContain(`name ${incidentKey(workflowId)}`);

      expect(await replayedWithoutDifference(`${workflowId}/undo/1`)).toBe(true);
      const { runId } = await handleOf(workflowId).describe();
      expect(await sealedAfter(`${workflowId}/undo/1`)).toEqual([
        { relation: 'undoes', workflowId, runId, history: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      ]);
    }));

  it('is decided by nobody who took the session that made the call', () => {
    const world = new FakeWorld();
    const session = { accessKeyId: 'ASIAIOSFODNN7EXAMPLE', roleArn: ids.roleArn, sessionName: 'nightly-run' };
    const principalArn = 'arn:aws:iam::111111111111:user/dana';
    const taken = aTrailEvent({ eventId: 'taken', eventName: 'AssumeRole', principalArn, session });
    world.observe.lookupTrail = () => Promise.resolve(aTrail([taken]));
    world.approvers.push({ id: 'dana', name: 'dana', principals: [principalArn] });
    return inAWorld(async () => {
      const { workflowId } = await recovered('eeee');
      await handleOf(workflowId).executeUpdate(closeUpdate, { args: [{ author: 'alice', reason: 'over' }] });
      await handleOf(workflowId).result();

      await as('alice', 'incident', 'undo', workflowId, ...why);
      const key = `${incidentKey(workflowId)}-undo-1`;
      const { askedOf } = await nextRequest(handleOf(`${workflowId}/undo/1`));
      expect(askedOf.flatMap(({ people }) => people)).toEqual(['alice', 'bob', 'mallory']);
      const refused = await as('dana', 'incident', 'decide', key, '--approve', '--yes');
      expect(refused).toMatchObject({
        code: 1,
        err: expect.stringContaining('dana is the actor under investigation') as string,
      });
      await approve(key);
      // What it undoes belongs to this test.
      await handleOf(`${workflowId}/undo/1`).result();
    }, world);
  });

  it('goes on from what earlier undos did, and undoes them too', () =>
    inAWorld(async (world) => {
      const { workflowId } = await recovered('bbbb');
      // While it is open, one of it; after it has closed, another; then the rest.
      const one = ['incident', 'undo', workflowId, ...why, '--action'];
      expect((await as('alice', ...one, 'deny-actor', '--json')).code).toBe(0);
      await nextRequest(handleOf(workflowId));
      await approve(workflowId);
      const undone = async () => (await handleOf(workflowId).query(incidentQuery)).undos?.[0]?.outcome;
      await eventually(async () => expect(await undone()).toBe('1 of 1 undone'));
      await handleOf(workflowId).executeUpdate(closeUpdate, { args: [{ author: 'alice', reason: 'over' }] });
      await handleOf(workflowId).result();

      expect(await replayedWithoutDifference(workflowId)).toBe(true);

      expect((await as('alice', ...one, 'deny-actor')).err).toContain('undo/deny-actor: it is undone already');
      const before = [...world.acts];
      expect((await as('alice', ...one, 'undo/deny-actor')).code).toBe(0);
      await nextRequest(handleOf(`${workflowId}/undo/1`));
      await approve(`${workflowId}/undo/1`);
      await handleOf(`${workflowId}/undo/1`).result();
      const deny = before.find(({ act }) => act === 'putInlinePolicy');
      expect(world.acts.slice(before.length)).toEqual([deny]);

      expect((await as('alice', 'incident', 'undo', workflowId, ...why)).code).toBe(0);
      const all = await nextRequest(handleOf(`${workflowId}/undo/2`));
      expect(all.plan.actions.map(({ id }) => id)).toContain('undo/deny-actor');
    }));

  it('changes nothing when it is rejected, and can be asked again', () =>
    inAWorld(async (world) => {
      const { workflowId } = await recovered('cccc');
      const done = [...world.acts];
      // Without a report: what it did is asked of the workflow itself.
      await handleOf(workflowId).terminate('somebody did');
      for (const number of [1, 2]) {
        expect((await as('alice', 'incident', 'undo', workflowId, ...why)).code).toBe(0);
        const undo = `${workflowId}/undo/${number}`;
        await nextRequest(handleOf(undo));
        expect((await as('bob', 'incident', 'decide', undo, '--reject', '--yes')).code).toBe(0);
        const { undos } = (await handleOf(undo).result()) as { undos: { outcome: string }[] };
        expect(undos).toMatchObject([{ outcome: expect.stringMatching(/^0 of \d+ undone/) as string }]);
      }
      expect(world.acts).toEqual(done);
    }));

  it('that is cancelled changes nothing more, and leaves a report', () =>
    inAWorld(async (world) => {
      const { workflowId } = await recovered('dddd');
      await handleOf(workflowId).executeUpdate(closeUpdate, { args: [{ author: 'alice', reason: 'over' }] });
      await handleOf(workflowId).result();
      const done = [...world.acts];
      expect((await as('alice', 'incident', 'undo', workflowId, ...why)).code).toBe(0);
      const undo = handleOf(`${workflowId}/undo/1`);
      await nextRequest(undo);
      await undo.cancel();
      await expect(undo.result()).rejects.toThrow();
      expect(world.acts).toEqual(done);
      expect(world.reports.at(-1)).toMatchObject({ undoes: workflowId, undos: [{ by: 'alice' }], actions: [] });
      // It stands in the way of no other.
      expect((await as('alice', 'incident', 'undo', workflowId, ...why)).out).toContain('-undo-2 --approve');
    }));

  it('is asked by nobody without a login, and of nothing that is not there', async () => {
    const { code, err } = await soar(['incident', 'undo', 'VMX-AAAAAAAAAA', ...why], {
      env: { SOAR_GATEWAY: intake.url, SOAR_TOKEN: 'wrong' },
    });
    expect([code, err]).toEqual([1, expect.stringContaining('personal token')]);
    const unknown = await as('alice', 'incident', 'undo', 'VMX-AAAAAAAAAA', ...why);
    expect(unknown).toMatchObject({ code: 1, err: expect.stringMatching(/no such incident/) as string });
    expect((await as('alice', 'incident', 'undo', 'VMX-AAAAAAAAAA')).code).toBe(2);
  });
});
