/**
 * Shares a storm out fairly: the incidents of one key begin evenly, so many a minute. What comes together now and then is
 * not held up: as many as ten seconds hold begin at once. A whole minute's at once would be what another account waits behind.
 */
export interface Admission {
  /** `delay` in milliseconds; a place that was not needed is given back. */
  take: (key: string) => { delay: number; giveBack: () => void };
}

const minute = 60_000;
const together = 10_000;

export function admission(perMinute: number, now: () => number = Date.now): Admission {
  const apart = minute / perMinute;
  /** How far turns may lie in the past: a key that was quiet has them left. */
  const saved = apart * (Math.ceil((perMinute * together) / minute) - 1);
  const turns = new Map<string, number>();
  return {
    take: (key) => {
      const time = now();
      const turn = Math.max(turns.get(key) ?? 0, time - saved);
      // Taken out and put back, the last in order: what is over is found at the front.
      turns.delete(key);
      turns.set(key, turn + apart);
      for (const [old, next] of turns) {
        if (next > time - saved) break;
        turns.delete(old);
      }
      return {
        delay: Math.max(0, Math.round(turn - time)),
        giveBack: () => {
          const next = turns.get(key);
          if (next !== undefined) turns.set(key, next - apart);
        },
      };
    },
  };
}
