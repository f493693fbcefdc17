import type {
  ActResult,
  CopyExport,
  DeleteExport,
  EditBucketPolicy,
  ReplaceBucketAcl,
  SetAccessPointPolicy,
  SetBucketOwnership,
  SetBucketReplication,
  SetPublicAccessBlock,
} from '../../src/domain/acts/acts.ts';
import type { ApprovalOnRecord } from '../../src/domain/approval/authorisation.ts';
import type { ExportObjectFacts } from '../../src/domain/findings/facts.ts';
import type { AwsPlace } from '../ec2/contract.ts';
import type { BucketFacts } from '../../src/domain/findings/bucket-facts.ts';
import type { ObjectReadFacts } from '../../src/domain/findings/read-facts.ts';

export interface S3Observe {
  /**
   * Owner, policy, ACL, ownership, public access, logging, access points, replication and whether it leads to one of
   * `ourAccounts`, its default encryption, whether it holds other keys than those that begin with `exportStart`, and where it
   * is not the account's own, whether one of `ourAccounts` or `partnerAccounts` owns it. What cannot be read is a gap, not a
   * failure.
   */
  describeBucket(
    input: AwsPlace & { bucket: string; exportStart?: string; ourAccounts?: string[]; partnerAccounts?: string[] },
  ): Promise<BucketFacts>;
  /** With every version under its key. null: there is no such object (yet). */
  describeExportObject(input: AwsPlace & { bucket: string; key: string }): Promise<ExportObjectFacts | null>;
  /** Reads of the object from the server access logs delivered since `since` (ISO 8601). */
  readAccessLogs(
    input: AwsPlace & {
      bucket: string;
      key: string;
      logging: { bucket: string; prefix: string } | null;
      since: string;
    },
  ): Promise<ObjectReadFacts>;
}

export interface S3Contain {
  editBucketPolicy(input: EditBucketPolicy): Promise<ActResult>;
  replaceBucketAcl(input: ReplaceBucketAcl): Promise<ActResult>;
  setPublicAccessBlock(input: SetPublicAccessBlock): Promise<ActResult>;
  setBucketOwnership(input: SetBucketOwnership): Promise<ActResult>;
  setBucketReplication(input: SetBucketReplication): Promise<ActResult>;
  setAccessPointPolicy(input: SetAccessPointPolicy): Promise<ActResult>;
  /** Copies, proves the copy, and writes beside it who approved it. */
  copyExport(input: CopyExport, approval: ApprovalOnRecord): Promise<ActResult>;
  /** Deletes the original, unless its proved copy is not where it should be. */
  deleteExport(input: DeleteExport): Promise<ActResult>;
}
