import type { ActName } from '../../src/domain/acts/acts.ts';
import type { Row } from './row.ts';
import { setAccessPointPolicy } from './rows/access-point.ts';
import { putConfigRule } from './rows/config.ts';
import { setEbsEncryptionDefault, setSharing, snapshotVolumes } from './rows/copies.ts';
import { cancelExportTask } from './rows/ec2.ts';
import { putEventRule } from './rows/eventbridge.ts';
import { putInlinePolicy, revokeRoleSessions, setAccessKeyStatus, setManagedPolicy } from './rows/iam.ts';
import { setAccountScp } from './rows/organizations.ts';
import { setBucketReplication } from './rows/replication.ts';
import { copyExport, editBucketPolicy, replaceBucketAcl } from './rows/s3.ts';
import { setServiceCredentialStatus, setTrustPolicy } from './rows/ways-in.ts';
import { deleteExport } from './rows/s3-deletion.ts';
import { setBucketOwnership, setPublicAccessBlock } from './rows/s3-settings.ts';

/** Every act; a new one without a row does not compile. */
export const rows: Record<ActName, Row> = {
  editBucketPolicy,
  replaceBucketAcl,
  setAccessKeyStatus,
  setServiceCredentialStatus,
  putInlinePolicy,
  revokeRoleSessions,
  setTrustPolicy,
  setManagedPolicy,
  cancelExportTask,
  copyExport,
  deleteExport,
  setPublicAccessBlock,
  setBucketOwnership,
  setBucketReplication,
  setAccessPointPolicy,
  putEventRule,
  setSharing,
  snapshotVolumes,
  setEbsEncryptionDefault,
  setAccountScp,
  putConfigRule,
};
