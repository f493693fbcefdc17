import type { Alert } from '../alert/alert.ts';
import { gapsOf, granteeWords, otherCopies, sharedOutside } from './copies.ts';
import type { Finding } from './evidence.ts';
import type { CopiesFacts, CopyFacts, ImageSourceFacts, InstanceFacts } from './facts.ts';
import { finding, some, unanswered } from './finding.ts';
import type { CopyOnTrail, Lineage } from './lineage.ts';
import { machineOf, machineWords, whyNoMachine } from './machine.ts';
import { perimeterOf } from '../policy/perimeter.ts';
import type { ResponsePolicy } from '../response-policy.ts';

interface Known {
  alert: Alert;
  policy: ResponsePolicy;
  lineage: Lineage | null;
  source?: ImageSourceFacts | null;
  instance: InstanceFacts | null;
  /** One for each Region; null: not read. */
  copies?: CopiesFacts[] | null;
}

/** Other copies of the machine than the export, and who outside may use them (S71, S80, S93). */
export const copyFindings = (known: Known): Finding[] => [madeOrFound(known), shared(known)];

function madeOrFound(known: Known): Finding {
  const id = 'other-copies';
  const sources = ['S71', 'S80'];
  const question = 'Are there other copies of the machine?';
  const { alert, lineage, copies } = known;
  const told = otherCopies(alert, lineage).filter((copy) => !isOtherExport(copy, known));
  const toldIds = new Set(told.map((copy) => copy.id));
  const standing = (copies ?? []).flatMap((found) => found.copies).filter((copy) => !toldIds.has(copy.id));
  const why = whyIncomplete(known);
  const beside = standing.filter((copy) => copy.id !== alert.imageId);
  const words = [...told.map(toldWords), ...beside.map(copyWords)];
  if (words.length > 0) {
    // Made and shared are two calls about one copy.
    const detail = `${toldIds.size + beside.length}: ${some(words)}`;
    return finding(id, sources, question, 'yes', why === null ? detail : `${detail}; incomplete: ${why}`);
  }
  return why === null
    ? finding(
        id,
        sources,
        question,
        'no',
        `no image, snapshot, stored image or export beside this one, ${inRegions(copies)}`,
      )
    : unanswered(id, sources, question, why);
}

function shared(known: Known): Finding {
  const id = 'copies-shared';
  const sources = ['S93', 'S97'];
  const question = 'Is a copy of the machine shared with anybody outside?';
  const { alert, policy, copies } = known;
  const found = sharedOutside(copies ?? [], perimeterOf(alert, policy));
  const why = whyIncomplete(known);
  if (found.length > 0) {
    const detail = some(
      found.map(({ type, id: copyId, outside }) => `${type} ${copyId} with ${outside.map(granteeWords).join(', ')}`),
    );
    return finding(id, sources, question, 'yes', why === null ? detail : `${detail}; incomplete: ${why}`);
  }
  return why === null
    ? finding(id, sources, question, 'no', `none now, ${inRegions(copies)}`)
    : unanswered(id, sources, question, why);
}

/** A call in another Region is recorded there, and other Regions are not asked. */
const inRegions = (copies: CopiesFacts[] | null | undefined): string =>
  `in ${(copies ?? []).map(({ region }) => region).join(', ')}; other Regions were not looked at`;

function whyIncomplete(known: Known): string | null {
  const { alert, instance, lineage, copies } = known;
  if (!copies) return 'images and snapshots were not read';
  if (!machineOf(known)) return whyNoMachine(known);
  if (!instance) return `${machineWords(alert)} was not read, so snapshots of its volumes could not be looked for`;
  const [gap] = gapsOf(copies);
  if (gap) return `${gap.what}: ${gap.why}`;
  if (!lineage?.copies) return 'what the actor copied was not traced';
  return lineage.gaps[0] ?? null;
}

/** Another machine's export has an incident of its own; images and snapshots of other machines have none. */
function isOtherExport({ kind, from }: CopyOnTrail, known: Known): boolean {
  const machine = machineOf(known);
  if (kind !== 'export' || from === undefined || !machine) return false;
  return from !== machine.instanceId && from !== known.alert.imageId;
}

const toldWords = ({ kind, id, from, sharedWith, at, region }: CopyOnTrail): string =>
  `${kindWords[kind]} ${id}${sharedWith ? ` was shared with ${sharedWith.map(granteeWords).join(', ')}` : ` was made${ofWords(from)}`} ` +
  `by the actor at ${at} in ${region}`;

const copyWords = ({ type, id, from, createdAt }: CopyFacts): string =>
  `${type} ${id}${ofWords(from)}${createdAt === undefined ? '' : ` of ${createdAt}`}`;

const ofWords = (from: string | undefined): string => (from === undefined ? '' : ` from ${from}`);

const kindWords: Record<CopyOnTrail['kind'], string> = {
  image: 'image',
  snapshot: 'snapshot',
  'stored-image': 'stored image',
  export: 'export',
};
