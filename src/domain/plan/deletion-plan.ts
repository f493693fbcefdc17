import { bucketArn } from '../policy/arns.ts';
import type { ObjectVersion } from '../findings/facts.ts';
import { actBase, changeableBucket, type PlanInput, type Proposal } from './planning.ts';
import { asJson } from '../json.ts';

/** A key with more is no export that a service has written: people look at it. */
export const mostVersions = 100;

/**
 * Deletes the export from where it was written (S96): after its copy, never instead of it, and only what is copied. In a
 * bucket with versioning every version goes, for a delete marker alone leaves the image to whoever knows the version.
 */
export function deleteOriginal(input: PlanInput, copy: Proposal): Proposal {
  const what = 'delete-original';
  const { object, policy } = input;
  if (policy.deleteOriginal !== 'after-copy') {
    return { what, why: 'the policy keeps the original (deleteOriginal: never): delete it by hand if it has to go' };
  }
  const changeable = changeableBucket(input);
  if ('why' in changeable) return { what, why: changeable.why };
  if (!object || !('input' in copy) || copy.input.act !== 'copyExport') {
    return { what, why: 'without a copy in the forensics account nothing is deleted' };
  }
  const { source, destination } = copy.input;
  if (source.bucket === destination.bucket) return { what, why: 'the export lies in the forensics bucket itself' };
  const { versions = [] } = object;
  const why = whyNot(versions, object);
  if (why !== null) return { what, why };
  const where = `s3://${source.bucket}/${source.key}`;
  return {
    id: what,
    title: `Delete the original ${where} with all its versions (${versions.length})`,
    sources: ['S96', 'S97'],
    target: `${bucketArn(input.alert.region, source.bucket)}/${source.key}`,
    calls: versions.map(() => 's3:DeleteObject'),
    before: asJson(versions),
    after: null,
    reversible: false,
    undo: `it cannot be undone: what stays is the copy s3://${destination.bucket}/${destination.key}`,
    mayBreak: [
      `whoever needs the export at ${where}`,
      'copies elsewhere, such as replicas, are not deleted with it',
      'S3 deletes no version that Object Lock or a legal hold keeps',
    ],
    requires: ['copy-to-forensics'],
    input: { act: 'deleteExport', ...actBase(input), source, versions, copy: destination },
  };
}

/** Why these versions cannot go, or null. */
function whyNot(
  versions: ObjectVersion[],
  { etag, size, versionsGap }: { etag: string; size: number; versionsGap?: string },
): string | null {
  if (versions.length === 0) return `its versions could not be listed (${versionsGap ?? 'S3 named none'})`;
  if (versions.length > mostVersions) return `its key has more than ${mostVersions} versions: look at them first`;
  const others = versions.filter(
    (version) => !version.deleteMarker && (version.etag !== etag || version.size !== size),
  );
  if (others.length === 0) return null;
  const ids = others.map(({ versionId }) => versionId).join(', ');
  return `under its key there is more than what is copied (version ${ids}), which would be lost: copy it by hand first`;
}
