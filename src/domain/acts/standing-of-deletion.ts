import type { DeleteExport, TargetCheck } from './acts.ts';
import { sameJson } from '../digest.ts';
import type { ObjectVersion } from '../findings/facts.ts';

/**
 * Where a deletion stands. A part of the planned versions is what an attempt left that was killed half way; one that the
 * plan does not know was written since, and nobody has copied it. Without a bucket there is no export in it.
 */
export function standingOfDeletion({ source, versions }: DeleteExport, found: ObjectVersion[]): TargetCheck {
  const where = `s3://${source.bucket}/${source.key}`;
  if (found.length === 0) return { standing: 'done', detail: `nothing is left at ${where}` };
  const unknown = found.filter((version) => !versions.some((planned) => sameJson(planned, version)));
  if (unknown.length > 0) {
    const ids = unknown.map(({ versionId }) => versionId).join(', ');
    return { standing: 'changed', detail: `at ${where} somebody has written since the plan: version ${ids}` };
  }
  return { standing: 'ready', detail: `${found.length} of ${versions.length} versions are at ${where}` };
}
