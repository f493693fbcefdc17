import { DeleteBucketPolicyCommand, PutBucketAclCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { applyEdit } from '../../src/domain/policy/policy-document.ts';
import { bringAbout } from '../aws/act.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws } from '../aws/failures.ts';
import { refuseProtectedBucket, type Protection } from '../aws/protection.ts';
import { aclRequest } from './bucket-acl.ts';
import { writeOwnership, writePublicAccessBlock } from './bucket-settings.ts';
import type { S3Contain } from './contract.ts';
import { copyExport } from './copy-export.ts';
import { deleteExport } from './delete-export.ts';
import { writeAccessPointPolicy } from './access-points.ts';
import { writeReplication } from './replication.ts';
import { defaultCopySettings, type CopySettings } from './parts.ts';
import { s3Targets } from './targets.ts';

export function s3Contain(
  clients: AwsClients,
  protection: Protection,
  copying: CopySettings = defaultCopySettings,
): S3Contain {
  const targets = s3Targets(clients);
  return {
    editBucketPolicy(input) {
      const { accountId, bucket } = input;
      const s3 = clients.s3(input);
      return bringAbout(input, targets.editBucketPolicy, async (document) => {
        refuseProtectedBucket(bucket, protection);
        const edited = applyEdit(document === 'gone' ? null : document, input);
        const request = { Bucket: bucket, ExpectedBucketOwner: accountId };
        await aws<unknown>(`writing the policy of bucket ${bucket}`, () =>
          edited
            ? s3.send(new PutBucketPolicyCommand({ ...request, Policy: JSON.stringify(edited) }))
            : s3.send(new DeleteBucketPolicyCommand(request)),
        );
        return undefined;
      });
    },

    replaceBucketAcl(input) {
      const { accountId, bucket, after } = input;
      return bringAbout(input, targets.replaceBucketAcl, async () => {
        refuseProtectedBucket(bucket, protection);
        const request = { Bucket: bucket, ExpectedBucketOwner: accountId, AccessControlPolicy: aclRequest(after) };
        await aws(`writing the ACL of bucket ${bucket}`, () =>
          clients.s3(input).send(new PutBucketAclCommand(request)),
        );
        return undefined;
      });
    },

    setPublicAccessBlock(input) {
      return bringAbout(input, targets.setPublicAccessBlock, async () => {
        refuseProtectedBucket(input.bucket, protection);
        await writePublicAccessBlock(clients.s3(input), input);
        return undefined;
      });
    },

    setBucketOwnership(input) {
      return bringAbout(input, targets.setBucketOwnership, async () => {
        refuseProtectedBucket(input.bucket, protection);
        await writeOwnership(clients.s3(input), input);
        return undefined;
      });
    },

    setBucketReplication(input) {
      return bringAbout(input, targets.setBucketReplication, async () => {
        refuseProtectedBucket(input.bucket, protection);
        await writeReplication(clients.s3(input), input);
        return undefined;
      });
    },

    setAccessPointPolicy(input) {
      return bringAbout(input, targets.setAccessPointPolicy, async () => {
        refuseProtectedBucket(input.bucket, protection);
        await writeAccessPointPolicy(clients.s3control(input), input);
        return undefined;
      });
    },

    /** Writes into the forensics bucket only, which may well be protected against everything else. */
    copyExport(input, approval) {
      return copyExport(clients, input, approval, copying);
    },

    deleteExport(input) {
      return deleteExport(clients, input, protection);
    },
  };
}
