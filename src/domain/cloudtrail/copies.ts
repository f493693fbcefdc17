import { isFields, member, present, text } from './fields.ts';
import { structured } from './parameters.ts';
import type { MadeCopy } from '../findings/trail-facts.ts';

/** What a call that succeeded copied of a machine, or shared, as far as its record names it. Never throws. */
export function copiesMade(record: unknown): MadeCopy[] {
  const eventName = text(member(record, 'eventName')) ?? '';
  if (text(member(record, 'eventSource')) !== 'ec2.amazonaws.com' || !Object.hasOwn(readers, eventName)) return [];
  const request = bodyOf(member(record, 'requestParameters'), `${eventName}Request`);
  const response = bodyOf(member(record, 'responseElements'), `${eventName}Response`);
  return readers[eventName]?.(request, response) ?? [];
}

type Reader = (request: unknown, response: unknown) => MadeCopy[];

/** Newer calls of EC2 are recorded inside an element that is named after them. */
function bodyOf(given: unknown, wrapper: string): unknown {
  const value = structured(given);
  return member(value, wrapper) ?? value;
}

/** Older calls are recorded in camel case, newer ones as they are sent. */
const inside = (value: unknown, ...path: string[]): unknown =>
  path.reduce(
    (current, key) => member(current, key) ?? member(current, key.charAt(0).toUpperCase() + key.slice(1)),
    value,
  );
const textIn = (value: unknown, ...path: string[]): string | undefined => text(inside(value, ...path));

/** A list is recorded as `{items: […]}`, as `{item: …}` or plainly. */
function itemsIn(value: unknown, ...path: string[]): unknown[] {
  const found = inside(value, ...path);
  const items = isFields(found) ? (member(found, 'items') ?? member(found, 'item') ?? found) : found;
  if (Array.isArray(items)) return items as unknown[];
  return items === undefined || items === null ? [] : [items];
}

const copy = (
  kind: MadeCopy['kind'],
  id: string | undefined,
  from: string | undefined,
  fromRegion?: string,
): MadeCopy[] => (id === undefined ? [] : [{ kind, id, ...present({ from, fromRegion }) }]);

/** Taking shares away makes no copy. */
function shared(kind: MadeCopy['kind'], id: string | undefined, request: unknown, attribute: string): MadeCopy[] {
  const sharedWith = granteesIn(request, attribute);
  return id === undefined || sharedWith.length === 0 ? [] : [{ kind, id, sharedWith }];
}

/**
 * Which snapshot a call to share one is about, and with whom. Nobody only where it takes shares away: a record that tells of
 * neither, or in a form that we do not know, may be of any share.
 */
export function snapshotShare(
  record: unknown,
  snapshotId: string | undefined,
): { snapshotId?: string; sharedWith?: string[] } {
  const request = bodyOf(member(record, 'requestParameters'), 'ModifySnapshotAttributeRequest');
  const attribute = 'createVolumePermission';
  const sharedWith = granteesIn(request, attribute);
  return present({
    snapshotId,
    sharedWith: sharedWith.length > 0 || takesAway(request, attribute) ? sharedWith : undefined,
  });
}

function takesAway(request: unknown, attribute: string): boolean {
  const gives = inside(request, attribute, 'add') !== undefined || textIn(request, 'operationType') === 'add';
  return (
    !gives && (inside(request, attribute, 'remove') !== undefined || textIn(request, 'operationType') === 'remove')
  );
}

/** Everybody to whom a call gives a share, sorted. */
function granteesIn(request: unknown, attribute: string): string[] {
  const flat = textIn(request, 'operationType') === 'add' ? request : undefined;
  const grantees = [
    ...itemsIn(request, attribute, 'add'),
    ...itemsIn(flat, 'userIdSet'),
    ...itemsIn(flat, 'userGroupSet'),
  ].flatMap((item) => granteeOf(item) ?? []);
  return [...new Set(grantees)].sort();
}

const granteeOf = (item: unknown): string | undefined =>
  textIn(item, 'userId') ??
  textIn(item, 'group') ??
  textIn(item, 'userGroup') ??
  textIn(item, 'organizationArn') ??
  textIn(item, 'organizationalUnitArn');

const place = (bucket: string | undefined, key: string | undefined): string | undefined =>
  bucket === undefined ? undefined : `s3://${bucket}/${key ?? ''}`;

const readers: Record<string, Reader> = {
  CreateImage: (request, response) => {
    const added = snapshotsIn(request);
    const made = copy('image', textIn(response, 'imageId'), textIn(request, 'instanceId'));
    return added.length === 0 ? made : made.map((image) => ({ ...image, added }));
  },
  CopyImage: (request, response) =>
    copy('image', textIn(response, 'imageId'), textIn(request, 'sourceImageId'), textIn(request, 'sourceRegion')),
  RegisterImage: (request, response) => copy('image', textIn(response, 'imageId'), registeredFrom(request)),
  CreateSnapshot: (request, response) =>
    copy('snapshot', textIn(response, 'snapshotId'), textIn(request, 'volumeId') ?? textIn(response, 'volumeId')),
  CreateSnapshots: (_, response) =>
    itemsIn(response, 'snapshotSet').flatMap((item) =>
      copy('snapshot', textIn(item, 'snapshotId'), textIn(item, 'volumeId')),
    ),
  CopySnapshot: (request, response) =>
    copy('snapshot', textIn(response, 'snapshotId'), textIn(request, 'sourceSnapshotId')),
  ModifyImageAttribute: (request) => shared('image', textIn(request, 'imageId'), request, 'launchPermission'),
  ModifySnapshotAttribute: (request) =>
    shared('snapshot', textIn(request, 'snapshotId'), request, 'createVolumePermission'),
  CreateStoreImageTask: (request, response) =>
    copy('stored-image', place(textIn(request, 'bucket'), textIn(response, 'objectKey')), textIn(request, 'imageId')),
  ExportImage: (request, response) => copy('export', textIn(response, 'exportImageTaskId'), textIn(request, 'imageId')),
  CreateInstanceExportTask: (request, response) =>
    copy('export', textIn(response, 'exportTask', 'exportTaskId'), textIn(request, 'instanceId')),
};

const snapshotsIn = (request: unknown): string[] =>
  [...itemsIn(request, 'blockDeviceMapping'), ...itemsIn(request, 'blockDeviceMappingSet')].flatMap(
    (item) => textIn(item, 'ebs', 'snapshotId') ?? [],
  );

/** Of several snapshots the first: which one the machine starts from is not said. */
const registeredFrom = (request: unknown): string | undefined => snapshotsIn(request)[0];
