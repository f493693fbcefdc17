import { withHeartbeats } from '../aws/activity-context.ts';
import { notedBefore, witnessed, type Testimony } from '../aws/witness.ts';
import type { CloudTrailObserve } from './contract.ts';
import type { TrailFacts } from '../../src/domain/findings/trail-facts.ts';

/** CloudTrail itself tells of a call minutes late. */
const sharedFor = 60_000;
const hour = 3_600_000;

type LookupCalls = CloudTrailObserve['lookupCalls'];
type Question = Parameters<LookupCalls>[0];

/**
 * Incidents of a storm ask the same of their account: one of them asks AWS, whose two requests a second they share, and the
 * others take its answer, as long as it is fresh and reaches to what they must know. The window begins at a full hour, so
 * that questions are alike; the answer says which window it is of.
 */
export function sharedCalls(look: LookupCalls, clock = Date.now): LookupCalls {
  const kept = new Map<string, { asked: number; to: string; answer: Promise<Testimony & { result: TrailFacts }> }>();

  return async (input) => {
    const { covering } = input;
    if (covering === undefined) return look(input);
    const question = { ...input, from: new Date(Math.floor(Date.parse(input.from) / hour) * hour).toISOString() };
    const key = keyOf(question);
    const known = kept.get(key);
    if (known && clock() - known.asked < sharedFor && Date.parse(known.to) >= Date.parse(covering)) {
      // Whoever asked may have been cancelled, which is no answer for the others.
      const answer = await withHeartbeats({ shared: true }, () => known.answer.catch(() => null));
      if (answer) return testified(answer);
    }
    const answer = witnessed(() => look(question));
    answer.catch(() => kept.delete(key));
    for (const [old, { asked }] of kept) if (clock() - asked >= sharedFor) kept.delete(old);
    kept.set(key, { asked: clock(), to: question.to, answer });
    return testified(await answer);
  };
}

/** What AWS answered is evidence of each incident that rests on it, with the time at which it was said. */
function testified({ result, ...testimony }: Testimony & { result: TrailFacts }): TrailFacts {
  notedBefore(testimony);
  return result;
}

const keyOf = ({ accountId, region, from, keep, pages, names }: Question): string =>
  JSON.stringify([accountId, region, from, keep, pages, names]);
