import {
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetBucketAclCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketAclCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { sid, sidPrefix } from '../../../src/domain/acts/created-names.ts';
import { custodyKey } from '../../../src/domain/acts/custody.ts';
import { canonicalJson } from '../../../src/domain/digest.ts';
import type { Json } from '../../../src/domain/json.ts';
import { restDigest, type PolicyDocument, type Statement } from '../../../src/domain/policy/policy-document.ts';
import { region } from '../../../src/lab/clients.ts';
import { createBucket } from '../../../src/lab/foundation.ts';
import { incidentKey, unlessNone, type Row } from '../row.ts';
import type { BucketAcl } from '../../../src/domain/findings/bucket-facts.ts';

/** Statements of a policy have no order. */
const policyState = ({ Statement: statements, ...rest }: PolicyDocument): Json => ({
  ...rest,
  Statement: statements.map(canonicalJson).sort(),
});

/** Denies reading the export, and takes an outsider's grant away. */
export const editBucketPolicy: Row = {
  service: 's3',
  calls: [{ operation: 'PutBucketPolicy' }],
  noInverse: null,
  scene: async ({ foundation: { victim } }, bucket) => {
    const { s3 } = victim.admin;
    const allowing = (Sid: string, principal: string): Statement => ({
      Sid,
      Effect: 'Allow',
      Principal: { AWS: principal },
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${bucket}/*`,
    });
    const outside = allowing('Partner', 'arn:aws:iam::999988887777:root');
    const inside = allowing('Ours', `arn:aws:iam::${victim.id}:root`);
    const deny = { ...allowing(sid(incidentKey, 'DenyReads'), '*'), Effect: 'Deny', Principal: '*' };
    const document = (...statements: Statement[]) => ({ Version: '2012-10-17', Statement: statements });
    const write = (policy: PolicyDocument) =>
      s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: JSON.stringify(policy) }));

    const before = document(outside, inside);
    await createBucket(s3, bucket);
    await write(before);
    return {
      input: {
        act: 'editBucketPolicy',
        incidentKey,
        accountId: victim.id,
        region,
        bucket,
        add: [deny],
        remove: [outside],
        removedByPlan: [outside],
        restDigest: restDigest(before, sidPrefix(incidentKey), [outside]),
        before,
      },
      names: bucket,
      arn: `arn:aws:s3:::${bucket}`,
      state: async () => {
        const found = await unlessNone(s3.send(new GetBucketPolicyCommand({ Bucket: bucket })));
        return found && policyState(JSON.parse(found.Policy ?? '') as PolicyDocument);
      },
      after: () => policyState(document(inside, deny)),
      change: () => write(document(outside, inside, allowing('SomebodyElse', `arn:aws:iam::${victim.id}:role/other`))),
      remove: async () => {
        await s3.send(new DeleteBucketPolicyCommand({ Bucket: bucket }));
        await s3.send(new DeleteBucketCommand({ Bucket: bucket }));
      },
    };
  },
};

const granting = (ownerId: string, grantee: string) => ({ Owner: { ID: ownerId }, Grants: grants(ownerId, grantee) });
const grants = (...ids: string[]) =>
  [...new Set(ids)].map((ID, index) => ({
    Grantee: { Type: 'CanonicalUser' as const, ID },
    Permission: index === 0 ? ('FULL_CONTROL' as const) : ('READ' as const),
  }));
const stranger = 'c4d8eabf8db69dbe46bfe0e517100c554f01200b104d59cd408e777ba442a322';

/** Takes an outsider's grant away. */
export const replaceBucketAcl: Row = {
  service: 's3',
  calls: [{ operation: 'PutBucketAcl' }],
  noInverse: null,
  scene: async ({ foundation: { victim } }, bucket) => {
    const { s3 } = victim.admin;
    await createBucket(s3, bucket);
    const Rules = [{ ObjectOwnership: 'ObjectWriter' as const }];
    await s3.send(new PutBucketOwnershipControlsCommand({ Bucket: bucket, OwnershipControls: { Rules } }));
    const ownerId = (await s3.send(new GetBucketAclCommand({ Bucket: bucket }))).Owner?.ID ?? '';
    const write = (grantee: string) =>
      s3.send(new PutBucketAclCommand({ Bucket: bucket, AccessControlPolicy: granting(ownerId, grantee) }));
    const acl = (...ids: string[]): BucketAcl => ({
      ownerId,
      grants: grants(...ids).map(({ Grantee: { Type: type, ID: id }, Permission: permission }) => ({
        grantee: { type, id },
        permission,
      })),
    });
    const aclState = ({ ownerId, grants: list }: BucketAcl): Json => ({
      ownerId,
      grants: list.map(canonicalJson).sort(),
    });

    await write(stranger);
    return {
      input: {
        act: 'replaceBucketAcl',
        incidentKey,
        accountId: victim.id,
        region,
        bucket,
        before: acl(ownerId, stranger),
        after: acl(ownerId),
      },
      names: bucket,
      arn: `arn:aws:s3:::${bucket}`,
      state: async () => {
        const found = await unlessNone(s3.send(new GetBucketAclCommand({ Bucket: bucket })));
        const read = (found?.Grants ?? []).map(({ Grantee, Permission = '' }) => ({
          grantee: { type: Grantee?.Type ?? ('Group' as const), id: Grantee?.ID ?? '' },
          permission: Permission,
        }));
        return found && aclState({ ownerId: found.Owner?.ID ?? '', grants: read });
      },
      after: () => aclState(acl(ownerId)),
      change: () => write('0'.repeat(64)),
      remove: () => s3.send(new DeleteBucketCommand({ Bucket: bucket })),
    };
  },
};

const image = Buffer.alloc(1024 * 1024, 'image');

async function contentOf(s3: S3Client, bucket: string, key: string): Promise<Uint8Array | null> {
  const object = await unlessNone(s3.send(new GetObjectCommand({ Bucket: bucket, Key: key })));
  return (await object?.Body?.transformToByteArray()) ?? null;
}
const sha256Of = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

export const copyExport: Row = {
  service: 's3',
  // The copy, and its custody record.
  calls: [{ operation: 'CopyObject', action: 's3:PutObject' }, { operation: 'PutObject' }],
  consistent: 'S3 shows an object as soon as it has confirmed it; only settings of buckets lag behind',
  noInverse: 'a copy in the forensics account takes nothing away that would have to be restored',
  scene: async ({ foundation: { victim, forensics, buckets } }, name) => {
    const { s3 } = victim.admin;
    const source = { Bucket: name, Key: 'vms/export-i-1 (copy).ova' };
    await createBucket(s3, name);
    const { ETag = '' } = await s3.send(new PutObjectCommand({ ...source, Body: image }));
    const destination = {
      accountId: forensics.id,
      region,
      bucket: buckets.forensics,
      key: `exports/${incidentKey}/${name}.ova`,
    };
    return {
      input: {
        act: 'copyExport',
        incidentKey,
        accountId: victim.id,
        region,
        source: { bucket: source.Bucket, key: source.Key, size: image.length, etag: ETag },
        destination,
      },
      names: `${name}.ova`,
      arn: `arn:aws:s3:::${destination.bucket}/${destination.key}`,
      state: async () => {
        const found = await unlessNone(s3.send(new HeadObjectCommand(source)));
        const read = (key: string) => contentOf(forensics.admin.s3, destination.bucket, key);
        const [copy, custody] = [await read(destination.key), await read(custodyKey(destination.key))];
        return {
          source: found?.ETag ?? null,
          copy: copy && sha256Of(copy),
          recorded: custody && (JSON.parse(Buffer.from(custody).toString()) as { sha256: string }).sha256,
        };
      },
      after: () => ({ source: ETag, copy: sha256Of(image), recorded: sha256Of(image) }),
      change: () => s3.send(new PutObjectCommand({ ...source, Body: 'another image' })),
      remove: () => s3.send(new DeleteObjectCommand(source)),
    };
  },
};
