import type { Alert } from '../alert/alert.ts';
import { downloadsOf, readOutside, whyNotExcluded } from '../findings/downloads.ts';
import type { ExportObjectFacts } from '../findings/facts.ts';
import { preserves } from '../acts/action-kinds.ts';
import { perimeterOf } from '../policy/perimeter.ts';
import { isInPlace, type ActionRecord } from '../plan/plan.ts';
import type { Metrics } from './report.ts';
import type { ResponsePolicy } from '../response-policy.ts';
import { actionKind } from '../acts/action-id.ts';
import type { BucketFacts } from '../findings/bucket-facts.ts';
import type { ObjectReadFacts } from '../findings/read-facts.ts';

export interface MetricsInput {
  alert: Alert;
  policy: ResponsePolicy;
  bucket: BucketFacts | null;
  object: ExportObjectFacts | null;
  reads: ObjectReadFacts | null;
  actions: ActionRecord[];
}

/** The playbook's figures (S120–S123). What did not happen, or cannot be known, is null or unknown, never zero. */
export function metricsOf(input: MetricsInput): Metrics {
  return {
    ...responseTimes(input.alert, input.actions),
    accessedOutsideOrganisation: accessedOutside(input),
    exposure: exposure(input),
  };
}

/** How fast it was noticed and contained (S120, S121), whatever was done to whom; copying evidence contains nothing. */
export function responseTimes(
  alert: Alert,
  actions: ActionRecord[],
): Pick<Metrics, 'timeToDetection' | 'timeToContainment'> {
  const ofContainment = new Set(actions.flatMap(({ id, phase }) => (phase === 'containment' ? [id] : [])));
  // What failed in containment and was tried again later counts when it took; what drifted counts when it first did.
  const done = actions.filter(
    (action, index) =>
      ofContainment.has(action.id) &&
      isInPlace(action) &&
      !actions.slice(0, index).some((earlier) => earlier.id === action.id && isInPlace(earlier)),
  );
  const denied = done.some(({ id }) => actionKind(id) === 'deny-export-reads');
  // An original is deleted once its copy is proved: where nobody can read it meanwhile, those hours are the copy's.
  const contained = done.filter(({ input: { act } }) => !preserves(act) && !(act === 'deleteExport' && denied));
  return {
    timeToDetection: secondsBetween(alert.time, alert.arrival.detectedAt ?? alert.arrival.receivedAt),
    timeToContainment: secondsBetween(alert.time, latest(contained)),
  };
}

/** An attempt left nothing that could be accessed. */
function accessedOutside({
  alert,
  policy,
  bucket,
  object,
  reads,
}: MetricsInput): Metrics['accessedOutsideOrganisation'] {
  if (alert.outcome === 'failure') return 'no';
  const downloads = downloadsOf(reads, object, bucket, alert.principal, perimeterOf(alert, policy));
  return readOutside(downloads, whyNotExcluded(reads, object, bucket)).value;
}

/** From the moment the object was there, or the call where that is not known, until its reads were denied. */
function exposure({ alert, object, actions }: MetricsInput): number | null {
  const denied = actions.find((action) => actionKind(action.id) === 'deny-export-reads' && isInPlace(action));
  return secondsBetween(object?.lastModified ?? alert.time, denied?.at);
}

const latest = (actions: ActionRecord[]): string | undefined =>
  actions
    .map(({ at }) => at)
    .sort((a, b) => Date.parse(a) - Date.parse(b))
    .at(-1);

/** Whole seconds between two moments; never negative, because clocks of different systems disagree by little. */
export function secondsBetween(from: string, to: string | undefined): number | null {
  if (to === undefined) return null;
  const difference = Date.parse(to) - Date.parse(from);
  return Number.isNaN(difference) ? null : Math.max(0, Math.round(difference / 1000));
}
