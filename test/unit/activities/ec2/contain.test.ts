import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AwsClients } from '../../../../activities/aws/clients.ts';
import { ec2Contain } from '../../../../activities/ec2/contain.ts';
import type { ActResult } from '../../../../src/domain/acts/acts.ts';
import { awsDouble, place, throwing } from '../aws-double.ts';

const input = { ...place, act: 'cancelExportTask' as const, incidentKey: 'VMX-ABCDEFGHIJ', exportTaskId: 'export-i-1' };
const task = (State: string) => ({ ExportTasks: [{ ExportTaskId: 'export-i-1', State }] });

describe('cancelling an export', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const cancel = async (clients: AwsClients): Promise<ActResult> => {
    const cancelling = ec2Contain(clients, { principals: [], buckets: [] }).cancelExportTask(input);
    await vi.advanceTimersByTimeAsync(10_000);
    return cancelling;
  };

  it('is too late once the final image is being transferred', async () => {
    const answers = { DescribeExportTasks: () => task('active'), CancelExportTask: throwing('IncorrectState', 400) };
    expect(await cancel(awsDouble(answers).clients)).toMatchObject({
      status: 'changed',
      detail: expect.stringContaining('too far on to be cancelled') as string,
    });
  });

  it('is not too late when the task turns out to be cancelled: an earlier attempt, whose answer was lost, did it', async () => {
    const states = ['active', 'active', 'cancelled'];
    const DescribeExportTasks = () => task(states.shift() ?? 'cancelled');
    const { clients } = awsDouble({ DescribeExportTasks, CancelExportTask: throwing('IncorrectState', 400) });
    expect(await cancel(clients)).toMatchObject({ status: 'already' });
  });

  it('is not asked for twice while the task is being cancelled', async () => {
    const states = ['cancelling', 'cancelling', 'cancelled'];
    const { clients, calls } = awsDouble({ DescribeExportTasks: () => task(states.shift() ?? 'cancelled') });
    expect(await cancel(clients)).toMatchObject({ status: 'applied' });
    expect(calls).not.toContain('CancelExportTask');
  });
});
