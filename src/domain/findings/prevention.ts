import type { Alert } from '../alert/alert.ts';
import type { Finding } from './evidence.ts';
import { isDryRun, failureCause } from './failure-cause.ts';
import { finding, unanswered } from './finding.ts';
import { isOfImage } from './machine.ts';
import type { CaseFile } from './case-file.ts';
import type { PrincipalFacts } from './principal-facts.ts';

type Known = CaseFile & { principal: PrincipalFacts | null };

/**
 * Whether a control would have prevented the export (S22): what stands between a caller who may export and the data. What
 * could not be read is named, and makes no control of it.
 */
export function preventionFinding(known: Known): Finding {
  const id = 'prevention';
  const sources = ['S22', 'S124'];
  const question = 'Did a control prevent the export, or would one that is in place have done so?';
  const { alert } = known;
  const cause = alert.outcome === 'failure' ? failureCause(alert.errorCode, alert.errorMessage) : undefined;
  if (cause?.stopped) return finding(id, sources, question, 'yes', `it was stopped: ${cause.cause}`);
  const states = controls.flatMap((control) => control(known) ?? []);
  const told = states.map(({ text }) => text).join('; ');
  if (wasAllowed(alert)) return finding(id, sources, question, 'no', told);
  const inPlace = states.filter(({ state }) => state === 'in place');
  if (inPlace.length > 0) return finding(id, sources, question, 'yes', told);
  return states.some(({ state }) => state === 'unknown')
    ? unanswered(id, sources, question, told)
    : finding(id, sources, question, 'no', `it failed for another reason; ${told}`);
}

/** A dry run tells, too, that nothing would have stopped the real one. */
const wasAllowed = ({ outcome, errorCode }: Alert): boolean => outcome === 'success' || isDryRun(errorCode);

interface ControlState {
  state: 'in place' | 'not in place' | 'unknown';
  text: string;
}

/** One control as it stands now; undefined: it does not apply to this kind of export. */
type Control = (known: Known) => ControlState | undefined;
const controls: Control[] = [
  ({ alert, bucket }) => {
    // The other two calls write to buckets without ACLs, too.
    if (alert.eventName !== 'CreateInstanceExportTask') return undefined;
    const what = 'bucket ownership';
    if (!bucket?.ownership) return unread(what, 'it was not read, or the bucket has no such setting');
    return bucket.ownership === 'BucketOwnerEnforced'
      ? inPlace(what, 'ACLs are off now, and an instance export needs them')
      : missing(what, `${bucket.ownership}: with BucketOwnerEnforced, ${bucket.bucket} could not receive it`);
  },
  ({ alert, source, instance }) => {
    // It decrypts them on the way.
    if (alert.eventName === 'CreateStoreImageTask') return undefined;
    const ofImage = isOfImage(alert);
    const disk = ofImage ? 'snapshot' : 'volume';
    const what = `encryption of the ${disk}s`;
    const disks = ofImage ? source?.disks : instance?.volumes;
    if (!disks) return unread(what, `the ${ofImage ? 'image' : 'instance'} was not read`);
    return disks.some(({ encrypted }) => encrypted)
      ? inPlace(what, `this call refuses encrypted ${disk}s`)
      : missing(what, `no ${disk} is encrypted: with encryption by default, this call would have refused it`);
  },
  ({ principal, alert }) => {
    const what = 'permissions boundary';
    if (!principal) return unread(what, 'the actor was not read in IAM');
    const { boundaryArn, type, name } = principal;
    if (boundaryArn === undefined) return missing(what, `${type} ${name} has none`);
    return wasAllowed(alert)
      ? missing(what, `${boundaryArn} on ${type} ${name} did not deny it`)
      : unread(what, `whether ${boundaryArn} denies exports was not read`);
  },
  ({ alert }) =>
    wasAllowed(alert)
      ? missing('service control policy', `none on account ${alert.recipientAccount} denied it`)
      : unread('service control policy', 'whether one denies exports was not read'),
];

const inPlace = (what: string, why: string): ControlState => ({ state: 'in place', text: `${what}: ${why}` });
const missing = (what: string, why: string): ControlState => ({ state: 'not in place', text: `${what}: ${why}` });
const unread = (what: string, why: string): ControlState => ({ state: 'unknown', text: `${what}: not known, ${why}` });
