/** Looks, every so many milliseconds, until there is something. */
export async function untilAsked<T>(look: () => Promise<T | null>, lookAgain = 50): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, lookAgain));
  }
}
