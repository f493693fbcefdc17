import { DescribeImagesCommand, type Image } from '@aws-sdk/client-ec2';
import type { ImageSourceFacts } from '../../src/domain/findings/facts.ts';
import { told, whyChangesMissing } from '../../src/domain/findings/finding.ts';
import { withHeartbeats } from '../aws/activity-context.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, orGap, unlessAbsent } from '../aws/failures.ts';
import { given } from '../aws/given.ts';
import type { CloudTrailObserve } from '../cloudtrail/contract.ts';
import type { AwsPlace, ImageObserve } from './contract.ts';
import { machineOfDisks } from './machine-of-disks.ts';
import type { TrailEvent } from '../../src/domain/findings/trail-facts.ts';
import type { Gap } from '../../src/domain/findings/kept.ts';

/** Copies of copies: more than anybody makes in earnest. */
const mostCopies = 10;
const keep = 100;
const hour = 3_600_000;
/**
 * Since when EC2 says of every image what it was made of. It names the machine of whatever CreateImage made, and the image
 * behind both CreateImage and CopyImage: of the former the one that the machine was launched from. Of older images the
 * machine may be missing, and then a source image could be taken for what was copied.
 */
const sourcesNamedSince = Date.parse('2025-03-01T00:00:00Z');

const forms = {
  image: /^ami-[0-9a-f]{8,17}$/,
  instance: /^i-[0-9a-f]{8,17}$/,
  region: /^[a-z]{2}(-[a-z]+)+-\d$/,
};

interface ImageAt {
  imageId: string;
  region: string;
}
type Origin =
  | (Pick<Required<ImageSourceFacts>, 'machine'> & Pick<ImageSourceFacts, 'call' | 'madeAt' | 'byDisks' | 'otherDisks'>)
  | { copyOf: ImageAt }
  | { why: string };
type Question = AwsPlace & { imageId: string; from: string; to: string };

/** Asks EC2, and CloudTrail where EC2 does not say it, from copy to copy until a machine is named or nothing is. */
export const imageObserve = (
  clients: AwsClients,
  { lookupTrail }: Pick<CloudTrailObserve, 'lookupTrail'>,
): ImageObserve => ({
  async traceImage({ imageId, region, ...where }) {
    const gaps: Gap[] = [];
    const through: ImageAt[] = [];
    let at: ImageAt = { imageId, region };
    let disks: ImageSourceFacts['disks'];
    for (;;) {
      const question = { ...where, ...at };
      const image = isAskable(at) ? await readImage(clients, question, gaps) : undefined;
      if (through.length === 0 && image) disks = disksOf(image);
      const found: Origin = isAskable(at)
        ? await originOf(question, image, gaps, lookupTrail)
        : { why: 'its name has not the form of an image id' };
      if (!('copyOf' in found)) {
        return {
          imageId,
          ...('why' in found && image ? await byDisks(clients, question, image, found, gaps) : found),
          ...(through.length > 0 ? { through } : {}),
          ...given({ disks }),
          ...(gaps.length > 0 ? { gaps } : {}),
        };
      }
      at = found.copyOf;
      if (through.length === mostCopies) return { imageId, through, why: 'it is a copy of a copy too many times over' };
      through.push(at);
    }
  },
});

const isAskable = ({ imageId, region }: ImageAt): boolean => forms.image.test(imageId) && forms.region.test(region);

/** null: EC2 does not know it any more, or the account may not use it; undefined: it could not be read. */
async function readImage(
  clients: AwsClients,
  { imageId, accountId, region }: Question,
  gaps: Gap[],
): Promise<Image | null | undefined> {
  const what = `image ${imageId} in ${region}`;
  // Whoever disabled an image after its export would hide it.
  const command = new DescribeImagesCommand({ ImageIds: [imageId], IncludeDisabled: true });
  const asking = aws(`reading ${what}`, () => clients.ec2({ accountId, region }).send(command));
  const answer = await withHeartbeats({}, () => orGap(gaps, what, undefined, unlessAbsent(asking, null)));
  return answer === undefined ? undefined : (answer?.Images?.[0] ?? null);
}

const disksOf = ({ BlockDeviceMappings = [] }: Image): NonNullable<ImageSourceFacts['disks']> =>
  BlockDeviceMappings.flatMap(({ Ebs }) =>
    Ebs?.SnapshotId === undefined ? [] : [{ snapshotId: Ebs.SnapshotId, encrypted: Ebs.Encrypted === true }],
  );

async function originOf(
  question: Question,
  image: Image | null | undefined,
  gaps: Gap[],
  lookupTrail: CloudTrailObserve['lookupTrail'],
): Promise<Origin> {
  const { imageId, accountId, region } = question;
  const owner = image?.OwnerId ?? accountId;
  const made = image?.CreationDate;
  const instanceId = named('instance', image?.SourceInstanceId);
  if (instanceId !== undefined) {
    return { machine: { instanceId, accountId: owner, region }, ...given({ madeAt: made }) };
  }
  if (owner !== accountId)
    return { why: `image ${imageId} belongs to account ${owner}, which knows what it was made of` };
  const source = sourceImage(image, region);
  if (source && Date.parse(made ?? '') >= sourcesNamedSince) return { copyOf: source };
  return byTrail(question, { image, made, source }, gaps, lookupTrail);
}

const named = (kind: keyof typeof forms, name: string | undefined): string | undefined =>
  name !== undefined && forms[kind].test(name) ? name : undefined;

function sourceImage(image: Image | null | undefined, region: string): ImageAt | null {
  const imageId = named('image', image?.SourceImageId);
  return imageId === undefined ? null : { imageId, region: image?.SourceImageRegion ?? region };
}

/** Nothing names a machine of the image: whose disks it holds may still be seen. */
async function byDisks(
  clients: AwsClients,
  { imageId, accountId, region }: Question,
  image: Image,
  { why }: { why: string },
  gaps: Gap[],
): Promise<Exclude<Origin, { copyOf: ImageAt }>> {
  const disks = disksOf(image).map(({ snapshotId }) => snapshotId);
  if (disks.length === 0 || (image.OwnerId ?? accountId) !== accountId) return { why };
  const asking = machineOfDisks(clients.ec2({ accountId, region }), imageId, disks);
  const found = await withHeartbeats({}, () => orGap(gaps, `the disks of image ${imageId}`, undefined, asking));
  if (!found) return { why };
  if ('why' in found) return { why: `${why}; ${found.why}` };
  const { instanceId, ...how } = found;
  return { machine: { instanceId, accountId, region }, ...how };
}

/** What the calls tell that made an image, as far back as CloudTrail remembers. */
async function byTrail(
  { from, to, imageId, accountId, region }: Question,
  { image, made, source }: { image: Image | null | undefined; made: string | undefined; source: ImageAt | null },
  gaps: Gap[],
  lookupTrail: CloudTrailObserve['lookupTrail'],
): Promise<Origin> {
  const place = { accountId, region };
  const unnamed =
    image === undefined
      ? `whether EC2 names the machine of image ${imageId} could not be read`
      : image === null
        ? `EC2 does not know image ${imageId} any more`
        : `EC2 names no machine of image ${imageId}`;
  const older = source
    ? `; EC2 names ${source.imageId} in ${source.region} as its source, which was copied, or a machine launched from it`
    : '';
  if (made !== undefined && Date.parse(made) < Date.parse(from)) {
    return { why: `${unnamed}, and it was made at ${made}, before CloudTrail remembers${older}` };
  }
  // An image that machines are launched from has thousands of events; the one that is looked for is the first.
  const span = made === undefined ? { from, to } : { from: around(made, -hour), to: earlier(around(made, hour), to) };
  const attribute = { name: 'ResourceName' as const, value: imageId };
  const trail = await lookupTrail({ ...place, ...span, attribute, keep, spans: [{ region, ...span }] });
  gaps.push(...trail.gaps);
  const succeeded = trail.events.filter(({ errorCode }) => errorCode === undefined);
  const found = succeeded.map((event) => originIn(event, { ...place, imageId })).find((origin) => origin !== null);
  if (found) return found;
  const none =
    whyChangesMissing(trail) ??
    `CloudTrail has no call that made it since ${span.from}: it is older, or was imported, or a service made it`;
  return { why: `${unnamed}, and ${none}${older}` };
}

const around = (time: string, ms: number): string => new Date(Date.parse(time) + ms).toISOString();
const earlier = (one: string, other: string): string => (Date.parse(one) < Date.parse(other) ? one : other);

/** These make an image of what is no machine of the account. */
const otherMakers = ['RegisterImage', 'CreateRestoreImageTask', 'ImportImage'];

/** AWS accepted the call: then what it was made with was there. */
function originIn(event: TrailEvent, { imageId, ...place }: AwsPlace & { imageId: string }): Origin | null {
  const { eventName, time, principalArn, sourceAddress, copies = [], resources } = event;
  const made = copies.find(({ kind, id }) => kind === 'image' && id === imageId);
  const instanceId = named('instance', made?.from);
  if (eventName === 'CreateImage' && instanceId !== undefined) {
    const call = { eventName, time, ...given({ principalArn, sourceAddress }) };
    return { machine: { instanceId, ...place }, call, madeAt: time };
  }
  const copied = named('image', made?.from);
  if (eventName === 'CopyImage' && copied !== undefined) {
    return { copyOf: { imageId: copied, region: made?.fromRegion ?? place.region } };
  }
  if (!otherMakers.includes(eventName) || !(made ?? resources.includes(imageId))) return null;
  const from = made?.from === undefined ? '' : ` of ${made.from}`;
  return { why: `image ${imageId} was made${from} by ${told(event)}, which names no machine` };
}
