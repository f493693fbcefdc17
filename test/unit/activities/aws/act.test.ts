import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bringAbout, type Target } from '../../../../activities/aws/act.ts';
import type { CancelExportTask, Standing } from '../../../../src/domain/acts.ts';

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
  const run = async (standings: Standing[], apply = vi.fn(() => Promise.resolve(undefined))) => {
    const outcome = bringAbout(input, target(...standings), apply).then(
      (result) => ({ result, failure: undefined }),
      (failure: unknown) => ({ result: undefined, failure }),
    );
    await vi.advanceTimersByTimeAsync(60_000);
    return { ...(await outcome), applied: apply.mock.calls.length };
  };

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
});
