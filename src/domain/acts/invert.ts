import type {
  ActInput,
  CancelExportTask,
  CopyExport,
  DeleteExport,
  RevokeRoleSessions,
  SnapshotVolumes,
} from './acts.ts';
import { applyEdit, sameStatement } from '../policy/policy-document.ts';
import { revocationDocument } from './session-revocation.ts';

/** What restores a state: never an act that nothing restores, and a revocation is undone by a deletion. */
export type InverseInput = Exclude<
  ActInput,
  CancelExportTask | CopyExport | DeleteExport | RevokeRoleSessions | SnapshotVolumes
>;

/**
 * The act that restores what this one changed (P5), with a precondition of its own: it refuses where somebody else
 * changed the target since. null: nothing can be restored, or, after a copy, nothing has to be.
 *
 * The cutoff of revoked sessions is known once the act has run, so its undo needs what the act observed (`cutoff`);
 * without that there is no exact state to delete, and none is guessed.
 */
export function invert(input: ActInput, observed: Record<string, string> = {}): InverseInput | null {
  switch (input.act) {
    case 'editBucketPolicy': {
      const { add, remove, removedByPlan } = input;
      const more = remove.filter((statement) => !removedByPlan.some((known) => sameStatement(known, statement)));
      return {
        ...input,
        add: remove,
        remove: add,
        // What is put back is no part of the rest, before and after: the digest of the plan stays the precondition.
        removedByPlan: [...removedByPlan, ...more],
        before: applyEdit(input.before, input),
      };
    }
    case 'setAccessKeyStatus':
      return {
        ...input,
        keys: input.keys.map(({ accessKeyId, before, after }) => ({ accessKeyId, before: after, after: before })),
      };
    case 'setServiceCredentialStatus':
      return { ...input, before: input.after, after: input.before };
    case 'replaceBucketAcl':
      return { ...input, before: input.after, after: input.before };
    case 'setPublicAccessBlock':
      return { ...input, before: input.after, after: input.before };
    case 'setBucketOwnership':
      return { ...input, before: input.after, after: input.before };
    case 'setBucketReplication':
      return { ...input, before: input.after, after: input.before };
    case 'setAccessPointPolicy':
      return { ...input, before: input.after, after: input.before };
    case 'putInlinePolicy':
      return { ...input, before: input.after, after: input.before };
    case 'setTrustPolicy':
      return { ...input, before: input.after, after: input.before };
    case 'setManagedPolicy':
      return { ...input, before: input.after, after: input.before };
    case 'putEventRule':
      return { ...input, before: input.after, after: input.before };
    case 'setSharing':
      return { ...input, before: input.after, after: input.before };
    case 'setEbsEncryptionDefault':
      return { ...input, before: input.after, after: input.before };
    case 'setAccountScp':
      return { ...input, before: input.after, after: input.before };
    case 'putConfigRule':
      return { ...input, before: input.after, after: input.before };
    case 'revokeRoleSessions': {
      const { roleName, roleId, policyName, session, incidentKey, accountId, region } = input;
      if (observed.cutoff === undefined) return null;
      return {
        act: 'putInlinePolicy',
        incidentKey,
        accountId,
        region,
        holder: { type: 'role', name: roleName },
        ...(roleId === undefined ? {} : { roleId }),
        policyName,
        before: revocationDocument(incidentKey, observed.cutoff, session),
        after: null,
      };
    }
    case 'cancelExportTask':
    case 'copyExport':
    case 'snapshotVolumes':
    case 'deleteExport':
      return null;
  }
}
