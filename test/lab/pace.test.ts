import { RunInstancesCommand } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AwsClients } from '../../activities/aws/clients.ts';
import { containActivities } from '../../activities/contain.ts';
import { observeActivities } from '../../activities/observe.ts';
import type { SetAccessKeyStatus } from '../../src/domain/acts/acts.ts';
import { region } from '../../src/lab/clients.ts';
import { actBase, named, sharedWorld } from './activities-world.ts';

const world = sharedWorld();
beforeEach(() => world().lab.control.clearFaults());
const victim = () => world().foundation.victim;
const place = () => ({ accountId: victim().id, region });

async function anInstance(): Promise<string> {
  const run = new RunInstancesCommand({ ImageId: 'ami-0abcdef1234567890', MinCount: 1, MaxCount: 1 });
  return (await victim().admin.ec2.send(run)).Instances?.[0]?.InstanceId ?? '';
}
const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work();
  return performance.now() - started;
};
const acting = (clients: AwsClients) => containActivities(clients, { protected: { principals: [], buckets: [] } });

async function aKeyToDisable(incidentKey: string): Promise<SetAccessKeyStatus> {
  const { name, credentials } = await victim().user(named('mallory'));
  const keys = [{ accessKeyId: credentials.accessKeyId, before: 'Active' as const, after: 'Inactive' as const }];
  return { ...actBase(world()), incidentKey, act: 'setAccessKeyStatus', userName: name, keys };
}

describe('an account that asks for fewer requests', () => {
  it('is read more slowly by all incidents of the worker, and none of them fails', async () => {
    const instanceId = await anInstance();
    const observe = observeActivities(world().clients('observe'));
    const read = () => observe.describeInstance({ ...place(), instanceId });
    const before = await timed(read);
    const elsewhere = () => observe.describeEventRule({ ...place(), ruleName: 'soar-none' });
    const other = observeActivities(world().clients('observe'));
    const byOther = () => other.describeInstance({ ...place(), instanceId });
    // Credentials are fetched at the first call.
    await Promise.all([elsewhere(), byOther()]);
    await world().lab.control.fault({ service: 'ec2', operation: 'DescribeInstances', kind: 'throttle', times: 2 });
    await expect(read()).rejects.toMatchObject({ type: 'AwsThrottled', nonRetryable: false });

    const after = await timed(() => Promise.all([read(), read()]));
    expect(after).toBeGreaterThan(Math.max(1_000, before));
    // Another system of the account, and another worker, are not slowed down.
    expect(await timed(elsewhere)).toBeLessThan(after);
    expect(await timed(byOther)).toBeLessThan(after);
  });

  it('is changed more slowly by the other incidents, too, though each has a session of its own', async () => {
    const acts = acting(world().clients('contain'));
    const [one, another] = [await aKeyToDisable('VMX-2222222222'), await aKeyToDisable('VMX-3333333333')];
    await world().lab.control.fault({ service: 'iam', operation: 'GetUser', kind: 'throttle' });
    await expect(acts.setAccessKeyStatus(one)).rejects.toMatchObject({ type: 'AwsThrottled' });
    const took = await timed(async () => {
      expect(await acts.setAccessKeyStatus(another)).toMatchObject({ status: 'applied' });
    });
    expect(took).toBeGreaterThan(1_000);
    expect(await acts.setAccessKeyStatus(one)).toMatchObject({ status: 'applied' });
  });
});
