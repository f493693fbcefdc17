/** One after the other: two plans of one incident are never decided or carried out at the same time. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  /** In the order in which they were asked for; one that fails does not stop the next. */
  take<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.last.then(run);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
