import type { ActName } from './acts.ts';
import { isUndo, ruledKind } from './action-id.ts';

/**
 * The kinds of actions that playbooks plan (`actionKind` of their ids), each with the acts that carry it out. Rules of the
 * policy name kinds, and the contain worker holds whoever plans to this table: an act cannot pass under the name of one
 * that asks fewer people.
 */
export const actionKinds: Record<string, ActName[]> = {
  'deny-export-reads': ['editBucketPolicy'],
  'lock-bucket': ['editBucketPolicy'],
  'deny-copy-reads': ['editBucketPolicy'],
  'stop-replication': ['setBucketReplication'],
  'close-access-point': ['setAccessPointPolicy'],
  'disable-access-keys': ['setAccessKeyStatus'],
  'disable-service-credential': ['setServiceCredentialStatus'],
  'deny-actor': ['putInlinePolicy'],
  'revoke-role-sessions': ['revokeRoleSessions'],
  'narrow-trust': ['setTrustPolicy'],
  'cancel-export': ['cancelExportTask'],
  'copy-to-forensics': ['copyExport'],
  'unshare-copies': ['setSharing'],
  'snapshot-volumes': ['snapshotVolumes'],
  'delete-original': ['deleteExport'],
  'remove-outside-grants': ['editBucketPolicy'],
  'remove-outside-acl-grants': ['replaceBucketAcl'],
  'block-public-access': ['setPublicAccessBlock'],
  'narrow-permission': ['putInlinePolicy', 'setManagedPolicy'],
  'remove-service-grant': ['editBucketPolicy'],
  'remove-service-acl-grant': ['replaceBucketAcl'],
  'deny-actor-exports': ['putInlinePolicy'],
  'enforce-ownership': ['setBucketOwnership'],
  'deny-service-put': ['editBucketPolicy'],
  'monitor-exports': ['putEventRule'],
  'encrypt-new-volumes': ['setEbsEncryptionDefault'],
  'isolate-account': ['setAccountScp'],
  'deny-exports-scp': ['setAccountScp'],
  'watch-config': ['putConfigRule'],
};

/** These copy evidence, for hours where an image is large, and shut nobody out. */
export const preserves = (act: ActName): boolean => act === 'copyExport' || act === 'snapshotVolumes';

/** Where the inverse of an act is another one; see `invert`. */
const inverses: Partial<Record<ActName, ActName[]>> = {
  revokeRoleSessions: ['putInlinePolicy'],
  cancelExportTask: [],
  copyExport: [],
  snapshotVolumes: [],
  deleteExport: [],
};

/** The acts that may run under the name of an action. */
export function actsNamed(id: string): ActName[] {
  const kind = ruledKind(id);
  const acts = Object.hasOwn(actionKinds, kind) ? (actionKinds[kind] ?? []) : [];
  return isUndo(id) ? acts.flatMap((act) => inverses[act] ?? [act]) : acts;
}

/** Acts that no other act restores; plans mark the same ones, and they take more people (P5). */
export const irreversibleActs: ReadonlySet<ActName> = new Set<ActName>(['cancelExportTask', 'deleteExport']);

/** Acts that hit a whole account: they can be undone, and still take as many people as what cannot. */
const graveActs: ReadonlySet<ActName> = new Set<ActName>(['setAccountScp']);

export const isGraveKind = (kind: string): boolean => actionKinds[kind]?.some((act) => graveActs.has(act)) ?? false;

export const isIrreversibleKind = (kind: string): boolean =>
  actionKinds[kind]?.some((act) => irreversibleActs.has(act)) ?? false;
