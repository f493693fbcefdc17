import { proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import type { ArchiveNotify } from '../activities/archive/contract.ts';
import type { CloudTrailObserve } from '../activities/cloudtrail/contract.ts';
import type { CloudWatchObserve } from '../activities/cloudwatch/contract.ts';
import type { ConfigContain, ConfigObserve } from '../activities/config/contract.ts';
import type { DataEventsDetect } from '../activities/data-events/contract.ts';
import type { DetectionDetect } from '../activities/detection/contract.ts';
import type { ConfluenceNotify } from '../activities/confluence/contract.ts';
import type { CorrelationNotify } from '../activities/correlation/contract.ts';
import type { DirectoryNotify } from '../activities/directory/contract.ts';
import type { Ec2Contain, Ec2Observe, ImageObserve } from '../activities/ec2/contract.ts';
import type { EventBridgeContain, EventBridgeObserve } from '../activities/eventbridge/contract.ts';
import type { EvidenceNotify } from '../activities/evidence/contract.ts';
import type { GeographyObserve } from '../activities/geography/contract.ts';
import type { GithubNotify } from '../activities/github/contract.ts';
import type { IamContain, IamObserve } from '../activities/iam/contract.ts';
import type { JiraNotify } from '../activities/jira/contract.ts';
import type { KibanaNotify } from '../activities/kibana/contract.ts';
import type { OrganizationsContain, OrganizationsObserve } from '../activities/organizations/contract.ts';
import type { RecordNotify } from '../activities/record/contract.ts';
import type { PagerNotify } from '../activities/pager/contract.ts';
import type { S3Contain, S3Observe } from '../activities/s3/contract.ts';
import type { SlackNotify } from '../activities/slack/contract.ts';
import type { SlackSearchNotify } from '../activities/slack-search/contract.ts';
import type { SystemsManagerObserve } from '../activities/systems-manager/contract.ts';
import type { TrailSearchDetect } from '../activities/trail-search/contract.ts';
import type { VerificationObserve } from '../activities/verification/contract.ts';
import type { WatchNotify } from '../activities/watch/contract.ts';
import type { Authorised } from '../src/domain/approval/authorisation.ts';
import { notRetried } from '../src/domain/failures.ts';
import { taskQueues } from '../src/domain/names.ts';

/** One proxy per contract and worker: the task queue decides which AWS role a call runs under (P12). */

const retry: NonNullable<ActivityOptions['retry']> = {
  initialInterval: '1s',
  backoffCoefficient: 2,
  maximumInterval: '1m',
  nonRetryableErrorTypes: notRetried,
};

/** Reading is worth a quarter of an hour; after that the gap is said and the incident goes on (P8). */
const observing: ActivityOptions = {
  taskQueue: taskQueues.observe,
  startToCloseTimeout: '1m',
  scheduleToCloseTimeout: '15m',
  retry,
};
export const observe = proxyActivities<
  Omit<Ec2Observe, 'awaitExportTask'> &
    Omit<S3Observe, 'readAccessLogs'> &
    IamObserve &
    EventBridgeObserve &
    GeographyObserve &
    Pick<CloudTrailObserve, 'trailBuckets'> &
    OrganizationsObserve &
    CloudWatchObserve &
    ConfigObserve &
    SystemsManagerObserve &
    VerificationObserve
>(observing);
/** Many pages at CloudTrail's 2 requests/s, many log objects: minutes; heartbeats tell a dead worker from a slow source. */
export const { lookupCalls, lookupTrail, readAccessLogs, traceImage } = proxyActivities<
  Omit<CloudTrailObserve, 'trailBuckets'> & Pick<S3Observe, 'readAccessLogs'> & ImageObserve
>({
  ...observing,
  startToCloseTimeout: '10m',
  heartbeatTimeout: '30s',
});
/** An export runs for hours and can hang for days: the server asks again, the history stays small. */
export const { awaitExportTask } = proxyActivities<Pick<Ec2Observe, 'awaitExportTask'>>({
  taskQueue: taskQueues.observe,
  startToCloseTimeout: '1m',
  scheduleToCloseTimeout: '7d',
  retry,
});

/** A change that AWS does not answer is tried for an hour; people see it as failed and may ask again. */
const containing: ActivityOptions = {
  taskQueue: taskQueues.contain,
  startToCloseTimeout: '1m',
  scheduleToCloseTimeout: '1h',
  // A killed worker's act is taken over after this, not after the minute that a slow AWS may need.
  heartbeatTimeout: '15s',
  retry,
};
export const contain =
  proxyActivities<
    Authorised<
      Ec2Contain &
        Omit<S3Contain, 'copyExport'> &
        IamContain &
        EventBridgeContain &
        OrganizationsContain &
        ConfigContain
    >
  >(containing);
/** Hashing a whole image takes long; heartbeats carry it. */
export const { copyExport } = proxyActivities<Authorised<Pick<S3Contain, 'copyExport'>>>({
  ...containing,
  startToCloseTimeout: '6h',
  scheduleToCloseTimeout: '24h',
  heartbeatTimeout: '20s',
});

/** Ours, not AWS's to refuse: retried until the store or the configuration answers again. */
export const notify = proxyActivities<EvidenceNotify & DirectoryNotify>({
  taskQueue: taskQueues.notify,
  startToCloseTimeout: '1m',
  retry: { ...retry, nonRetryableErrorTypes: [] },
});

/** What does not answer for half an hour fails the run: people see it, and the next run covers its window too. */
export const { detect } = proxyActivities<DetectionDetect>({
  taskQueue: taskQueues.detect,
  startToCloseTimeout: '10m',
  scheduleToCloseTimeout: '30m',
  heartbeatTimeout: '30s',
  retry,
});
/** Beside the access logs: a search engine that is away, or a detect worker, holds up nobody for longer. */
export const { searchObjectReads } = proxyActivities<DataEventsDetect>({
  taskQueue: taskQueues.detect,
  startToCloseTimeout: '40s',
  scheduleToCloseTimeout: '1m',
  retry,
});
/** Before CloudTrail itself: an engine that is away for longer is left aside, and CloudTrail is asked for all of it. */
export const { searchTrail } = proxyActivities<TrailSearchDetect>({
  taskQueue: taskQueues.detect,
  startToCloseTimeout: '50s',
  scheduleToCloseTimeout: '1m',
  retry,
});
/** Retried until Slack answers again; nothing waits for it. What it refuses for good is not retried. */
export const slack = proxyActivities<SlackNotify>({
  taskQueue: taskQueues.notify,
  startToCloseTimeout: '2m',
  retry: { ...retry, nonRetryableErrorTypes: [] },
});
/** A page that comes much later helps nobody: after a quarter of an hour it is on record that it did not get through. */
export const pager = proxyActivities<PagerNotify>({
  taskQueue: taskQueues.notify,
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '15m',
  retry,
});
/** Elastic being down never holds up an incident: after minutes it is on record that it was not told. */
export const { tellDetector } = proxyActivities<KibanaNotify>({
  taskQueue: taskQueues.notify,
  startToCloseTimeout: '1m',
  scheduleToCloseTimeout: '5m',
  retry,
});
/** The index is for years to come, the report for now: after a while the incident ends without it, and says so. */
export const { indexEvents } = proxyActivities<Pick<EvidenceNotify, 'indexEvents'>>({
  taskQueue: taskQueues.notify,
  startToCloseTimeout: '1m',
  scheduleToCloseTimeout: '15m',
  retry,
});

/** The seal is for years to come: asked for until Temporal, store and key are there. */
export const { sealRun } = proxyActivities<ArchiveNotify>({
  taskQueue: taskQueues.notify,
  startToCloseTimeout: '10m',
  scheduleToCloseTimeout: '30d',
  retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '30m' },
});

/** The next run of the watch finds again what this one could not. */
export const { findCutShort } = proxyActivities<Pick<WatchNotify, 'findCutShort'>>({
  taskQueue: taskQueues.notify,
  startToCloseTimeout: '1m',
  scheduleToCloseTimeout: '15m',
  retry,
});
/** Nobody else tells it: retried until Slack answers again. */
export const { tellCutShort } = proxyActivities<Pick<WatchNotify, 'tellCutShort'>>({
  taskQueue: taskQueues.notify,
  startToCloseTimeout: '2m',
  scheduleToCloseTimeout: '30d',
  retry: { ...retry, maximumInterval: '30m', nonRetryableErrorTypes: [] },
});

/** What people wrote is worth a quarter of an hour; the playbook waits no longer for it than the policy's budget. */
export const peopleWrote = proxyActivities<GithubNotify & JiraNotify & ConfluenceNotify & SlackSearchNotify>({
  taskQueue: taskQueues.notify,
  startToCloseTimeout: '2m',
  scheduleToCloseTimeout: '15m',
  retry: { ...retry, nonRetryableErrorTypes: [] },
});

/** Who is related is worth telling late; nothing waits for it. */
export const correlation = proxyActivities<Pick<CorrelationNotify, 'correlate'>>({
  taskQueue: taskQueues.notify,
  startToCloseTimeout: '1m',
  scheduleToCloseTimeout: '1h',
  retry,
});
/** A reason at best: containment waits no longer for it than a minute. */
export const { earlierIncidents } = proxyActivities<Pick<CorrelationNotify, 'earlierIncidents'>>({
  taskQueue: taskQueues.notify,
  startToCloseTimeout: '40s',
  scheduleToCloseTimeout: '1m',
  retry,
});
/** An undo waits for it; what cannot be found out in a quarter of an hour is not undone. */
export const { countingOn } = proxyActivities<Pick<CorrelationNotify, 'countingOn'>>({
  taskQueue: taskQueues.notify,
  startToCloseTimeout: '5m',
  scheduleToCloseTimeout: '15m',
  retry,
});

/** What is undone depends on it: asked until Temporal answers; what can never be read is said at once. */
export const { readClosedIncident } = proxyActivities<RecordNotify>({
  taskQueue: taskQueues.notify,
  startToCloseTimeout: '1m',
  retry: { ...retry, nonRetryableErrorTypes: [] },
});
