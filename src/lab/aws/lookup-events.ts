import { lookupName } from './identities.ts';
import { errorReply, jsonReply, type LabReply } from './reply.ts';
import type { TrailRecord } from './trail-record.ts';
import type { TrailEntry } from './trail.ts';
import type { LabRequest } from './lab-request.ts';

interface LookupInput {
  LookupAttributes?: { AttributeKey: string; AttributeValue: string }[];
  StartTime?: number;
  EndTime?: number;
  MaxResults?: number;
  NextToken?: string;
}

interface Resource {
  ResourceName: string;
  ResourceType: string;
}

/** CloudTrail LookupEvents: management events of the caller's account and Region, newest first. */
export function lookupEvents(request: LabRequest, accountId: string, entries: readonly TrailEntry[]): LabReply {
  const input = JSON.parse(request.body.toString() || '{}') as LookupInput;
  const from = offset(input.NextToken);
  if (from === undefined) return errorReply(request, 400, 'InvalidNextTokenException', 'The next token is not valid.');
  const max = input.MaxResults ?? 50;
  if (max < 1 || max > 50) {
    return errorReply(request, 400, 'InvalidMaxResultsException', 'MaxResults must be between 1 and 50.');
  }

  const now = Date.now();
  const found = entries
    .filter((entry) => entry.authenticated && entry.visibleAt <= now)
    .map((entry) => entry.record)
    .filter((record) => record.managementEvent && record.recipientAccountId === accountId)
    .filter((record) => record.awsRegion === request.region && isWanted(record, input))
    .reverse();
  return jsonReply(200, {
    Events: found.slice(from, from + max).map(event),
    ...(found.length > from + max && { NextToken: Buffer.from(String(from + max)).toString('base64') }),
  });
}

function offset(token: string | undefined): number | undefined {
  if (token === undefined) return 0;
  const value = Number(Buffer.from(token, 'base64').toString());
  return Number.isInteger(value) && value > 0 ? value : undefined;
}

function isWanted(record: TrailRecord, input: LookupInput): boolean {
  const time = epochSeconds(record);
  return (
    (input.StartTime === undefined || time >= Math.floor(input.StartTime)) &&
    (input.EndTime === undefined || time <= input.EndTime) &&
    (input.LookupAttributes ?? []).every(({ AttributeKey, AttributeValue }) => {
      return attribute(record, AttributeKey).includes(AttributeValue);
    })
  );
}

function attribute(record: TrailRecord, key: string): string[] {
  switch (key) {
    case 'EventId':
      return [record.eventID];
    case 'EventName':
      return [record.eventName];
    case 'EventSource':
      return [record.eventSource];
    case 'ReadOnly':
      return [String(record.readOnly)];
    case 'Username':
      return [lookupName(record.userIdentity)];
    case 'AccessKeyId':
      return [record.userIdentity.accessKeyId ?? ''];
    case 'ResourceName':
      return resources(record).map((resource) => resource.ResourceName);
    case 'ResourceType':
      return resources(record).map((resource) => resource.ResourceType);
    default:
      return [];
  }
}

function event(record: TrailRecord) {
  return {
    EventId: record.eventID,
    EventName: record.eventName,
    ReadOnly: String(record.readOnly),
    AccessKeyId: record.userIdentity.accessKeyId,
    EventTime: epochSeconds(record),
    EventSource: record.eventSource,
    Username: lookupName(record.userIdentity),
    Resources: resources(record),
    CloudTrailEvent: JSON.stringify(record),
  };
}

function epochSeconds(record: TrailRecord): number {
  return Date.parse(record.eventTime) / 1000;
}

const EC2_TYPES: Readonly<Record<string, string>> = {
  i: 'AWS::EC2::Instance',
  vol: 'AWS::EC2::Volume',
  snap: 'AWS::EC2::Snapshot',
  sg: 'AWS::EC2::SecurityGroup',
  ami: 'AWS::EC2::Ami',
  'export-i': 'AWS::EC2::ExportTask',
  'export-ami': 'AWS::EC2::ExportImageTask',
};

const NAMED_PARAMETERS: Readonly<Record<string, string>> = {
  bucketName: 'AWS::S3::Bucket',
  s3Bucket: 'AWS::S3::Bucket',
  userName: 'AWS::IAM::User',
  roleName: 'AWS::IAM::Role',
  groupName: 'AWS::IAM::Group',
  policyArn: 'AWS::IAM::Policy',
  roleArn: 'AWS::IAM::Role',
  // Of the credentials that a call handed out.
  accessKeyId: 'AWS::IAM::AccessKey',
};

const known = new WeakMap<TrailRecord, Resource[]>();

/** Worked out once: every question by name looks at all records. */
function resources(record: TrailRecord): Resource[] {
  const found = known.get(record) ?? resourcesOf(record);
  known.set(record, found);
  return found;
}

/** The resources that a record names: EC2 ids by their form, others by the parameter that holds them. */
function resourcesOf(record: TrailRecord): Resource[] {
  const named = new Map<string, string>();
  const said = JSON.stringify([record.requestParameters, record.responseElements]);
  for (const [id, prefix] of said.matchAll(/\b(export-i|export-ami|i|vol|snap|sg|ami)-[0-9a-f]{8,17}\b/g)) {
    named.set(id, EC2_TYPES[prefix ?? ''] ?? '');
  }
  for (const [, parameter = '', value = ''] of said.matchAll(/"(\w+)":"([^"]+)"/g)) {
    const type = NAMED_PARAMETERS[parameter];
    if (type !== undefined) named.set(value, type);
  }
  return [...named].map(([ResourceName, ResourceType]) => ({ ResourceName, ResourceType }));
}
