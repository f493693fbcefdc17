import { describe, expect, it } from 'vitest';
import { ec2Contain } from '../../../../activities/ec2/contain.ts';
import { awsDouble, place, throwing } from '../aws-double.ts';

const input = { ...place, act: 'cancelExportTask' as const, incidentKey: 'VMX-ABCDEFGHIJ', exportTaskId: 'export-i-1' };
const task = (State: string) => ({ ExportTasks: [{ ExportTaskId: 'export-i-1', State }] });

describe('cancelling an export', () => {
  it('is too late once the final image is being transferred', async () => {
    const answers = { DescribeExportTasks: () => task('active'), CancelExportTask: throwing('IncorrectState', 400) };
    expect(await ec2Contain(awsDouble(answers).clients).cancelExportTask(input)).toMatchObject({
      status: 'changed',
      detail: expect.stringContaining('too far on to be cancelled') as string,
    });
  });

  it('is not asked for twice while the task is being cancelled', async () => {
    const states = ['cancelling', 'cancelling', 'cancelled'];
    const { clients, calls } = awsDouble({ DescribeExportTasks: () => task(states.shift() ?? 'cancelled') });
    expect(await ec2Contain(clients).cancelExportTask(input)).toMatchObject({ status: 'applied' });
    expect(calls).not.toContain('CancelExportTask');
  });
});
