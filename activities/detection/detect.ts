import type { Arrival } from '../../src/domain/alert/alert.ts';
import type { DetectionRule, HandledHit } from '../../src/domain/alert/detection.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import { withHeartbeats } from '../aws/activity-context.ts';
import { failure } from '../aws/failures.ts';
import type { DetectionDetect } from './contract.ts';
import type { DetectionSource, Hit } from './source.ts';

/** Opens a hit's incident; a hit that cannot be read is refused, and kept for people. */
export type TakeHit = (hit: Hit, arrival: Arrival) => Promise<Exclude<HandledHit['result'], 'failed'>>;

const atOnce = 10;

export function detectActivities({
  rules,
  source,
  take,
  now = () => new Date(),
}: {
  rules: DetectionRule[];
  source: DetectionSource;
  take: TakeHit;
  now?: () => Date;
}): DetectionDetect {
  const handled = async (hits: Hit[], arrival: Arrival): Promise<HandledHit[]> => {
    const done: HandledHit[] = [];
    let cause: unknown;
    const handle = async (hit: Hit): Promise<HandledHit> => {
      const { id, at } = hit;
      try {
        return { id, at, result: await take(hit, arrival) };
      } catch (error) {
        cause = error;
        return { id, at, result: 'failed' };
      }
    };
    for (let start = 0; start < hits.length; start += atOnce) {
      done.push(...(await Promise.all(hits.slice(start, start + atOnce).map(handle))));
      // Not one of them: Temporal is away, and the rest would only wait for it too.
      if (done.every(({ result }) => result === 'failed')) throw cause;
    }
    return done;
  };

  return {
    detect: ({ ruleId, question }) =>
      withHeartbeats(ruleId, async () => {
        const rule = rules.find(({ id }) => id === ruleId);
        if (!rule) {
          const message = `rule ${ruleId} is not among those of this worker; run soar detection apply with its version`;
          throw failure(failureTypes.detectionRefused, message);
        }
        const searchedAt = now().toISOString();
        const { searched, hits, remaining, gaps } = await source(rule, question);
        const arrival: Arrival = {
          door: 'detection',
          receivedAt: now().toISOString(),
          detectedAt: searchedAt,
          rule: rule.name,
        };
        return { searched, hits: await handled(hits, arrival), remaining, gaps };
      }),
  };
}
