/**
 * Shares a storm out fairly: of one key so many begin in a minute, the rest begins spread over the minutes that follow.
 * Where a place in the order was not needed, it is given back.
 */
export interface Admission {
  take: (key: string) => { delay: number; giveBack: () => void };
}

const minute = 60_000;

export function admission(perMinute: number, now: () => number = Date.now): Admission {
  const windows = new Map<string, { begins: number; taken: number }>();
  return {
    take: (key) => {
      const time = now();
      let current = windows.get(key);
      if (!current || current.begins + minute <= time) current = { begins: time, taken: 0 };
      else if (current.taken >= perMinute) current = { begins: current.begins + minute, taken: 0 };
      // Taken out and put back, the last in order: what is over is found at the front.
      windows.delete(key);
      windows.set(key, current);
      for (const [old, { begins }] of windows) {
        if (begins + minute > time) break;
        windows.delete(old);
      }
      const place = current;
      // Those of the first minute begin at once; later ones one after the other, so that no minute begins with a rush.
      const turn = place.begins > time ? place.begins + (place.taken * minute) / perMinute : time;
      place.taken += 1;
      return {
        delay: Math.round(turn - time),
        giveBack: () => {
          place.taken -= 1;
        },
      };
    },
  };
}
