type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The members that AWS did send: its clients write `undefined` where our facts have no member at all. */
export const given = <T extends object>(members: T): Given<T> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Given<T>;
