interface Waiting<T, R> {
  item: T;
  resolve: (result: R) => void;
  reject: (error: unknown) => void;
}

/**
 * Does for many at once what would be too much for each alone: what comes while a batch of its key is under way waits for
 * the next. Nothing waits for more to come.
 */
export function inBatches<T, R>(
  most: number,
  work: (key: string, items: T[]) => Promise<R>,
): (key: string, item: T) => Promise<R> {
  const queues = new Map<string, Waiting<T, R>[]>();

  async function empty(key: string, queue: Waiting<T, R>[]): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.splice(0, most);
      try {
        const items = batch.map(({ item }) => item);
        const result = await work(key, items);
        for (const { resolve } of batch) resolve(result);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    queues.delete(key);
  }

  return (key, item) =>
    new Promise((resolve, reject) => {
      const queue = queues.get(key);
      if (queue) {
        queue.push({ item, resolve, reject });
        return;
      }
      const begun = [{ item, resolve, reject }];
      queues.set(key, begun);
      void empty(key, begun);
    });
}
