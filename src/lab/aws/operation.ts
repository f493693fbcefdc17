import { isS3Control, s3ControlOperation } from './s3-control.ts';
import type { LabRequest } from './lab-request.ts';

/** S3 sub-resources: query parameter → the noun in the operation's name, for buckets and for objects. */
const SUB_RESOURCES: Readonly<Record<string, readonly [bucket: string, object: string]>> = {
  acl: ['BucketAcl', 'ObjectAcl'],
  policy: ['BucketPolicy', ''],
  policyStatus: ['BucketPolicyStatus', ''],
  publicAccessBlock: ['PublicAccessBlock', ''],
  ownershipControls: ['BucketOwnershipControls', ''],
  logging: ['BucketLogging', ''],
  versioning: ['BucketVersioning', ''],
  tagging: ['BucketTagging', 'ObjectTagging'],
  location: ['BucketLocation', ''],
  encryption: ['BucketEncryption', ''],
  lifecycle: ['BucketLifecycleConfiguration', ''],
  notification: ['BucketNotificationConfiguration', ''],
  replication: ['BucketReplication', ''],
  website: ['BucketWebsite', ''],
  cors: ['BucketCors', ''],
  accelerate: ['BucketAccelerateConfiguration', ''],
  requestPayment: ['BucketRequestPayment', ''],
  'object-lock': ['ObjectLockConfiguration', ''],
  'legal-hold': ['', 'ObjectLegalHold'],
  metrics: ['BucketMetricsConfiguration', ''],
  retention: ['', 'ObjectRetention'],
  attributes: ['', 'ObjectAttributes'],
};

const VERBS: Readonly<Record<string, string>> = {
  GET: 'Get',
  PUT: 'Put',
  DELETE: 'Delete',
  HEAD: 'Head',
  POST: 'Post',
};

type Call = Pick<LabRequest, 'method' | 'url' | 'headers' | 'service' | 'form' | 'bucket' | 'key'>;

/** The operation's name as the SDK spells it; faults, barriers and the trail all go by it. */
export function operationOf(call: Call): string {
  const action = call.form.get('Action') ?? call.headers['x-amz-target']?.toString().split('.').pop();
  if (action !== undefined) return action;
  if (call.service === 's3' && isS3Control(call.url)) return s3ControlOperation(call);
  return call.service === 's3' ? s3Operation(call) : `${call.method} ${call.url.pathname}`;
}

function s3Operation(call: Call): string {
  const query = call.url.searchParams;
  if (call.bucket === '') return 'ListBuckets';

  const verb = VERBS[call.method] ?? call.method;
  if (query.has('metrics') && !query.has('id')) return 'ListBucketMetricsConfigurations';
  for (const [parameter, [ofBucket, ofObject]] of Object.entries(SUB_RESOURCES)) {
    if (query.has(parameter)) return verb + (call.key === '' ? ofBucket : ofObject);
  }
  return call.key === '' ? bucketOperation(call.method, query) : objectOperation(call, verb, query);
}

function bucketOperation(method: string, query: URLSearchParams): string {
  if (method === 'PUT') return 'CreateBucket';
  if (method === 'DELETE') return 'DeleteBucket';
  if (method === 'HEAD') return 'HeadBucket';
  if (method === 'POST') return query.has('delete') ? 'DeleteObjects' : 'PostObject';
  if (query.has('uploads')) return 'ListMultipartUploads';
  if (query.has('versions')) return 'ListObjectVersions';
  return query.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects';
}

function objectOperation(call: Call, verb: string, query: URLSearchParams): string {
  const copies = call.headers['x-amz-copy-source'] !== undefined;
  if (query.has('uploads')) return 'CreateMultipartUpload';
  if (query.has('restore')) return 'RestoreObject';
  if (query.has('uploadId')) {
    if (call.method === 'PUT') return copies ? 'UploadPartCopy' : 'UploadPart';
    if (call.method === 'POST') return 'CompleteMultipartUpload';
    return call.method === 'DELETE' ? 'AbortMultipartUpload' : 'ListParts';
  }
  return copies ? 'CopyObject' : `${verb}Object`;
}

/** Where CloudTrail's event name differs from the operation's. */
const EVENT_NAMES: Readonly<Record<string, string>> = {
  ListObjectsV2: 'ListObjects',
  GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  DeletePublicAccessBlock: 'DeleteBucketPublicAccessBlock',
  GetObjectLockConfiguration: 'GetBucketObjectLockConfiguration',
  PutObjectLockConfiguration: 'PutBucketObjectLockConfiguration',
  GetBucketNotificationConfiguration: 'GetBucketNotification',
  PutBucketNotificationConfiguration: 'PutBucketNotification',
  GetBucketLifecycleConfiguration: 'GetBucketLifecycle',
  PutBucketLifecycleConfiguration: 'PutBucketLifecycle',
  DeleteBucketLifecycleConfiguration: 'DeleteBucketLifecycle',
};

export function eventName(operation: string): string {
  return EVENT_NAMES[operation] ?? operation;
}

export function isReadOnly(operation: string): boolean {
  return /^(Get|List|Head|Describe|Lookup|Simulate|BatchGet|Query|Scan|Test|AssumeRole)/.test(operation);
}

/** Calls on S3's objects and on messages in queues are data events: recorded only where a trail asks for them. */
export function isDataEvent(service: string, operation: string): boolean {
  if (service === 'monitoring') return /^GetMetric(Data|Statistics|WidgetImage)$/.test(operation);
  if (service === 'sqs') return /^(Send|Receive|Delete)Message|^ChangeMessageVisibility/.test(operation);
  return (
    service === 's3' &&
    /^(?!.*Bucket)(.*Object(s|sV2|Acl|Tagging|LegalHold|Retention|Attributes|Versions)?|.*Upload(Part|PartCopy)?|ListParts|ListMultipartUploads)$/.test(
      operation,
    )
  );
}
