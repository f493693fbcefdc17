import {
  GetBucketReplicationCommand,
  PutBucketReplicationCommand,
  type ReplicationConfiguration as AwsReplication,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { SetBucketReplication } from '../../src/domain/acts/acts.ts';
import { destinationOf } from '../../src/domain/policy/replication.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws } from '../aws/failures.ts';
import { ownerAmongOurs } from './bucket-owner.ts';
import { requestFor, setting } from './bucket-settings.ts';
import type {
  ReplicationConfiguration,
  ReplicationDestination,
  ReplicationFacts,
  ReplicationRule,
} from '../../src/domain/findings/bucket-facts.ts';

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
      const { account: owner, why } = await ownerAmongOurs(clients, region, bucket, asked);
      if (owner !== undefined) return { bucket, ours: 'yes', account: owner };
      if (why !== undefined) return { bucket, ours: 'unknown', why };
      return accounts.length > asked.length
        ? { bucket, ours: 'unknown', why: `only ${asked.length} of our ${accounts.length} accounts were asked` }
        : { bucket, ours: 'no' };
    }),
  );
  return { configuration, destinations };
}
