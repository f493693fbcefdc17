import type { Alert } from '../../src/domain/alert/alert.ts';
import { sameJson } from '../../src/domain/digest.ts';
import { machineOf } from '../../src/domain/findings/machine.ts';
import { copySearches } from '../../src/domain/findings/copies.ts';
import type {
  CopiesFacts,
  ExportObjectFacts,
  ExportTaskFacts,
  InstanceFacts,
  SoftwareFacts,
} from '../../src/domain/findings/facts.ts';
import { objectCopies } from '../../src/domain/findings/object-copies.ts';
import { mostDenied } from '../../src/domain/plan/object-copy-plan.ts';
import { withDataEvents } from '../../src/domain/findings/data-events.ts';
import { exportStart } from '../../src/domain/policy/export-readers.ts';
import { perimeterOf } from '../../src/domain/policy/perimeter.ts';
import type { KnownSuspect, Suspect } from '../../src/domain/plan/suspects.ts';
import type { KnownTrust, TrustSuspect } from '../../src/domain/plan/trust-suspects.ts';
import { observe, readAccessLogs, searchObjectReads } from '../activities.ts';
import { findUser, isElsewhere, readPrincipal } from '../shared/actor.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { questionOf, readInstance, type KnownMachine } from '../shared/machine.ts';
import { observed } from '../shared/observed.ts';
import { placeOf } from '../shared/place.ts';
import { now } from '../shared/record.ts';
import type { Case } from './case.ts';
import type { BucketFacts, RequestMetricsFacts } from '../../src/domain/findings/bucket-facts.ts';
import type { ObjectReadFacts } from '../../src/domain/findings/read-facts.ts';
import type { ServiceCredential } from '../../src/domain/findings/principal-facts.ts';

/** Reads of what a plan may change. */

/**
 * What EC2 says of the export, its bucket and its object. Where it goes never changes: as soon as anything says that, all are
 * read at the same time. `known`: the task as it was read before.
 */
export async function readExport(
  incident: IncidentRun,
  alert: Alert,
  known: ExportTaskFacts | null,
): Promise<{ task: ExportTaskFacts | null; bucket: BucketFacts | null; object: ExportObjectFacts | null }> {
  const reading = readTask(incident, alert);
  const isKnown = Boolean((alert.bucket ?? known?.bucket) && (alert.objectKey ?? known?.key));
  const [task, found] = await Promise.all([
    reading,
    readBucketAndObject(incident, alert, isKnown ? known : await reading),
  ]);
  return { task, ...found };
}

export async function readTask(incident: IncidentRun, alert: Alert): Promise<ExportTaskFacts | null> {
  if (!alert.exportTaskId) return null;
  const question = observe.describeExportTask({ ...placeOf(alert), exportTaskId: alert.exportTaskId });
  return observed(incident.record, 'export task', question);
}

/** Whose a bucket may be. */
function knownAccounts({ policy }: IncidentRun, alert: Alert): { ourAccounts: string[]; partnerAccounts?: string[] } {
  const { partners = [] } = policy;
  return {
    ourAccounts: perimeterOf(alert, policy).accounts,
    ...(partners.length > 0 ? { partnerAccounts: partners.flatMap(({ accounts }) => accounts) } : {}),
  };
}

export async function readBucketAndObject(
  incident: IncidentRun,
  alert: Alert,
  task: ExportTaskFacts | null,
): Promise<{ bucket: BucketFacts | null; object: ExportObjectFacts | null }> {
  const name = alert.bucket ?? task?.bucket;
  if (!name) return { bucket: null, object: null };
  const place = placeOf(alert);
  const key = alert.objectKey ?? task?.key;
  const start = exportStart({ alert, task, object: null });
  const [bucket, object] = await Promise.all([
    observed(
      incident.record,
      'bucket',
      observe.describeBucket({
        ...place,
        bucket: name,
        ...(start === undefined ? {} : { exportStart: start }),
        ...knownAccounts(incident, alert),
      }),
    ),
    key && alert.outcome === 'success'
      ? observed(incident.record, 'exported object', observe.describeExportObject({ ...place, bucket: name, key }))
      : null,
  ]);
  return { bucket, object };
}

/** Who read the export, as far as the access logs were delivered; they lag by hours, so rechecks ask again. */
export async function readReads(
  incident: IncidentRun,
  alert: Alert,
  bucket: BucketFacts | null,
  object: ExportObjectFacts | null,
): Promise<ObjectReadFacts | null> {
  const key = object?.key ?? alert.objectKey;
  if (!bucket || !key || alert.outcome === 'failure') return null;
  const { bucket: name, logging } = bucket;
  const place = { ...placeOf(alert), bucket: name, key };
  const { record, policy } = incident;
  const [logged, events] = await Promise.all([
    observed(record, 'reads of the export', readAccessLogs({ ...place, logging, since: alert.time })),
    policy.dataEvents
      ? observed(record, 'data events of the export', searchObjectReads({ ...place, from: alert.time, to: now() }))
      : null,
  ]);
  return withDataEvents(logged, events);
}

/** What CloudWatch counts of reads since the export was written, where the bucket has such metrics. */
export async function readRequestMetrics(
  { record }: IncidentRun,
  alert: Alert,
  bucket: BucketFacts | null,
  object: ExportObjectFacts | null,
): Promise<RequestMetricsFacts | null> {
  if (!bucket || !object || alert.outcome === 'failure') return null;
  const question = { ...placeOf(alert), bucket: bucket.bucket, key: object.key, from: object.lastModified, to: now() };
  return observed(record, 'request metrics of the bucket', observe.readRequestMetrics(question));
}

/** The suspects as IAM has them now; read again before each plan. */
export const readSuspects = (incident: IncidentRun, alert: Alert, suspects: Suspect[]): Promise<KnownSuspect[]> =>
  Promise.all(
    suspects.map(async ({ type, name, ...how }) => {
      const question = observe.describePrincipal({ ...placeOf(alert), type, name });
      const [named, serviceCredentials] = await Promise.all([
        observed(incident.record, `${type} ${name} in IAM`, question),
        how.credentials.length > 0 ? readServiceCredentials(incident, alert, name) : [],
      ]);
      const { userId } = how;
      const facts = isElsewhere(named, userId) ? await findUser(incident, alert, `user ${name}`, userId) : named;
      return { type, name: facts?.name ?? name, ...how, facts, serviceCredentials };
    }),
  );

const readServiceCredentials = (
  incident: IncidentRun,
  alert: Alert,
  userName: string,
): Promise<ServiceCredential[] | null> =>
  observed(
    incident.record,
    `service-specific credentials of user ${userName}`,
    observe.serviceCredentials({ ...placeOf(alert), userName }),
  );

/** As IAM has them now; read again before each plan. */
export const readTrusts = (incident: IncidentRun, alert: Alert, suspects: TrustSuspect[]): Promise<KnownTrust[]> =>
  Promise.all(
    suspects.map(async ({ roleName, why, changes }) => {
      const question = observe.describePrincipal({ ...placeOf(alert), type: 'role', name: roleName });
      const facts = await observed(incident.record, `the trust policy of role ${roleName}`, question);
      return { roleName, why, changes, facts };
    }),
  );

/** What Systems Manager knows to be installed on the machine. */
export async function readSoftware(incident: IncidentRun, known: KnownMachine): Promise<SoftwareFacts | null> {
  const machine = machineOf(known);
  return machine ? observed(incident.record, 'software', observe.describeSoftware(questionOf(machine))) : null;
}

/** Images and snapshots of the machine, and whom they are shared with. */
export async function readCopies(
  incident: IncidentRun,
  known: Pick<Case, 'alert' | 'source' | 'instance' | 'lineage'>,
): Promise<CopiesFacts[]> {
  const { accountId } = placeOf(known.alert);
  return Promise.all(
    copySearches(known).map(async (search) => {
      const { region } = search;
      const what = `images and snapshots in ${region}`;
      const found = await observed(incident.record, what, observe.describeCopies({ accountId, ...search }));
      return found ?? { region, copies: [], gaps: [{ what, why: 'they could not be read' }] };
    }),
  );
}

/** A data event can also name an access point in its place. */
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** The buckets that copies of the export lie in, each once; one that cannot be read is a gap. */
export async function readCopyBuckets(
  incident: IncidentRun,
  known: Pick<Case, 'alert' | 'policy' | 'task' | 'object' | 'reads' | 'lineage'>,
): Promise<BucketFacts[]> {
  const named = objectCopies(known).flatMap(({ bucket }) => (bucketName.test(bucket) ? [bucket] : []));
  const names = [...new Set(named)].slice(0, mostDenied);
  const read = await Promise.all(
    names.map((bucket) =>
      observed(
        incident.record,
        `bucket ${bucket}, which holds a copy of the export`,
        observe.describeBucket({
          ...placeOf(known.alert),
          bucket,
          ...knownAccounts(incident, known.alert),
        }),
      ),
    ),
  );
  return read.filter((bucket) => bucket !== null);
}

/** The same case with its targets read again: people decide for hours, and the world goes on (P3). */
export async function readTargets(incident: IncidentRun, known: Case): Promise<Case> {
  const { alert } = known;
  const [principal, suspects, trusts, copyBuckets, written, machine] = await Promise.all([
    readPrincipal(incident, alert),
    readSuspects(incident, alert, known.suspects),
    readTrusts(incident, alert, known.trusts),
    readCopyBuckets(incident, known),
    readExport(incident, alert, known.task),
    readInstanceAndCopies(incident, known),
  ]);
  return { ...known, principal, suspects, trusts, copyBuckets, ...written, ...machine };
}

/** Copies are looked for by the machine as it was known, also when it is gone by now; and again where it has other disks. */
async function readInstanceAndCopies(
  incident: IncidentRun,
  known: Case,
): Promise<{ instance: InstanceFacts | null; copies: CopiesFacts[] }> {
  const [instance, copies] = await Promise.all([readInstance(incident, known), readCopies(incident, known)]);
  const searches = (by: InstanceFacts | null) => copySearches({ ...known, instance: by });
  if (!instance || sameJson(searches(instance), searches(known.instance))) return { instance, copies };
  return { instance, copies: await readCopies(incident, { ...known, instance }) };
}
