import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { allow, type Caller, type Statement } from '../../src/lab/account.ts';
import { exporterRole } from '../../src/lab/lab-config.ts';
import type { InstanceTags } from '../../src/lab/stage.ts';
import { createBucket } from '../../src/lab/foundation.ts';
import { days, type EvalStage } from '../eval-stage.ts';

/** What several scenes are made of. Each has an old part, a past month, and today. */

export const staging: InstanceTags = {
  Name: 'search-staging',
  Purpose: 'search, before release',
  Owner: 'team-search',
  SlackChannel: '#team-search',
  DataClassification: 'internal',
  Environment: 'staging',
};
export const production: InstanceTags = {
  Name: 'checkout-db',
  Purpose: 'database of the checkout',
  Owner: 'team-payments',
  SlackChannel: '#team-payments',
  DataClassification: 'confidential',
  Environment: 'production',
};
export const development: InstanceTags = {
  Name: 'build-agent',
  Purpose: 'builds and tests',
  Owner: 'team-platform',
  SlackChannel: '#team-platform',
  DataClassification: 'public',
  Environment: 'development',
};

const longAgo = days(120);
const lastMonth = days(30);

export interface Old {
  instanceId: string;
  bucket: string;
}

/** A machine and a bucket that the export service may write to, both older than the trail reaches back. */
export async function machineAndBucket(
  stage: EvalStage,
  tags: InstanceTags,
  { bucket: base = 'acme-vm-images', logged = true }: { bucket?: string; logged?: boolean } = {},
): Promise<Old> {
  const instanceId = await stage.instance(tags);
  const bucket = logged ? await stage.loggedBucket(base) : await unloggedBucket(stage, base);
  await stage.letServiceIn(bucket);
  return { instanceId, bucket };
}

async function unloggedBucket(stage: EvalStage, base: string): Promise<string> {
  const bucket = stage.name(base);
  await createBucket(stage.victim.admin.s3, bucket);
  return bucket;
}

/** Somebody with a key of their own and these permissions, who works from the office. */
export const somebody = (stage: EvalStage, name: string, ...policy: Statement[]): Promise<Caller> =>
  stage.victim.user(stage.name(name), { policy, sourceAddress: stage.addresses.office });

/** A role with these permissions that this person may take. */
export function roleFor(stage: EvalStage, name: string, by: { arn: string }, ...policy: Statement[]): Promise<string> {
  const trust = { Effect: 'Allow' as const, Principal: { AWS: by.arn }, Action: 'sts:AssumeRole' };
  return stage.victim.role(stage.name(name), trust, 'work', ...policy);
}

export const working = allow(['ec2:Describe*', 's3:ListAllMyBuckets', 's3:ListBucket']);
export const exporting = allow('ec2:CreateInstanceExportTask');

/** What anybody does on any day. */
export async function ordinaryWork({ clients }: Caller): Promise<void> {
  await clients.ec2.send(new DescribeInstancesCommand({}));
  await clients.s3.send(new ListBucketsCommand({}));
}

/** Everything so far is old; then a month ago there was a day of ordinary work, and of whatever else. */
export async function month(
  stage: EvalStage,
  caller: () => Promise<Caller>,
  more?: (caller: Caller) => Promise<unknown>,
) {
  await stage.timePasses(longAgo);
  const past = await caller();
  await ordinaryWork(past);
  await more?.(past);
  await stage.timePasses(lastMonth);
}

/** An engineer who may export as part of the work, and exported another machine a month ago. */
export async function engineer(
  stage: EvalStage,
  { bucket }: Old,
  ...more: Statement[]
): Promise<{ session: Caller; person: string }> {
  const person = await somebody(stage, 'noor.haddad', allow('sts:AssumeRole'));
  const role = await roleFor(stage, exporterRole, person, working, exporting, ...more);
  const other = await stage.instance(development);
  const take = () => stage.victim.assume(person, role, stage.name('noor.haddad'));
  await month(stage, take, (past) => stage.export(past, { instanceId: other, bucket }));
  return { session: await take(), person: person.arn };
}
