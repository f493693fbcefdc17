import { isUndo } from '../acts/action-id.ts';
import { applyEdit, charactersOf, type PolicyDocument } from '../policy/policy-document.ts';
import type { Plan, PlannedAction } from './plan.ts';

/** Of one bucket policy: 20 KB (docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html), raised for nobody. */
const quota = 20_480;

/**
 * Which edits of bucket policies S3 may refuse because the policy would be too long, with the way out. Whoever may write
 * the policy can fill it: people hear of that before they decide, not when S3 refuses the act. Edits of one bucket build
 * on each other in the order of the actions. An undo brings back what has fitted before.
 */
export function lackOfPolicyRoom(actions: PlannedAction[]): Plan['notPlanned'] {
  const policies = new Map<string, PolicyDocument | null>();
  return actions.flatMap(({ id, input }) => {
    if (input.act !== 'editBucketPolicy' || isUndo(id)) return [];
    const { bucket, before, incidentKey } = input;
    const last = policies.get(bucket);
    const now = last === undefined ? before : last;
    const after = applyEdit(now, input);
    const wanted = lengthOf(after);
    if (wanted <= quota || wanted <= lengthOf(now)) {
      policies.set(bucket, after);
      return [];
    }
    const why =
      `S3 will probably refuse it, because the policy of bucket ${bucket} would have ${wanted} of the ${quota} ` +
      'characters that S3 takes: remove statements that nobody needs, keeping a copy, and then: ' +
      `soar incident retry ${incidentKey} --action ${id}`;
    return [{ what: `make room for ${id}`, why }];
  });
}

const lengthOf = (policy: PolicyDocument | null): number => (policy === null ? 0 : charactersOf(policy));
