import { HeadBucketCommand, ListBucketsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Answer } from '../../src/domain/findings/evidence.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, isFailure, isNotFound, orGap } from '../aws/failures.ts';
import type { Gap } from '../../src/domain/findings/kept.ts';

/**
 * Whether the bucket is the account's own. S3 refuses a wrong expected owner and a missing permission alike, so a
 * refusal is settled by the account's own list of buckets.
 */
export async function ownership(
  s3: S3Client,
  bucket: string,
  accountId: string,
  gaps: Gap[],
): Promise<Answer | 'gone'> {
  const what = `reading the owner of bucket ${bucket}`;
  try {
    await aws(what, () => s3.send(new HeadBucketCommand({ Bucket: bucket, ExpectedBucketOwner: accountId })));
    return 'yes';
  } catch (error) {
    if (isNotFound(error)) return 'gone';
    if (!isFailure(error, failureTypes.accessDenied)) throw error;
  }
  const own = await orGap(gaps, 'bucket owner', null, isListed(s3, bucket));
  return own === null ? 'unknown' : own ? 'yes' : 'no';
}

/** Which of our accounts lists the bucket as its own; `why`: who could not be asked. */
export async function ownerAmongOurs(
  clients: AwsClients,
  region: string,
  bucket: string,
  accounts: string[],
): Promise<{ account?: string; why?: string }> {
  const gaps: Gap[] = [];
  const answers = await Promise.all(
    accounts.map(async (account) => {
      const listing = (async () => isListed(clients.s3({ accountId: account, region }), bucket))();
      return { account, lists: await orGap(gaps, `buckets of account ${account}`, false, listing) };
    }),
  );
  const owner = answers.find(({ lists }) => lists)?.account;
  if (owner !== undefined) return { account: owner };
  const [gap] = gaps;
  return gap ? { why: `${gap.what}: ${gap.why}` } : {};
}

/** Which of these accounts S3 confirms as the owner: it does only where the bucket lets us in. */
export async function ownerAmongStrangers(
  s3: S3Client,
  bucket: string,
  accounts: string[],
): Promise<string | undefined> {
  for (const account of accounts) {
    const question = new HeadBucketCommand({ Bucket: bucket, ExpectedBucketOwner: account });
    const asking = aws(`asking whether bucket ${bucket} is of account ${account}`, () => s3.send(question));
    if (await orGap([], 'owner', null, asking)) return account;
  }
  return undefined;
}

const isListed = async (s3: S3Client, bucket: string): Promise<boolean> => {
  const { Buckets = [] } = await aws(`looking whose bucket ${bucket} is`, () =>
    s3.send(new ListBucketsCommand({ Prefix: bucket })),
  );
  return Buckets.some(({ Name }) => Name === bucket);
};
