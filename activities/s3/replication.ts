import {
  GetBucketReplicationCommand,
  ListBucketsCommand,
  PutBucketReplicationCommand,
  type ReplicationConfiguration as AwsReplication,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { SetBucketReplication } from '../../src/domain/acts/acts.ts';
import type {
  Gap,
  ReplicationConfiguration,
  ReplicationDestination,
  ReplicationFacts,
  ReplicationRule,
} from '../../src/domain/findings/facts.ts';
import { destinationOf } from '../../src/domain/policy/replication.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, orGap } from '../aws/failures.ts';
import { requestFor, setting } from './bucket-settings.ts';

export const replicationOf = ({ Role = '', Rules = [] }: AwsReplication): ReplicationConfiguration => ({
  Role,
  // The SDK's own members are JSON already; its types merely do not say so.
  Rules: Rules as unknown as ReplicationRule[],
});

/** `gone`: there is no such bucket; null: it replicates nothing. */
export const readReplication = (
  s3: S3Client,
  input: Pick<SetBucketReplication, 'bucket' | 'accountId'>,
): Promise<ReplicationConfiguration | null | 'gone'> =>
  setting(`replication of bucket ${input.bucket}`, async () => {
    const answer = await s3.send(new GetBucketReplicationCommand(requestFor(input)));
    return replicationOf(answer.ReplicationConfiguration ?? { Role: undefined, Rules: undefined });
  });

export const writeReplication = (s3: S3Client, input: SetBucketReplication): Promise<unknown> =>
  aws<unknown>(`writing the replication of bucket ${input.bucket}`, () =>
    s3.send(
      new PutBucketReplicationCommand({
        ...requestFor(input),
        ReplicationConfiguration: input.after as unknown as AwsReplication,
      }),
    ),
  );

/** More are not asked whether a bucket is theirs. */
const mostAsked = 30;

/** The ARN of a bucket names no account: whose a destination is, only the accounts' own lists of buckets tell. */
export async function replicationFacts(
  clients: AwsClients,
  configuration: ReplicationConfiguration,
  { accountId, region }: { accountId: string; region: string },
  ourAccounts: string[],
): Promise<ReplicationFacts> {
  const places = configuration.Rules.map(destinationOf);
  const buckets = [...new Set(places.map(({ bucket }) => bucket).filter((bucket) => bucket !== ''))];
  const stated = places.flatMap(({ account }) =>
    account !== undefined && ourAccounts.includes(account) ? account : [],
  );
  const accounts = [...new Set([accountId, ...stated, ...ourAccounts])];
  const asked = accounts.slice(0, mostAsked);
  const destinations = await Promise.all(
    buckets.map(async (bucket): Promise<ReplicationDestination> => {
      const gaps: Gap[] = [];
      const answers = await Promise.all(
        asked.map(async (account) => {
          const listing = (async () => isListed(clients.s3({ accountId: account, region }), bucket))();
          return { account, lists: await orGap(gaps, `buckets of account ${account}`, false, listing) };
        }),
      );
      const owner = answers.find(({ lists }) => lists)?.account;
      if (owner !== undefined) return { bucket, ours: 'yes', account: owner };
      const [gap] = gaps;
      if (gap) return { bucket, ours: 'unknown', why: `${gap.what}: ${gap.why}` };
      return accounts.length > asked.length
        ? { bucket, ours: 'unknown', why: `only ${asked.length} of our ${accounts.length} accounts were asked` }
        : { bucket, ours: 'no' };
    }),
  );
  return { configuration, destinations };
}

const isListed = async (s3: S3Client, bucket: string): Promise<boolean> => {
  const { Buckets = [] } = await aws(`looking whose bucket ${bucket} is`, () =>
    s3.send(new ListBucketsCommand({ Prefix: bucket })),
  );
  return Buckets.some(({ Name }) => Name === bucket);
};
