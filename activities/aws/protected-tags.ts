import { DescribeTagsCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { GetPolicyCommand, GetRoleCommand, GetUserCommand, type IAMClient } from '@aws-sdk/client-iam';
import { GetBucketTaggingCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ActInput, PolicyHolder } from '../../src/domain/acts/acts.ts';
import type { AwsClients } from './clients.ts';
import { aws, unlessAbsent } from './failures.ts';
import { refuseTagged, type Protection } from './protection.ts';

interface AwsTag {
  Key?: string | undefined;
  Value?: string | undefined;
}
export const tagsOf = (tags: AwsTag[] = []): Record<string, string> =>
  Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));

/**
 * Refuses an act whose target has a protecting tag, as it is now. Nothing is asked where no tag protects; what will not say
 * its tags is not touched.
 */
export async function refuseProtectedTags(clients: AwsClients, input: ActInput, protection: Protection): Promise<void> {
  if (Object.keys(protection.tags ?? {}).length === 0) return;
  const holder = holderOf(input);
  const bucket = bucketOf(input);
  if (holder) refuseTagged(`${holder.type} ${holder.name}`, await tagsOfHolder(clients.iam(input), holder), protection);
  if (bucket !== null) {
    refuseTagged(`bucket ${bucket}`, await tagsOfBucket(clients.s3(input), bucket, input.accountId), protection);
  }
  const machine = machineOf(input);
  if (machine) {
    refuseTagged(`${machine.type} ${machine.id}`, await tagsOfMachine(clients.ec2(input), machine.id), protection);
  }
  if (input.act === 'setManagedPolicy') {
    const { policyArn } = input;
    refuseTagged(`policy ${policyArn}`, await tagsOfPolicy(clients.iam(input), policyArn), protection);
  }
}

/** The machine or the copy of one that an act is about. */
function machineOf(input: ActInput): { type: string; id: string } | null {
  if (input.act === 'setSharing') return input.resource;
  return input.act === 'snapshotVolumes' ? { type: 'instance', id: input.instanceId } : null;
}

/** Groups have no tags. */
function holderOf(input: ActInput): PolicyHolder | null {
  if ('holder' in input) return input.holder.type === 'group' ? null : input.holder;
  if ('userName' in input) return { type: 'user', name: input.userName };
  return 'roleName' in input ? { type: 'role', name: input.roleName } : null;
}

/** Of the bucket that an act changes; a copy changes none of its source. */
function bucketOf(input: ActInput): string | null {
  if ('bucket' in input) return input.bucket;
  return input.act === 'deleteExport' ? input.source.bucket : null;
}

/** What is not there has no tags, and the act says that it is gone. */
const tagsOfHolder = (iam: IAMClient, { type, name }: PolicyHolder): Promise<Record<string, string>> =>
  unlessAbsent(
    aws(`reading the tags of ${type} ${name}`, async () =>
      tagsOf(
        type === 'user'
          ? (await iam.send(new GetUserCommand({ UserName: name }))).User?.Tags
          : (await iam.send(new GetRoleCommand({ RoleName: name }))).Role?.Tags,
      ),
    ),
    {},
  );

const tagsOfPolicy = (iam: IAMClient, PolicyArn: string): Promise<Record<string, string>> =>
  unlessAbsent(
    aws(`reading the tags of policy ${PolicyArn}`, async () =>
      tagsOf((await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy?.Tags),
    ),
    {},
  );

/** Of whatever is not there EC2 lists none. */
const tagsOfMachine = (ec2: EC2Client, id: string): Promise<Record<string, string>> =>
  aws(`reading the tags of ${id}`, async () => {
    const { Tags } = await ec2.send(new DescribeTagsCommand({ Filters: [{ Name: 'resource-id', Values: [id] }] }));
    return tagsOf(Tags);
  });

/** S3 calls a bucket without tags an absence, too. */
const tagsOfBucket = (s3: S3Client, Bucket: string, ExpectedBucketOwner: string): Promise<Record<string, string>> =>
  unlessAbsent(
    aws(`reading the tags of bucket ${Bucket}`, async () =>
      tagsOf((await s3.send(new GetBucketTaggingCommand({ Bucket, ExpectedBucketOwner }))).TagSet),
    ),
    {},
  );
