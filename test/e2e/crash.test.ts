import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BarrierRule } from '../../src/lab/aws/barriers.ts';
import { decide } from '../../src/lab/demo/person.ts';
import { play } from '../../src/lab/demo/play.ts';
import type { DemoResult } from '../../src/lab/demo/result.ts';
import { startWorld, type World } from '../../src/lab/demo/world.ts';
import { compromisedKey } from '../../src/lab/scenarios/compromised-key.ts';
import { quietTemporal } from '../../src/temporal/quiet.ts';
import { WorkerProcess } from '../support/worker-process.ts';

/** P4: the contain worker runs in a process of its own and is killed in the middle of its acts. */
let world: World;
let worker: WorkerProcess;
let folder: string;

beforeAll(async () => {
  quietTemporal('WARN');
  folder = await mkdtemp(join(tmpdir(), 'soar-crash-'));
  world = await startWorld({
    progress: () => undefined,
    ui: false,
    slack: false,
    rechecks: ['1s'],
    exportMs: 500,
    roles: ['incident', 'observe', 'notify'],
  });
  worker = await WorkerProcess.start(world, 'contain');
});
afterAll(async () => {
  await worker.stop();
  await world.stop();
  await rm(folder, { recursive: true });
});

const containRole = () => world.foundation.roles.victim.contain;

/** Plays the scenario with everything approved; answers with the names of all changes that the contain role made. */
async function playThrough(suffix: string, replay = false): Promise<{ result: DemoResult; changes: string[] }> {
  const since = new Date().toISOString();
  const result = await play(world, compromisedKey, {
    suffix,
    folder,
    replay,
    progress: () => undefined,
    onAsked: (request, workflowId) => decide(world.files, workflowId, request, { decision: 'approve' }),
  });
  const calls = await world.lab.control.trail({ principalArn: containRole() });
  const changes = calls
    .filter(({ readOnly, eventTime, errorCode }) => !readOnly && !errorCode && eventTime >= `${since.slice(0, 19)}Z`)
    .map(({ eventName }) => eventName)
    .sort();
  return { result, changes };
}

/** Kills the worker when it reaches the barrier, and starts another. */
async function killAt(rule: Omit<BarrierRule, 'principalArn'>): Promise<void> {
  const barrier = await world.lab.control.barrier({ ...rule, principalArn: containRole() });
  await barrier.reached();
  await worker.kill();
  await barrier.release();
  worker = await WorkerProcess.start(world, 'contain');
}

const failed = ({ proofs }: DemoResult) => proofs.filter(({ ok }) => !ok);

describe('a contain worker', () => {
  it('that is killed before, during and after its acts leaves one set of changes', async () => {
    const undisturbed = await playThrough('-whole');
    expect(failed(undisturbed.result)).toEqual([]);
    expect(undisturbed.changes).toContain('PutBucketPolicy');

    const kills = (async () => {
      await killAt({ when: 'after', operation: 'PutBucketPolicy' });
      await killAt({ when: 'before', operation: 'UpdateAccessKey' });
      await killAt({ when: 'after', operation: 'CopyObject' });
    })();
    const disturbed = await playThrough('-killed', true);
    await kills;
    expect(failed(disturbed.result)).toEqual([]);
    expect(disturbed.changes).toEqual(undisturbed.changes);
    expect(
      disturbed.result.actions.map(({ status }) => status).filter((s) => s !== 'applied' && s !== 'already'),
    ).toEqual([]);
  });

  it('comes to the same end when AWS throttles every call once', async () => {
    await world.lab.control.throttleEachOperationOnce({ principalArn: 'arn:aws:iam::*:role/soar-*' });
    const { result } = await playThrough('-throttled');
    const throttled = new Set((await world.lab.control.firedFaults()).map(({ operation }) => operation));
    expect(failed(result)).toEqual([]);
    for (const operation of [
      'DescribeInstances',
      'GetBucketPolicy',
      'PutBucketPolicy',
      'UpdateAccessKey',
      'CopyObject',
    ]) {
      expect(throttled).toContain(operation);
    }
  });
});
