/** UTC hours of the day, `fromHour` inclusive, `toHour` exclusive; days 0 = Sunday, all days when absent. */
export interface Hours {
  days?: number[];
  fromHour: number;
  toHour: number;
}

/** Hours may wrap midnight (22 to 4); the day is the one on which the moment falls, UTC. */
export function withinHours({ days, fromHour, toHour }: Hours, at: Date): boolean {
  const hour = at.getUTCHours();
  const inHours = fromHour <= toHour ? hour >= fromHour && hour < toHour : hour >= fromHour || hour < toHour;
  return inHours && (!days || days.includes(at.getUTCDay()));
}
