import { CreateInstanceExportTaskCommand, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { trailEvents } from '../../activities/detection/trail-events.ts';
import { detectionRules } from '../../src/detection/rules.ts';
import { meansEvent } from '../../src/detection/take-hit.ts';
import { allow } from '../../src/lab/account.ts';
import { region } from '../../src/lab/clients.ts';
import { named, sharedWorld } from './activities-world.ts';

const world = sharedWorld();
beforeEach(() => world().lab.control.clearFaults());
const victim = () => world().foundation.victim;
const forensics = () => world().foundation.forensics;

const detect = (places: string[], seen: string[] = []) => {
  const rule = detectionRules().find(({ id }) => id === 'vm-export-failure')!;
  const source = trailEvents({
    clients: world().observing,
    places: places.map((accountId) => ({ accountId, region })),
    concerns: ({ condition }, document) => meansEvent(condition, document),
  });
  const from = new Date(Date.now() - 3_600_000).toISOString();
  return source(rule, { from, to: new Date(Date.now() + 60_000).toISOString(), behind: {}, seen, limit: 100 });
};

/** Somebody who may look and not export. */
async function refusedExport(): Promise<void> {
  const { Instances } = await victim().admin.ec2.send(
    new RunInstancesCommand({ ImageId: 'ami-0abcdef1234567890', MinCount: 1, MaxCount: 1 }),
  );
  const { clients } = await victim().user(named('mallory'), { policy: [allow('ec2:DescribeInstances')] });
  const attempt = clients.ec2.send(
    new CreateInstanceExportTaskCommand({
      InstanceId: Instances?.[0]?.InstanceId ?? '',
      TargetEnvironment: 'vmware',
      ExportToS3Task: { ContainerFormat: 'ova', DiskImageFormat: 'VMDK', S3Bucket: 'somewhere', S3Prefix: 'vms/' },
    }),
  );
  await expect(attempt).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
}

describe("CloudTrail's event history", () => {
  it('shows a refused export under the observe role, once', async () => {
    await refusedExport();
    const found = await detect([victim().id, forensics().id]);
    expect(found).toMatchObject({ gaps: [], remaining: 0 });
    expect(found.searched).toHaveLength(2);
    expect(found.hits).toHaveLength(1);
    expect(JSON.stringify(found.hits[0]?.document)).toContain('UnauthorizedOperation');
    expect((await detect([victim().id], [found.hits[0]!.id])).hits).toEqual([]);
  });

  it('of an account that is not ours is a gap, and the others are searched', async () => {
    const found = await detect([victim().id, '999999999999']);
    expect(found.searched).toEqual([`${victim().id}/${region}`]);
    expect(found.gaps).toMatchObject([{ where: `999999999999/${region}`, since: expect.any(String) as string }]);
  });

  it('that is busy is asked again by the next attempt', async () => {
    await world().lab.control.fault({ service: 'cloudtrail', operation: 'LookupEvents', kind: 'throttle', times: 6 });
    await expect(detect([victim().id])).rejects.toMatchObject({ type: 'AwsThrottled', nonRetryable: false });
  });
});
