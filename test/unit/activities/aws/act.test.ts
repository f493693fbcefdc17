import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, describe, expect, it, vi, type Mock } from 'vitest';
import { bringAbout, type Applied, type Target } from '../../../../activities/aws/act.ts';
import { failure } from '../../../../activities/aws/failures.ts';
import type { FailureType } from '../../../../src/domain/failures.ts';
import type { CancelExportTask, Standing } from '../../../../src/domain/acts/acts.ts';

const input: CancelExportTask = {
  act: 'cancelExportTask',
  incidentKey: 'VMX-ABCDEFGHIJ',
  accountId: '111111111111',
  region: 'eu-west-1',
  exportTaskId: 'export-i-1',
};
/** A target that is read as each of these in turn, and then stays as the last. */
function target(...standings: Standing[]): Target<CancelExportTask, Standing> {
  return {
    read: () => Promise.resolve((standings.length > 1 ? standings.shift() : standings[0])!),
    compare: (_, standing) => ({ standing, detail: `it is ${standing}` }),
  };
}

describe('an act', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const run = async (
    standings: Standing[],
    apply: Mock<() => Promise<Applied | undefined>> = vi.fn(() => Promise.resolve(undefined)),
    heartbeatDetails?: unknown,
  ) => {
    const environment = new MockActivityEnvironment({ heartbeatDetails });
    const heartbeats: unknown[] = [];
    environment.on('heartbeat', (details) => heartbeats.push(details));
    const outcome = environment
      .run(() => bringAbout(input, target(...standings), apply))
      .then(
        (result) => ({ result, failure: undefined }),
        (failure: unknown) => ({ result: undefined, failure }),
      );
    await vi.advanceTimersByTimeAsync(60_000);
    return { ...(await outcome), applied: apply.mock.calls.length, heartbeats };
  };
  const refusing = (type: FailureType) => vi.fn(() => Promise.reject(failure(type, 'AWS refused it')));

  it('is applied once when the target is as it was planned for', async () => {
    expect(await run(['ready', 'done'])).toMatchObject({ result: { status: 'applied' }, applied: 1 });
  });

  it.each([
    ['done', 'already'],
    ['changed', 'changed'],
    ['gone', 'gone'],
  ] as const)('does nothing when its target is %s', async (standing, status) => {
    expect(await run([standing])).toMatchObject({ result: { status, detail: `it is ${standing}` }, applied: 0 });
  });

  it('waits for AWS to show what it has confirmed', async () => {
    expect(await run(['ready', 'ready', 'ready', 'done'])).toMatchObject({ result: { status: 'applied' }, applied: 1 });
  });

  it('is looked at again later when AWS does not show it', async () => {
    const { failure, applied } = await run(['ready']);
    expect(failure).toMatchObject({ type: 'NotYet', nonRetryable: false });
    expect(applied).toBe(1);
  });

  it('is not done again while reads lag behind what AWS confirmed to the attempt before', async () => {
    const before = () => ({ act: input.act, confirmedAt: Date.now() - 10_000, note: 'the oldest made room' });
    expect(await run(['ready', 'ready', 'done'], undefined, before())).toMatchObject({
      result: { status: 'applied', detail: 'it is done; the oldest made room' },
      applied: 0,
    });
    expect(await run(['done'], undefined, before())).toMatchObject({ result: { status: 'applied' }, applied: 0 });
    const { failure, applied } = await run(['ready'], undefined, before());
    expect(failure).toMatchObject({ type: 'NotYet' });
    expect(applied).toBe(0);
  });

  it('is done again when what AWS confirmed does not show for a minute', async () => {
    const before = { act: input.act, confirmedAt: Date.now() - 61_000 };
    expect(await run(['ready', 'done'], undefined, before)).toMatchObject({
      result: { status: 'applied' },
      applied: 1,
    });
  });

  it('tells the attempt after it at once what AWS confirmed', async () => {
    const confirmedAt = Date.now();
    const apply = vi.fn(() => Promise.resolve({ note: 'the oldest made room' }));
    const { heartbeats } = await run(['ready'], apply);
    expect(heartbeats[0]).toEqual({ act: input.act, confirmedAt, note: 'the oldest made room' });
  });

  it.each([
    ['gone', 'gone'],
    ['done', 'already'],
  ] as const)('whose call finds nothing there looks again: %s is %s', async (standing, status) => {
    expect(await run(['ready', 'ready', standing], refusing('AwsNotFound'))).toMatchObject({ result: { status } });
  });

  it('fails as AWS said when its target looks untouched all the same', async () => {
    expect((await run(['ready'], refusing('AwsNotFound'))).failure).toMatchObject({ type: 'AwsNotFound' });
    expect((await run(['ready', 'done'], refusing('AwsThrottled'))).failure).toMatchObject({ type: 'AwsThrottled' });
  });

  it('that comes too late is what reads show in the end', async () => {
    const apply = vi.fn(() => Promise.resolve({ instead: { standing: 'changed' as const, detail: 'too late' } }));
    expect(await run(['ready'], apply)).toMatchObject({ result: { status: 'changed', detail: 'too late' } });
    // An earlier attempt, whose answer was lost, has done it.
    expect(await run(['ready', 'ready', 'done'], apply)).toMatchObject({ result: { status: 'already' } });
  });
});
