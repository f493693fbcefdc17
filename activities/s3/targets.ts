import { GetBucketAclCommand, GetBucketPolicyCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { CopyExport, EditBucketPolicy, ReplaceBucketAcl, TargetCheck } from '../../src/domain/acts.ts';
import { sidPrefix } from '../../src/domain/created-names.ts';
import { canonicalJson, sameJson } from '../../src/domain/digest.ts';
import type { BucketAcl } from '../../src/domain/facts.ts';
import { editIsDone, parsePolicy, restDigest, type PolicyDocument } from '../../src/domain/policy-document.ts';
import type { Target } from '../aws/act.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, isNoSuchBucket, isNotFound, unlessAbsent } from '../aws/failures.ts';
import { aclFacts } from './bucket-acl.ts';
import { fullObjectSha256 } from './checksum.ts';

/** Metadata of a copy that says which object it was made from. */
export const sourceEtagKey = 'soar-source-etag';

/** An object in the forensics bucket; null: there is none. */
export interface CopyState {
  size: number;
  sourceEtag: string | undefined;
  /** Hex; undefined: the object was not stored with one. */
  sha256: string | undefined;
  versionId: string | undefined;
}

export const s3Targets = (clients: AwsClients) => ({
  editBucketPolicy: {
    read: (input) => readBucketPolicy(clients.s3(input), input.bucket, input.accountId),
    compare: policyStanding,
  } satisfies Target<EditBucketPolicy, PolicyDocument | null | 'gone'>,
  replaceBucketAcl: {
    read: (input) => readBucketAcl(clients.s3(input), input.bucket, input.accountId),
    compare: aclStanding,
  } satisfies Target<ReplaceBucketAcl, BucketAcl | null>,
  /** Read under the forensics account's own role. */
  copyExport: {
    read: (input) => readCopy(clients.s3(input.destination), input),
    compare: copyStanding,
  } satisfies Target<CopyExport, CopyState | null>,
});

/** null: the bucket has no policy. */
async function readBucketPolicy(
  s3: S3Client,
  bucket: string,
  accountId: string,
): Promise<PolicyDocument | null | 'gone'> {
  try {
    const request = { Bucket: bucket, ExpectedBucketOwner: accountId };
    const { Policy } = await aws(`reading the policy of bucket ${bucket}`, () =>
      s3.send(new GetBucketPolicyCommand(request)),
    );
    return Policy ? parsePolicy(Policy) : null;
  } catch (error) {
    if (isNoSuchBucket(error)) return 'gone';
    if (isNotFound(error)) return null;
    throw error;
  }
}

/** null: there is no such bucket. */
async function readBucketAcl(s3: S3Client, bucket: string, accountId: string): Promise<BucketAcl | null> {
  const request = { Bucket: bucket, ExpectedBucketOwner: accountId };
  const reading = aws(`reading the ACL of bucket ${bucket}`, () => s3.send(new GetBucketAclCommand(request)));
  const answer = await unlessAbsent(reading, null);
  return answer && aclFacts(answer);
}

/** null: there is no such object. */
export async function readCopy(s3: S3Client, { destination }: CopyExport): Promise<CopyState | null> {
  const { accountId, bucket, key } = destination;
  const reading = aws(`reading the copy s3://${bucket}/${key}`, () =>
    s3.send(
      new HeadObjectCommand({ Bucket: bucket, Key: key, ExpectedBucketOwner: accountId, ChecksumMode: 'ENABLED' }),
    ),
  );
  const object = await unlessAbsent(reading, null);
  return (
    object && {
      size: object.ContentLength ?? 0,
      sourceEtag: object.Metadata?.[sourceEtagKey],
      sha256: fullObjectSha256(object),
      versionId: object.VersionId,
    }
  );
}

function policyStanding(input: EditBucketPolicy, document: PolicyDocument | null | 'gone'): TargetCheck {
  const { bucket, incidentKey, removedByPlan } = input;
  const what = `the policy of bucket ${bucket}`;
  if (document === 'gone') return { standing: 'gone', detail: `there is no bucket ${bucket}` };
  if (editIsDone(document, input)) return { standing: 'done', detail: `${what} has the planned statements` };
  if (restDigest(document, sidPrefix(incidentKey), removedByPlan) !== input.restDigest) {
    return { standing: 'changed', detail: `${what} was changed by somebody else since the plan` };
  }
  return { standing: 'ready', detail: `${what} is as it was when planned` };
}

/** Grants have no order. */
const grantsOf = ({ grants }: BucketAcl): string[] => grants.map((grant) => canonicalJson(grant)).sort();

function aclStanding({ bucket, before, after }: ReplaceBucketAcl, acl: BucketAcl | null): TargetCheck {
  const what = `the ACL of bucket ${bucket}`;
  if (!acl) return { standing: 'gone', detail: `there is no bucket ${bucket}` };
  if (sameJson(grantsOf(acl), grantsOf(after))) return { standing: 'done', detail: `${what} is as planned` };
  if (sameJson(grantsOf(acl), grantsOf(before))) {
    return { standing: 'ready', detail: `${what} is as it was when planned` };
  }
  return { standing: 'changed', detail: `${what} was changed by somebody else since the plan` };
}

function copyStanding({ source, destination }: CopyExport, copy: CopyState | null): TargetCheck {
  const where = `s3://${destination.bucket}/${destination.key}`;
  if (!copy) return { standing: 'ready', detail: `there is no copy at ${where}` };
  if (copy.sourceEtag !== source.etag || copy.size !== source.size || copy.sha256 === undefined) {
    return { standing: 'changed', detail: `${where} is another object: it was not copied from this export` };
  }
  const observed = {
    sha256: copy.sha256,
    size: String(copy.size),
    ...(copy.versionId === undefined ? {} : { versionId: copy.versionId }),
  };
  return { standing: 'done', detail: `${where} is a copy of the export`, observed };
}
