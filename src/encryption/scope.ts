import { tallyWorkflowId, undoNamed } from '../domain/names.ts';

const tally = tallyWorkflowId('');
/** Workflows of which new ones begin all the time and which are about no single incident: one key for all of a kind. */
const kinds = ['correlation', 'soar-detection'];

/** What has no workflow. */
const sharedScope = 'shared';
export const deadLetterScope = 'dead-letters';

/**
 * What shares one data key, and is erased together: an incident with its undos, the count of its further alerts, and the
 * sealing of its runs. A successor is an incident of its own.
 */
export function scopeOf(workflowId: string | undefined): string {
  if (workflowId === undefined) return sharedScope;
  const own = workflowId.startsWith(tally) ? workflowId.slice(tally.length) : (sealed(workflowId) ?? workflowId);
  const incident = undoNamed(own)?.incident ?? own;
  return kinds.find((kind) => incident.startsWith(`${kind}/`)) ?? incident;
}

/** Of the workflow that seals a run: which workflow's run it is. */
const sealed = (workflowId: string): string | undefined => /^archive\/(.+)\/[^/]+$/.exec(workflowId)?.[1];
