import type { Finding } from './evidence.ts';
import { finding, overTime, unanswered, whyUnread } from './finding.ts';
import { countedWords } from './trail-summary.ts';
import type { CaseFile } from './case-file.ts';

/** What the key, or without one the name, did around the export, in figures (S71). */
export function keyTimeline({ actorTrail: trail }: CaseFile): Finding {
  const id = 'key-timeline';
  const question = 'Is it known what the key did around the export?';
  if (!trail?.summary) return unanswered(id, ['S71'], question, 'the trail was not read');
  const { first, last, reads, writes, refused, services, regions, errors, agents, addresses, otherAddresses } =
    trail.summary;
  const why = whyUnread(trail);
  if (first === undefined || last === undefined) {
    return overTime(
      trail,
      why === null
        ? finding(id, ['S71'], question, 'yes', `it made no call between ${trail.from} and ${trail.to}`)
        : unanswered(id, ['S71'], question, why),
    );
  }
  const from = {
    counts: Object.fromEntries(addresses.map(({ address, calls }) => [address, calls])),
    others: otherAddresses,
  };
  const detail = [
    `${trail.total} calls (${reads} reading, ${writes} changing, ${refused} refused) from ${first} to ${last}`,
    `services ${countedWords(services)}`,
    `Regions ${countedWords(regions)}`,
    `addresses ${countedWords(from)}`,
    `user agents ${countedWords(agents)}`,
    ...(refused > 0 ? [`errors ${countedWords(errors)}`] : []),
    ...(why === null ? [] : [`incomplete: ${why}`]),
  ].join('; ');
  return overTime(trail, finding(id, ['S71'], question, 'yes', detail));
}
