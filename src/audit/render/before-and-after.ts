import type { ActInput } from '../../domain/acts/acts.ts';

/** What an act's target was and was to become, as its input says. */
export function beforeAndAfter(input: ActInput): { before: unknown; after: unknown } {
  switch (input.act) {
    case 'editBucketPolicy':
      return { before: input.before, after: { removed: input.remove, added: input.add } };
    case 'revokeRoleSessions':
      return { before: input.before, after: `policy ${input.policyName} denies older sessions everything` };
    case 'setAccessKeyStatus':
      return {
        before: Object.fromEntries(input.keys.map(({ accessKeyId, before }) => [accessKeyId, before])),
        after: Object.fromEntries(input.keys.map(({ accessKeyId, after }) => [accessKeyId, after])),
      };
    case 'cancelExportTask':
      return { before: 'active', after: 'cancelled' };
    case 'copyExport':
      return { before: null, after: input.destination };
    case 'snapshotVolumes':
      return { before: null, after: `one snapshot of each of ${input.volumes.join(', ')}` };
    case 'deleteExport':
      return { before: input.versions, after: null };
    default:
      return { before: input.before, after: input.after };
  }
}
