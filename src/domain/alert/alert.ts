import type { Principal } from './principal.ts';

/** The three EC2 calls that move a whole machine into a bucket; all of them open the playbook of exports. */
export const exportEvents = ['CreateInstanceExportTask', 'ExportImage', 'CreateStoreImageTask'] as const;
export type ExportEventName = (typeof exportEvents)[number];
export const isExportEvent = (name: string): name is ExportEventName =>
  (exportEvents as readonly string[]).includes(name);

/** How an alert reached us. */
export interface Arrival {
  door: 'http' | 'elastic' | 'eventbridge' | 'sns' | 'sqs' | 'detection' | 'file';
  /** When the intake took it in, ISO 8601 UTC. */
  receivedAt: string;
  /** When the detector raised it, where it says so (S120 counts from the event to this). */
  detectedAt?: string;
  rule?: string;
  /** The detector's own id, such as Kibana's alert uuid. */
  alertId?: string;
}

/** What a playbook reads of its own calls. */
export interface AlertSubject {
  /** The id of a thing, never of a person: two alerts with the same one are the same incident. */
  id?: string;
  /** What else the call says, by name, such as whom a key was made for. */
  says: Record<string, string>;
}

/**
 * What a detector claims, decoded from CloudTrail or ECS (S47–S56). Every string in it was written by somebody else:
 * it is data, escaped wherever it is shown. Only event id, time, account and Region are indispensable.
 */
export interface Alert {
  eventId: string;
  eventName: string;
  outcome: 'success' | 'failure';
  errorCode?: string;
  errorMessage?: string;
  /** `eventTime`, ISO 8601 UTC. */
  time: string;
  /** The actor's account (`userIdentity.accountId`); can differ from where it happened. */
  account?: string;
  /** The account where it happened: the incident's account. */
  recipientAccount: string;
  region: string;
  principal: Principal;
  /** An address, a host name of an AWS service, or `AWS Internal`. */
  sourceAddress?: string;
  /** The VPC endpoint that the call went through: whoever owns the network behind it chose the address. */
  vpcEndpointId?: string;
  userAgent?: string;
  instanceId?: string;
  imageId?: string;
  snapshotId?: string;
  /** Whom the call shared the snapshot with: account ids, `all` for everybody; empty: it took shares away. Absent: it does not say. */
  sharedWith?: string[];
  bucket?: string;
  prefix?: string;
  /** The object that the service announced in its answer. */
  objectKey?: string;
  diskImageFormat?: string;
  containerFormat?: string;
  targetEnvironment?: string;
  exportTaskId?: string;
  /** The service role named by ExportImage. */
  roleName?: string;
  /** What the call is about, as its playbook reads it, where none of these fields says it. */
  about?: AlertSubject;
  arrival: Arrival;
  /** Facts of S47–S56 that the record does not carry, by field name (P8). */
  missing: string[];
}
