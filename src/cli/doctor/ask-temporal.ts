import { optionalTsToMs, tsToMs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';
import { searchAttributes } from '../../../workflows/messages.ts';
import { describeDeployment, openOn } from '../../../workers/versioning.ts';
import { cutShortIncidents } from '../../audit/cut-short-incidents.ts';
import { keptBuilds } from '../../audit/releases.ts';
import type { SoarConfig } from '../../config/load-config.ts';
import { incidentKey, taskQueues, workerRoles, type WorkerRole } from '../../domain/names.ts';
import { dataConverterFor, encryptionOf } from '../../encryption/encryption.ts';
import { keyName } from '../../encryption/key-record.ts';
import { scopeOf } from '../../encryption/scope.ts';
import { connectTemporal, type TemporalConnection } from '../../temporal/connect.ts';
import { incidentFilter } from '../../temporal/incident-filter.ts';
import { listing } from '../../temporal/listing.ts';
import { attributeTypes } from '../../temporal/search-attributes.ts';
import { failed, ok, probe, reasonOf, type Check, type Finding } from './check.ts';
import {
  judgeFairness,
  judgeIncidents,
  judgeKeys,
  judgeQueue,
  judgeReleases,
  judgeRetention,
  judgeSeals,
  judgeSearchAttributes,
  present,
  type Queue,
} from './judge-temporal.ts';

const { TaskQueueType } = proto.temporal.api.enums.v1;

const unreachable = 'check TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and the credentials; is the server up?';

/** Everything that Temporal can say of itself, of our workers and incidents; one line where it does not answer. */
export async function askTemporal(config: SoarConfig | null): Promise<Check[]> {
  let connected: TemporalConnection;
  try {
    // Payloads are not read: no key is needed.
    connected = await connectTemporal({ connectTimeoutMs: 5_000, dataConverter: dataConverterFor(null) });
  } catch (error) {
    return [{ name: 'Temporal', ...failed(reasonOf(error), unreachable) }];
  }
  try {
    return await askConnected(connected, config);
  } finally {
    await connected.close();
  }
}

async function askConnected(temporal: TemporalConnection, config: SoarConfig | null): Promise<Check[]> {
  const queues = Promise.all(workerRoles.map((role) => describeQueue(temporal, role)));
  // Looked at below, with the reason; until then nobody waits for it.
  queues.catch(() => undefined);
  const options = { next: unreachable };
  // Both ask by our search attributes; whether Temporal answers at all, and keys can be read, the others say.
  const unprepared = { next: 'soar setup' };
  const checks = await Promise.all([
    probe('Temporal', options, () => describeServer(temporal)),
    probe('search attributes', options, () => readSearchAttributes(temporal)),
    probe('retention', options, () => readRetention(temporal)),
    probe('fairness', options, judgeFairness),
    probe('incidents', unprepared, () => countIncidents(temporal)),
    probe('seals', options, () => countSeals(temporal)),
    probe('keys of incidents', unprepared, () => lookForKeys(temporal, config)),
    ...workerRoles.map((role, index) =>
      probe(`worker ${role}`, options, async () => judgeQueue(role, (await queues)[index] ?? nobody, Date.now())),
    ),
  ]);
  return [...checks.flat(), ...(await releaseChecks(temporal, config?.releases, queues))];
}

const nobody: Queue = { pollers: [], backlog: 0, backlogAge: 0 };

async function describeServer({ connection, address, namespace }: TemporalConnection): Promise<Finding> {
  const { serverVersion } = await connection.workflowService.getSystemInfo({});
  return ok(`${address}, namespace ${namespace}, server ${serverVersion || 'of an unknown version'}`);
}

async function readSearchAttributes({ connection, namespace }: TemporalConnection): Promise<Finding> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return judgeSearchAttributes(customAttributes, attributeTypes(searchAttributes), namespace);
}

async function readRetention({ connection, namespace }: TemporalConnection): Promise<Finding> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  return judgeRetention(tsToMs(config?.workflowExecutionRetentionTtl), namespace);
}

async function countIncidents({ client }: TemporalConnection): Promise<Finding> {
  const open = `${incidentFilter} AND ExecutionStatus = 'Running'`;
  const [running, awaiting, cutShort] = await Promise.all([
    client.workflow.count(open),
    client.workflow.count(`${open} AND AwaitingApproval = true`),
    // Each as the watch sees it: one that was reset goes on in another run.
    cutShortIncidents(client),
  ]);
  const ended = cutShort.map(({ workflowId, how }) => `${incidentKey(workflowId)} (${how})`);
  return judgeIncidents({ open: running.count, awaiting: awaiting.count, cutShort: ended });
}

const weekMs = 7 * 86_400_000;
/** An incident closes within an hour of its last report, and is sealed then. */
const sealedWithinMs = 2 * 3_600_000;
const before = (milliseconds: number): string => new Date(Date.now() - milliseconds).toISOString();
/** Nothing of ours ran at the end: no report, no seal, and nobody was told. */
const endedBadly = (): string =>
  `ExecutionStatus IN ('Failed', 'Terminated', 'TimedOut') AND CloseTime > '${before(weekMs)}'`;

async function countSeals({ client }: TemporalConnection): Promise<Finding | null> {
  const seals = `WorkflowType = 'archiveIncident'`;
  const [waiting, failed] = await Promise.all([
    client.workflow.count(`${seals} AND ExecutionStatus = 'Running' AND StartTime < '${before(sealedWithinMs)}'`),
    client.workflow.count(`${seals} AND ${endedBadly()}`),
  ]);
  return judgeSeals({ waiting: waiting.count, failed: failed.count });
}

/** So many open incidents, the latest, tell whether the folder of keys is the one that they were encrypted with. */
const mostLookedAt = 200;

async function lookForKeys({ client }: TemporalConnection, config: SoarConfig | null): Promise<Finding | null> {
  const encryption = config && orNull(() => encryptionOf(config));
  if (!encryption) return null;
  const names = new Set(await encryption.store.names());
  const open: string[] = [];
  const query = `${incidentFilter} AND ExecutionStatus = 'Running'`;
  for await (const { workflowId } of listing(client).list({ query, pageSize: mostLookedAt })) {
    if (open.push(workflowId) === mostLookedAt) break;
  }
  const without = open.filter((workflowId) => !names.has(keyName(scopeOf(workflowId), 1)));
  return judgeKeys({ open: open.length, without: without.length });
}

/** Keys that cannot be read are told by the check of the encryption. */
function orNull<T>(make: () => T): T | null {
  try {
    return make();
  } catch {
    return null;
  }
}

async function describeQueue({ connection, namespace }: TemporalConnection, role: WorkerRole): Promise<Queue> {
  const answer = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueues[role] },
    taskQueueType:
      role === 'incident' ? TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW : TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
    reportStats: true,
  });
  return queueOf(answer);
}

type Described = Awaited<ReturnType<TemporalConnection['connection']['workflowService']['describeTaskQueue']>>;

/** Servers leave out whatever is nothing, and those with the classic matcher say nothing of a backlog. */
export function queueOf(answer: Pick<Described, 'pollers' | 'stats'>): Queue {
  return {
    pollers: answer.pollers.map(({ identity, lastAccessTime, deploymentOptions }) => ({
      identity: identity ?? '',
      lastAccess: optionalTsToMs(lastAccessTime) ?? 0,
      buildId: deploymentOptions?.buildId ?? null,
    })),
    backlog: Number(answer.stats?.approximateBacklogCount ?? 0),
    backlogAge: optionalTsToMs(answer.stats?.approximateBacklogAge) ?? 0,
  };
}

async function releaseChecks(
  temporal: TemporalConnection,
  releases: string | undefined,
  queues: Promise<Queue[]>,
): Promise<Check[]> {
  let found: Check[] | undefined;
  const read = await probe('releases', { next: unreachable }, async () => {
    const [{ current, known }, kept, described] = await Promise.all([
      describeDeployment(temporal.connection, temporal.namespace),
      releases === undefined ? null : keptBuilds(releases),
      queues,
    ]);
    const open = await openOn(temporal.client, [...known, ...(kept ?? [])], '');
    const pollers = present(described[workerRoles.indexOf('incident')] ?? nobody, Date.now());
    found = judgeReleases({ current, open, hosted: pollers.flatMap(({ buildId }) => buildId ?? []), kept });
    return null;
  });
  return found ?? read;
}
