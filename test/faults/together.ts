/** Does something once, when everybody who has not left has arrived. */
export class Together {
  readonly #act: () => Promise<void>;
  #awaited: number;
  #done: Promise<void> | undefined;
  readonly #complete = Promise.withResolvers<undefined>();

  constructor(count: number, act: () => Promise<void>) {
    this.#awaited = count;
    this.#act = act;
  }

  /** One participant's. `arrive` settles when it is done; leaving after that changes nothing. */
  place(): { arrive: () => Promise<void>; leave: () => void } {
    let counted = false;
    const leave = () => {
      if (counted) return;
      counted = true;
      this.#awaited -= 1;
      if (this.#awaited === 0) this.#complete.resolve(undefined);
    };
    const arrive = async () => {
      leave();
      await this.#complete.promise;
      await (this.#done ??= this.#act());
    };
    return { arrive, leave };
  }
}
