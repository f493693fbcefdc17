import type { Finding } from './evidence.ts';
import type { ImageSourceFacts, InstanceFacts } from './facts.ts';
import { answeredBy, finding, overTime, some, told, unanswered, whyIncomplete } from './finding.ts';
import { tagsNamed } from './instance-tags.ts';
import { isOfImage, machineOf, machineWords, whyNoMachine } from './machine.ts';
import { launchFinding } from './launch-finding.ts';
import { classificationFact } from '../severity/severity-facts.ts';
import { softwareFindings } from './software-findings.ts';
import { disksPutIn, doubtfulDisks, doubtfulTagChanges } from './tag-history.ts';
import type { CaseFile } from './case-file.ts';

/** What the instance is, of an image the one that it was made of, whose, and what is on it (S68–S70, S81–S84). */
export function instanceFindings(file: CaseFile): Finding[] {
  const { tags } = file.policy;
  const machine = machineWords(file.alert);
  return [
    ...(isOfImage(file.alert) ? [sourceOfImage(file)] : []),
    byTags(file, 'instance-purpose', ['S68', 'S81'], `Do tags say what ${machine} is for?`, tags.purpose),
    byTags(file, 'instance-owner', ['S69', 'S83'], `Do tags say who owns ${machine}?`, tags.owner),
    byTags(file, 'owner-channel', ['S69'], "Do tags name the owner's channel?", tags.channel),
    description(file),
    launchFinding(file),
    classification(file),
    encryption(file),
    ...softwareFindings(file),
    overTime(file.tagTrail ?? file.actorTrail, retagged(file)),
    ...attached(file).map((found) => overTime(file.tagTrail ?? file.actorTrail, found)),
  ];
}

const notRead = (file: CaseFile): string => {
  const gap = (file.gaps ?? []).find(({ what }) => what === 'instance');
  if (gap) return gap.why;
  return machineOf(file) ? `${machineWords(file.alert)} was not read` : whyNoMachine(file);
};

/** Of which machine the image was made (S49): all that is asked about a machine is asked about that one. */
function sourceOfImage(file: CaseFile): Finding {
  const id = 'image-source';
  const sources = ['S49'];
  const question = 'Is it known of which machine the image was made?';
  const { machine, call, madeAt, byDisks, through = [] } = file.source ?? {};
  if (!machine) return unanswered(id, sources, question, whyNoMachine(file));
  const { instanceId, accountId, region } = machine;
  const other = machineOf(file) ? '' : ` of account ${accountId}, which is not read`;
  const by = call
    ? told(call)
    : byDisks
      ? ofItsDisks(byDisks, file.source)
      : `EC2 says so${madeAt === undefined ? '' : ` of the image, made at ${madeAt}`}`;
  const copied = through.map((image) => `${image.imageId} in ${image.region}`);
  const way = copied.length === 0 ? '' : `; copied from ${some(copied)}`;
  const found = finding(id, sources, question, 'yes', `instance ${instanceId}${other}, in ${region}: ${by}${way}`);
  return call ? answeredBy('trail', found) : found;
}

function ofItsDisks(
  disks: NonNullable<ImageSourceFacts['byDisks']>,
  source: Pick<ImageSourceFacts, 'madeAt' | 'otherDisks'> | null | undefined,
): string {
  const { madeAt, otherDisks = [] } = source ?? {};
  const which = disks.map(({ snapshotId, volumeId }) => `${snapshotId} of ${volumeId}`);
  const since = madeAt === undefined ? '' : `, taken since ${madeAt}`;
  const others = otherDisks.length === 0 ? '' : `; ${some(otherDisks)} is not known to be a disk of it`;
  return `it has the volumes of which the image's disks are snapshots (${some(which)}${since})${others}`;
}

function byTags(file: CaseFile, id: string, sources: string[], question: string, names: string[]): Finding {
  if (!file.instance) return unanswered(id, sources, question, notRead(file));
  const [tag] = tagsNamed(file.instance, names);
  return tag
    ? finding(id, sources, question, 'yes', `tag ${tag.name}: ${tag.value}`)
    : finding(id, sources, question, 'no', `none of the tags ${names.join(', ')} is set`);
}

/** What left with the export, and what the machine may do (S81, S84). */
function description(file: CaseFile): Finding {
  const id = 'instance-description';
  const sources = ['S81', 'S84'];
  const question = `Is it known what ${machineWords(file.alert)} is made of?`;
  const { instance } = file;
  if (!instance) return unanswered(id, sources, question, notRead(file));
  const { platform, launchTime, instanceProfileArn, state, volumes } = instance;
  const disks = volumes.map(
    ({ volumeId, sizeGiB, encrypted }) => `${volumeId} of ${sizeGiB} GiB, ${encrypted ? 'encrypted' : 'not encrypted'}`,
  );
  const parts = [
    imageOf(instance),
    platform ?? 'platform not named',
    `last started ${launchTime ?? 'at an unknown time'}, now ${state}`,
    instanceProfileArn === undefined ? 'no instance profile' : `with the rights of ${instanceProfileArn}`,
    disks.length === 0 ? 'no volumes' : `volumes ${some(disks)}`,
    userDataOf(instance),
  ];
  return finding(id, sources, question, 'yes', parts.join('; '));
}

function imageOf({ imageId, image }: InstanceFacts): string {
  if (imageId === undefined) return 'image not named';
  if (image === undefined) return `image ${imageId}, whose name was not read`;
  if (image === null) return `image ${imageId}, which is gone or not shared with the account any more`;
  const owner = image.owner === undefined ? '' : ` of account ${image.owner}`;
  return `image ${imageId} (${image.name ?? 'without a name'})${owner}`;
}

/** People leave passwords and keys in it, and what runs it at the first start as a rule keeps it on the disk. */
function userDataOf({ userData }: InstanceFacts): string {
  if (userData === undefined) return 'whether it has user data is not known';
  return userData ? 'it has user data, which nobody looked into and the image may hold' : 'no user data';
}

function classification(file: CaseFile): Finding {
  const sources = ['S70', 'S84'];
  const question = `Is the data on ${machineWords(file.alert)} classified?`;
  if (!file.instance) return unanswered('classification', sources, question, notRead(file));
  const { value, evidence } = classificationFact(file);
  return value === 'unknown'
    ? finding('classification', sources, question, 'no', evidence)
    : finding('classification', sources, question, 'yes', `${value}: ${evidence}`);
}

/** The other two calls refuse encrypted snapshots; this one decrypts them on the way. */
function encryption({ alert, source, instance }: CaseFile): Finding {
  const sources = ['S43', 'S84'];
  const question = `Did data leave that was encrypted ${isOfImage(alert) ? 'in the image' : 'on the instance'}?`;
  const id = 'encrypted-data';
  if (alert.eventName !== 'CreateStoreImageTask') {
    return answeredBy('alert', finding(id, sources, question, 'no', `${alert.eventName} takes no encrypted volumes`));
  }
  if (isOfImage(alert)) {
    // Not the volumes of the machine: a copied image can be encrypted where they are not.
    if (!source?.disks) {
      return unanswered(id, sources, question, 'stored images may hold encrypted snapshots; the image was not read');
    }
    const snapshots = source.disks.filter((disk) => disk.encrypted).map(({ snapshotId }) => snapshotId);
    return snapshots.length > 0
      ? finding(id, sources, question, 'yes', `${some(snapshots)}: a stored image is not encrypted by their keys`)
      : finding(id, sources, question, 'no', 'no snapshot of the image is encrypted');
  }
  if (!instance) {
    return unanswered(id, sources, question, 'stored images may hold encrypted snapshots; the volumes were not read');
  }
  const encrypted = instance.volumes.filter((volume) => volume.encrypted).map(({ volumeId }) => volumeId);
  return encrypted.length > 0
    ? finding(id, sources, question, 'yes', `${encrypted.join(', ')}: a stored image is not encrypted by their keys`)
    : finding(id, sources, question, 'no', 'no volume of the instance is encrypted');
}

/** Tags that were changed so say nothing in favour of the instance (S26). */
function retagged(file: CaseFile): Finding {
  const { instance, actorTrail, tagTrail } = file;
  const id = 'tags-changed';
  const sources = ['S26', 'S69', 'S70'];
  const since = isOfImage(file.alert)
    ? 'since the image was made, or shortly before the export'
    : 'shortly before the export';
  const question = `Were tags of ${machineWords(file.alert)} changed by the actor, or by anybody ${since}?`;
  if (!instance) return unanswered(id, sources, question, notRead(file));
  const changes = doubtfulTagChanges(file);
  if (changes.length > 0) {
    const which = changes.map((event) => `${told(event)}${event.tags ? ` (${event.tags.join(', ')})` : ''}`);
    return finding(id, sources, question, 'yes', `what these tags say in its favour is not believed: ${some(which)}`);
  }
  const why =
    tagTrail === undefined
      ? actorTrail
        ? whyIncomplete(actorTrail)
        : "the actor's trail was not read"
      : tagTrail
        ? whyIncomplete(tagTrail)
        : 'the history of the tags was not read';
  return why === null
    ? finding(id, sources, question, 'no', 'neither the actor nor, shortly before, anybody else did')
    : unanswered(id, sources, question, why);
}

/** A disk that was given to the machine for the export leaves as part of it: what the machine is says nothing of that. */
function attached(file: CaseFile): Finding[] {
  const attachedSince = doubtfulDisks(file);
  const disks = [...attachedSince, ...disksPutIn(file)];
  if (disks.length === 0) return [];
  const question =
    attachedSince.length > 0
      ? `Was a disk attached to ${machineWords(file.alert)} by the actor, or by anybody shortly before?`
      : `Has the image a disk beside those of ${machineWords(file.alert)}?`;
  const detail = `what tags say in favour of the machine is not believed of it: ${some(disks.map(told))}`;
  return [finding('disks-attached', ['S26', 'S70', 'S81'], question, 'yes', detail)];
}
