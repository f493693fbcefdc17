import {
  paginateDescribeImages,
  paginateDescribeSnapshots,
  type EC2Client,
  type Filter,
  type Image,
  type Snapshot,
  type Tag,
} from '@aws-sdk/client-ec2';
import type { CopySearch } from '../../src/domain/findings/copies.ts';
import type { CopiesFacts, CopyFacts } from '../../src/domain/findings/facts.ts';
import { aws, orGap } from '../aws/failures.ts';
import { given } from '../aws/given.ts';
import { tagsOf } from '../aws/protected-tags.ts';
import { readSharing } from './sharing.ts';
import type { Gap } from '../../src/domain/findings/kept.ts';

/** Whom a copy is shared with takes a call of its own: of so many of each kind, those that were named first, then the newest. */
const mostOfAKind = 50;
/** EC2 takes no more values in a filter. */
const mostValues = 200;

/** What EC2 has of the machine: made of it, of its volumes, or of such copies; and whatever was named. */
export async function describeCopies(ec2: EC2Client, search: CopySearch): Promise<CopiesFacts> {
  const { region, instanceId, imageIds, volumeIds, snapshotIds } = search;
  const gaps: Gap[] = [];
  const images = (what: string, name: string, values: string[]) =>
    orGap(gaps, `${what} in ${region}`, [], imagesBy(ec2, what, name, values));
  const snapshots = (what: string, name: string, values: string[]) =>
    orGap(gaps, `${what} in ${region}`, [], snapshotsBy(ec2, what, name, values));

  const named = [
    ...(await images('images of the instance', 'source-instance-id', instanceId === undefined ? [] : [instanceId])),
    ...(await images('named images', 'image-id', imageIds)),
  ];
  const derived = await images('copies of images', 'source-image-id', idsOf(named));
  const behind = [...named, ...derived].flatMap(snapshotsBehind);
  const taken = [
    ...(await snapshots('named snapshots', 'snapshot-id', [...snapshotIds, ...behind])),
    ...(await snapshots('snapshots of the volumes', 'volume-id', volumeIds)),
  ];
  const registered = await images(
    'images made of snapshots',
    'block-device-mapping.snapshot-id',
    taken.flatMap(({ SnapshotId }) => SnapshotId ?? []),
  );

  const found = [
    ...limited(gaps, region, new Set(imageIds), [...named, ...derived, ...registered].map(ofImage)),
    ...limited(gaps, region, new Set(snapshotIds), taken.map(ofSnapshot)),
  ];
  const copies = await Promise.all(
    found.map(async (copy): Promise<CopyFacts> => {
      const what = `whom ${copy.type} ${copy.id} is shared with`;
      return { ...copy, sharedWith: await orGap(gaps, what, null, readSharing(ec2, copy)) };
    }),
  );
  return { region, copies, gaps };
}

type Unshared = Omit<CopyFacts, 'sharedWith'>;

const idsOf = (images: Image[]): string[] => images.flatMap(({ ImageId }) => ImageId ?? []);
const snapshotsBehind = ({ BlockDeviceMappings = [] }: Image): string[] =>
  BlockDeviceMappings.flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []);

async function imagesBy(ec2: EC2Client, what: string, name: string, values: string[]): Promise<Image[]> {
  const found: Image[] = [];
  for (const Filters of filters(name, values)) {
    await aws(`reading ${what}`, async () => {
      for await (const page of paginateDescribeImages({ client: ec2, pageSize: 200 }, { Owners: ['self'], Filters })) {
        found.push(...(page.Images ?? []));
      }
    });
  }
  return found;
}

async function snapshotsBy(ec2: EC2Client, what: string, name: string, values: string[]): Promise<Snapshot[]> {
  const found: Snapshot[] = [];
  for (const Filters of filters(name, values)) {
    await aws(`reading ${what}`, async () => {
      const question = { OwnerIds: ['self'], Filters };
      for await (const page of paginateDescribeSnapshots({ client: ec2, pageSize: 200 }, question)) {
        found.push(...(page.Snapshots ?? []));
      }
    });
  }
  return found;
}

function filters(Name: string, values: string[]): Filter[][] {
  const all = [...new Set(values)];
  return Array.from({ length: Math.ceil(all.length / mostValues) }, (_, index) => [
    { Name, Values: all.slice(index * mostValues, (index + 1) * mostValues) },
  ]);
}

const ofImage = ({ ImageId = '', SourceInstanceId, SourceImageId, CreationDate, Tags }: Image): Unshared => ({
  type: 'image',
  id: ImageId,
  ...given({ from: SourceInstanceId ?? SourceImageId, createdAt: CreationDate, tags: tagged(Tags) }),
});
const ofSnapshot = ({ SnapshotId = '', VolumeId, StartTime, Tags }: Snapshot): Unshared => ({
  type: 'snapshot',
  id: SnapshotId,
  ...given({ from: VolumeId, createdAt: StartTime?.toISOString(), tags: tagged(Tags) }),
});
const tagged = (tags: Tag[] = []): Record<string, string> | undefined => (tags.length > 0 ? tagsOf(tags) : undefined);

/** Each once; a machine that is backed up every day has hundreds. */
function limited(gaps: Gap[], region: string, named: ReadonlySet<string>, all: Unshared[]): Unshared[] {
  const once = [...new Map(all.map((copy) => [copy.id, copy])).values()].sort(
    (a, b) => Number(named.has(b.id)) - Number(named.has(a.id)) || (b.createdAt ?? '').localeCompare(a.createdAt ?? ''),
  );
  const left = once.length - mostOfAKind;
  if (left > 0) {
    const why = `${once.length} of them: only the newest ${mostOfAKind} were looked at`;
    gaps.push({ what: `${once[0]?.type ?? 'copy'}s of the machine in ${region}`, why });
  }
  return once.slice(0, mostOfAKind);
}
