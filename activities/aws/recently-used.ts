/** Keeps what was used last, up to `most`; what has to go is given back to `dropped`. */
export function recentlyUsed<V>(most: number, dropped: (value: V) => void) {
  const kept = new Map<string, V>();
  return (key: string, make: () => V): V => {
    const value = kept.get(key) ?? make();
    // A Map keeps the order of insertion: what is used goes to the end.
    kept.delete(key);
    kept.set(key, value);
    for (const [oldest, old] of kept) {
      if (kept.size <= most) break;
      kept.delete(oldest);
      dropped(old);
    }
    return value;
  };
}
