import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { roleStatements } from '../../activities/aws/permissions/role.ts';
import { roleNames, trustOf } from '../../activities/aws/permissions/trust.ts';
import type { KeyBucket } from '../../src/encryption/key-bucket.ts';
import { allow } from '../../src/lab/account.ts';
import { region } from '../../src/lab/clients.ts';
import { createBucket, namesIn } from '../../src/lab/foundation.ts';
import type { World } from './aws-world.ts';

export interface KeyCustody {
  /** ARN of a new KMS key. */
  newKey: () => Promise<string>;
  kms: KMSClient;
  /** The bucket and its roles, for who uses keys and who erases them. */
  user: KeyBucket;
  keeper: KeyBucket;
}

/** As the template `encryption` makes it, in the forensics account: a bucket with versioning, keys, two roles. */
export async function keyCustody({ lab, foundation }: World): Promise<KeyCustody> {
  const { forensics, externalId, buckets } = foundation;
  const arns = { user: forensics.roleArn(roleNames.dataKeys), keeper: forensics.roleArn(roleNames.keyKeeper) };
  const policy = [allow('sts:AssumeRole', Object.values(arns))];
  const base = await forensics.user('soar-encryption', { policy });
  for (const role of ['dataKeys', 'keyKeeper'] as const) {
    const trust = trustOf(role, [base.arn], externalId);
    await forensics.role(roleNames[role], trust, role, ...roleStatements(role, namesIn(forensics)));
  }
  // Whoever names no profile has these; the SDK reads its files but once.
  process.env['AWS_ACCESS_KEY_ID'] = base.credentials.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = base.credentials.secretAccessKey;
  const { s3 } = forensics.admin;
  await createBucket(s3, buckets.keys);
  const versioning = { Bucket: buckets.keys, VersioningConfiguration: { Status: 'Enabled' as const } };
  await s3.send(new PutBucketVersioningCommand(versioning));

  const kms = new KMSClient({ endpoint: lab.endpoint, region, credentials: lab.root(forensics.id) });
  const shared = { endpoint: lab.endpoint, forcePathStyle: true, externalId, region, prefix: 'keys' };
  const bucket = { ...shared, bucket: buckets.keys, account: forensics.id };
  return {
    newKey: async () => (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? '',
    kms,
    user: { ...bucket, role: arns.user },
    keeper: { ...bucket, role: arns.keeper },
  };
}
