import {
  CreateInstanceExportTaskCommand,
  DescribeExportTasksCommand,
  RunInstancesCommand,
  type ExportTask,
} from '@aws-sdk/client-ec2';
import {
  GetBucketAclCommand,
  PutBucketAclCommand,
  PutBucketLoggingCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type Grant,
  type S3Client,
} from '@aws-sdk/client-s3';
import { setTimeout as sleep } from 'node:timers/promises';
import { exportServiceIds } from '../domain/policy/export-service-ids.ts';
import { policyText, type Caller, type LabAccount, type Statement } from './account.ts';
import type { AwsLab } from './aws/aws-lab.ts';
import { MAX_ACTIVE } from './aws/task.ts';
import type { TrailRecord } from './aws/trail-record.ts';
import { codeOf, region } from './clients.ts';
import { createBucket, type Foundation } from './foundation.ts';

/** As whom the exporting service writes in this Region. */
export const exportService = exportServiceIds(region)[0] ?? '';

export interface InstanceTags {
  Name: string;
  Purpose: string;
  Owner: string;
  SlackChannel: string;
  DataClassification: string;
  Environment: string;
}

/** Where a scenario is played: the foundation, and names of its own, so that several runs can share a lab. */
export class Stage {
  readonly lab: AwsLab;
  readonly foundation: Foundation;
  /** How long exports run here, except where a story says otherwise. */
  readonly exportMs: number;
  readonly #suffix: string;

  constructor(lab: AwsLab, foundation: Foundation, { exportMs, suffix }: { exportMs: number; suffix: string }) {
    this.lab = lab;
    this.foundation = foundation;
    this.exportMs = exportMs;
    this.#suffix = suffix;
  }

  get victim(): LabAccount {
    return this.foundation.victim;
  }

  get outsider(): LabAccount {
    return this.foundation.outsider;
  }

  name = (base: string): string => base + this.#suffix;

  /** Whether a call is about this run: others may share the lab. */
  concerns(record: TrailRecord, incidentKey: string): boolean {
    const text = JSON.stringify([record.requestParameters, record.responseElements]);
    return text.includes(incidentKey) || text.includes(this.#suffix);
  }

  async instance(tags: InstanceTags): Promise<string> {
    const { Instances } = await this.victim.admin.ec2.send(
      new RunInstancesCommand({
        ImageId: 'ami-0abcdef1234567890',
        InstanceType: 't3.large',
        MinCount: 1,
        MaxCount: 1,
        TagSpecifications: [
          {
            ResourceType: 'instance',
            Tags: Object.entries<string>({ ...tags }).map(([Key, Value]) => ({ Key, Value })),
          },
        ],
      }),
    );
    return Instances?.[0]?.InstanceId ?? '';
  }

  /** A bucket with access logging, as the organisation's own buckets have it. */
  async loggedBucket(base: string): Promise<string> {
    const { s3 } = this.victim.admin;
    const [bucket, logs] = [this.name(base), this.name(`${base}-logs`)];
    await createBucket(s3, bucket);
    await createBucket(s3, logs);
    const Policy = policyText({
      Sid: 'LogDelivery',
      Effect: 'Allow',
      Principal: { Service: 'logging.s3.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::${logs}/*`,
    });
    await s3.send(new PutBucketPolicyCommand({ Bucket: logs, Policy }));
    const LoggingEnabled = { TargetBucket: logs, TargetPrefix: 'access/' };
    await s3.send(new PutBucketLoggingCommand({ Bucket: bucket, BucketLoggingStatus: { LoggingEnabled } }));
    return bucket;
  }

  /** The real call. The record that the lab wrote for it is the alert, whatever came of the call. */
  export(actor: Caller, request: ExportRequest): Promise<Exported> {
    const { control } = this.lab;
    return this.inPlaceOfAnExport(async () => {
      const { task, errorCode } = await attempt(actor, request);
      const { accessKeyId } = actor.credentials;
      const record = (await control.trail({ eventName: 'CreateInstanceExportTask', accessKeyId })).at(-1);
      if (!record) throw new Error('the lab recorded no export');
      return { task, errorCode, record };
    }, request.runsFor);
  }

  /** Begins an export of any kind, once the account has room for another. */
  protected inPlaceOfAnExport<T>(begin: () => Promise<T>, runsFor = this.exportMs): Promise<T> {
    return oneAfterTheOther(this.lab, async () => {
      await this.placeForAnExport();
      // How long exports run is the whole lab's setting.
      await this.lab.control.exportDuration(runsFor);
      return begin();
    });
  }

  /** Scenes that are set side by side share the account, in which so many exports may run at once. */
  private async placeForAnExport(): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt++) {
      const { ExportTasks = [] } = await this.victim.admin.ec2.send(new DescribeExportTasksCommand({}));
      const running = ExportTasks.filter(({ State }) => State === 'active' || State === 'cancelling');
      if (running.length < MAX_ACTIVE) return;
      await sleep(100);
    }
    throw new Error('no export of this account has ended, and no more may begin');
  }

  async exportFinished(task: ExportTask | null): Promise<void> {
    const ExportTaskIds = [task?.ExportTaskId ?? ''];
    for (let attempt = 0; attempt < 200; attempt++) {
      const { ExportTasks } = await this.victim.admin.ec2.send(new DescribeExportTasksCommand({ ExportTaskIds }));
      if (ExportTasks?.[0]?.State === 'completed') return;
      await sleep(100);
    }
    throw new Error('the export did not finish');
  }
}

export interface ExportRequest {
  instanceId: string;
  bucket: string;
  prefix?: string;
  /** Milliseconds, where the export is not to end soon. */
  runsFor?: number;
}
export interface Exported {
  task: ExportTask | null;
  errorCode: string | null;
  record: TrailRecord;
}

async function attempt(actor: Caller, request: ExportRequest): Promise<Omit<Exported, 'record'>> {
  try {
    const { ExportTask: task = null } = await actor.clients.ec2.send(exportCommand(request));
    return { task, errorCode: null };
  } catch (error) {
    return { task: null, errorCode: codeOf(error) };
  }
}

const turns = new WeakMap<AwsLab, Promise<unknown>>();

function oneAfterTheOther<T>(lab: AwsLab, work: () => Promise<T>): Promise<T> {
  const result = (turns.get(lab) ?? Promise.resolve()).then(work);
  turns.set(
    lab,
    result.catch(() => undefined),
  );
  return result;
}

export const exportCommand = (request: Omit<ExportRequest, 'runsFor'>) =>
  new CreateInstanceExportTaskCommand({
    InstanceId: request.instanceId,
    TargetEnvironment: 'vmware',
    ExportToS3Task: {
      ContainerFormat: 'ova',
      DiskImageFormat: 'VMDK',
      S3Bucket: request.bucket,
      S3Prefix: request.prefix ?? 'vms/',
    },
  });

/** What the exporting service needs to write to a bucket, as AWS documents it. */
export const serviceStatement = (bucket: string): Statement => ({
  Sid: 'VmExport',
  Effect: 'Allow',
  Principal: { CanonicalUser: exportService },
  Action: ['s3:GetBucketAcl', 's3:PutObject'],
  Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
});
export const serviceGrants: Grant[] = ['WRITE', 'READ_ACP'].map((Permission) => ({
  Grantee: { Type: 'CanonicalUser', ID: exportService },
  Permission: Permission as 'WRITE' | 'READ_ACP',
}));

/** Exports cannot write to a bucket without ACLs, which is how buckets are made nowadays. */
export const enableAcls = (s3: S3Client, bucket: string) =>
  s3.send(
    new PutBucketOwnershipControlsCommand({
      Bucket: bucket,
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' }] },
    }),
  );

export async function addGrants(s3: S3Client, bucket: string, ...grants: Grant[]): Promise<void> {
  const { Owner, Grants = [] } = await s3.send(new GetBucketAclCommand({ Bucket: bucket }));
  const AccessControlPolicy = { Owner, Grants: [...Grants, ...grants] };
  await s3.send(new PutBucketAclCommand({ Bucket: bucket, AccessControlPolicy }));
}

export const putText = (s3: S3Client, bucket: string, key: string, text: string) =>
  s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text }));
