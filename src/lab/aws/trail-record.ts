import { randomUUID } from 'node:crypto';
import type { UserIdentity } from './identities.ts';
import { eventName, isDataEvent, isReadOnly } from './operation.ts';
import { at, contentOf, errorOf, isTree, type AwsError, type Tree, type Value } from './reply-content.ts';
import type { LabReply } from './reply.ts';
import { header } from './request.ts';
import { requestParameters } from './trail-parameters.ts';
import { camelCased } from './trail-values.ts';
import type { LabRequest } from './lab-request.ts';

/** One CloudTrail record, spelled as AWS spells it. */
export interface TrailRecord {
  eventVersion: string;
  userIdentity: UserIdentity;
  eventTime: string;
  eventSource: string;
  eventName: string;
  awsRegion: string;
  sourceIPAddress: string;
  userAgent: string;
  errorCode?: string;
  errorMessage?: string;
  requestParameters: Tree | null;
  responseElements: Tree | null;
  additionalEventData?: Tree;
  requestID: string;
  eventID: string;
  readOnly: boolean;
  resources?: { accountId?: string; type: string; ARN: string }[];
  eventType: 'AwsApiCall';
  managementEvent: boolean;
  recipientAccountId: string;
  sharedEventID?: string;
  eventCategory: 'Management' | 'Data';
  tlsDetails: Tree;
}

/** As records have it, without fractions. */
export const inSeconds = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+/, '');

export function trailRecord(request: LabRequest, reply: LabReply, caller: UserIdentity): TrailRecord {
  const isData = isDataEvent(request.service, request.operation);
  const error = errorOf(reply);
  return {
    eventVersion: '1.11',
    userIdentity: caller,
    eventTime: inSeconds(Date.now()),
    eventSource: `${request.service}.amazonaws.com`,
    eventName: eventName(request.operation),
    awsRegion: recordedRegion(request),
    sourceIPAddress: request.sourceAddress,
    userAgent: request.service === 's3' ? `[${request.userAgent}]` : request.userAgent,
    ...(error && { errorCode: errorCode(request.service, reply.status, error), errorMessage: error.message }),
    requestParameters: requestParameters(request),
    responseElements: error ? null : responseElements(request, reply),
    ...(request.service === 's3' && { additionalEventData: s3EventData(request, reply) }),
    requestID: requestId(reply),
    eventID: randomUUID(),
    readOnly: isReadOnly(request.operation),
    eventType: 'AwsApiCall',
    managementEvent: !isData,
    recipientAccountId: caller.accountId ?? '',
    eventCategory: isData ? 'Data' : 'Management',
    tlsDetails: {
      tlsVersion: 'TLSv1.3',
      cipherSuite: 'TLS_AES_128_GCM_SHA256',
      clientProvidedHostHeader: `${request.service}.${request.region}.amazonaws.com`,
    },
  };
}

/** Global services are recorded in us-east-1, wherever they are called from. */
function recordedRegion(request: LabRequest): string {
  return ['iam', 'sts', 'signin', 'organizations'].includes(request.service) ? 'us-east-1' : request.region;
}

/** EC2 marks whose fault it was; IAM is recorded with the SDK's exception names. */
function errorCode(service: string, status: number, error: AwsError): string {
  if (service === 'ec2') {
    return `${status >= 500 && error.code !== 'RequestLimitExceeded' ? 'Server' : 'Client'}.${error.code}`;
  }
  const isIamException = /^(NoSuchEntity|EntityAlreadyExists|DeleteConflict|LimitExceeded|MalformedPolicyDocument)$/;
  return service === 'iam' && isIamException.test(error.code) ? `${error.code}Exception` : error.code;
}

/** Read-only calls carry no response, except those that issue credentials. */
function responseElements(request: LabRequest, reply: LabReply): Tree | null {
  const issuesCredentials = request.service === 'sts' && request.operation !== 'GetCallerIdentity';
  if (isReadOnly(request.operation) && !issuesCredentials) return null;
  const content = contentOf(reply);
  const response = at(content, `${request.operation}Response`);
  if (!isTree(response)) return isTree(content) && content['?xml'] === undefined ? elements(content) : null;
  const result = at(response, `${request.operation}Result`) ?? response;
  if (request.service === 'ec2' && /^(ExportImage|CreateSnapshots|CreateStoreImageTask)$/.test(request.operation)) {
    return { [`${request.operation}Response`]: elements(response) };
  }
  return elements(result, request.service);
}

function elements(value: Value, service = ''): Tree | null {
  const lists = camelCased(withLists(value, service));
  if (!isTree(lists)) return null;
  delete lists['responseMetadata'];
  return Object.keys(lists).length > 0 ? lists : null;
}

/** EC2 lists are recorded as `{items: […]}`, those of the other query services as plain arrays. */
function withLists(value: Value, service: string): Value {
  if (Array.isArray(value)) return value.map((inner) => withLists(inner, service));
  if (!isTree(value)) return value;
  if (Array.isArray(value['item'])) return { items: withLists(value['item'], service) };
  if (Array.isArray(value['member'])) return withLists(value['member'], service);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withLists(inner, service)]));
}

function s3EventData(request: LabRequest, reply: LabReply): Tree {
  return {
    ...(request.accessKeyId !== '' && {
      SignatureVersion: 'SigV4',
      AuthenticationMethod: request.presigned ? 'QueryString' : 'AuthHeader',
    }),
    CipherSuite: 'TLS_AES_128_GCM_SHA256',
    bytesTransferredIn: request.body.length,
    'x-amz-id-2': String(reply.headers['x-amz-id-2'] ?? ''),
    bytesTransferredOut: reply.body.length,
  };
}

export function requestId(reply: LabReply): string {
  return header(reply.headers, 'x-amzn-requestid') ?? header(reply.headers, 'x-amz-request-id') ?? randomUUID();
}
