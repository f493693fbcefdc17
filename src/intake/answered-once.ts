import { HttpRefusal } from './server.ts';

export interface AnsweredOnce<T> {
  /** It was answered, or is being answered. */
  has: (key: string) => boolean;
  /** The answer as it was given first; where that was "not now", it is tried again. */
  answer: (key: string, work: () => Promise<T>) => Promise<T>;
}

/**
 * Remembers for a while what was answered. It is forgotten with the process, and nothing is lost by that: opening an
 * incident twice is harmless.
 */
export function answeredOnce<T>(options: { keep: number; now: () => number; most?: number }): AnsweredOnce<T> {
  const { keep, now, most = 10_000 } = options;
  const answers = new Map<string, { until: number; answer: Promise<T> }>();
  const prune = (): void => {
    for (const [key, { until }] of answers) {
      if (until > now() && answers.size <= most) return;
      answers.delete(key);
    }
  };
  return {
    has: (key) => (answers.get(key)?.until ?? 0) > now(),
    answer: (key, work) => {
      const known = answers.get(key);
      if (known && known.until > now()) return known.answer;
      const answer = work();
      answers.delete(key);
      answers.set(key, { until: now() + keep, answer });
      prune();
      answer.catch((error: unknown) => {
        const final = error instanceof HttpRefusal && error.status < 500;
        if (!final && answers.get(key)?.answer === answer) answers.delete(key);
      });
      return answer;
    },
  };
}
