import { member, text } from '../../src/domain/cloudtrail/fields.ts';

/** Parameters that name what a call is about, as LookupEvents lists it among the resources of an event. */
const naming = [
  ...['bucketName', 'instanceId', 'imageId', 'snapshotId', 'volumeId', 'userName', 'roleName', 'groupName'],
  ...['policyArn', 'roleArn', 'keyId', 'name', 'trailName', 'exportTaskId'],
];

/** What a record says that its call was about; LookupEvents has a list of its own, a record has its parameters. */
export function namedResources(record: unknown): string[] {
  const listed = member(record, 'resources');
  const arns = Array.isArray(listed) ? listed.map((one) => text(member(one, 'ARN')) ?? text(member(one, 'arn'))) : [];
  const items = member(record, 'requestParameters', 'resourcesSet', 'items');
  const tagged = Array.isArray(items) ? items.map((one) => text(member(one, 'resourceId'))) : [];
  const named = naming.map((name) => text(member(record, 'requestParameters', name)));
  const given = text(member(record, 'responseElements', 'credentials', 'accessKeyId'));
  return [...new Set([...arns, ...tagged, ...named, given].filter((name) => name !== undefined))];
}
