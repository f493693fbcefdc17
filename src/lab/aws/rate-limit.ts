/** At most so many calls in any second for one key; no limit at all when the rate is undefined. */
export class RateLimit {
  readonly #perSecond: number | undefined;
  #recent = new Map<string, number[]>();

  constructor(perSecond: number | undefined) {
    this.#perSecond = perSecond;
  }

  allows(key: string): boolean {
    if (this.#perSecond === undefined) return true;
    const now = Date.now();
    const recent = (this.#recent.get(key) ?? []).filter((time) => time > now - 1000);
    if (recent.length >= this.#perSecond) return false;
    this.#recent.set(key, [...recent, now]);
    return true;
  }
}
