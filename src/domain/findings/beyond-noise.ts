import type { Finding } from './evidence.ts';
import { finding, overTime, unanswered, whyUnread } from './finding.ts';
import type { Investigated } from './investigated.ts';
import { countedWords } from './trail-summary.ts';

type Calls = [name: string, calls: number][];

/** What the actor did when the calls that pages and tools make by themselves are taken away, which are counted (S72). */
export function beyondNoise({ actorTrail: trail, history }: Investigated): Finding {
  const id = 'beyond-noise';
  const question = 'Did the actor do anything beside noise?';
  if (!trail?.summary) return unanswered(id, ['S72'], question, 'the trail was not read');
  const listed: Calls = Object.entries(trail.summary.noise?.counts ?? {});
  // A call that was never seen before is worth a look, whatever list it stands on.
  const seen = new Set(Object.keys(history?.countByName ?? {}));
  const noise = listed.filter(([name]) => seen.has(name));
  const first = listed.filter(([name]) => !seen.has(name));
  const left = Object.entries(trail.countByName)
    .map(([name, calls]): Calls[number] => [name, calls - (noise.find(([one]) => one === name)?.[1] ?? 0)])
    .filter(([, calls]) => calls > 0);
  const detail = [
    left.length === 0 ? 'nothing else' : `${trail.total - sum(noise)} of ${trail.total} calls: ${words(left)}`,
    ...(noise.length === 0 ? [] : [`left out as noise: ${sum(noise)} call(s), ${words(noise)}`]),
    ...(first.length === 0 ? [] : [`on the list of noise, but ${whyNot(history)}: ${words(first)}`]),
  ].join('; ');
  const why = whyUnread(trail);
  if (left.length > 0) {
    return overTime(
      trail,
      finding(id, ['S72'], question, 'yes', why === null ? detail : `${detail}; incomplete: ${why}`),
    );
  }
  return overTime(
    trail,
    why === null ? finding(id, ['S72'], question, 'no', detail) : unanswered(id, ['S72'], question, why),
  );
}

/** Whether nothing at all is known of the time before, or this call was not among what is. */
const whyNot = (history: Investigated['history']): string =>
  history ? 'not seen of this actor before' : 'what the actor did before was not read';

const mostNamed = 10;
const sum = (calls: Calls): number => calls.reduce((all, [, count]) => all + count, 0);
const words = (calls: Calls): string => countedWords({ counts: Object.fromEntries(calls), others: 0 }, mostNamed);
