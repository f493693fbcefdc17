const ends: (() => Promise<void>)[] = [];

/** Something that keeps the process alive until it is stopped. */
export const stopAtEnd = (stop: () => Promise<void>): void => void ends.push(stop);

/** Whoever is the process, not a part of it, calls this last. */
export async function endProcess(): Promise<void> {
  for (const stop of ends.splice(0)) await stop();
}
