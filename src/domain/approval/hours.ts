/** Hours of the day, `fromHour` inclusive, `toHour` exclusive; days 0 = Sunday, all days when absent. */
export interface Hours {
  days?: number[];
  fromHour: number;
  toHour: number;
  /** As the IANA database names it, such as Europe/Berlin; absent: UTC. */
  timeZone?: string;
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Hours may wrap midnight (22 to 4); the day is the one on which the moment falls in that time zone. */
export function withinHours({ days, fromHour, toHour, timeZone = 'UTC' }: Hours, at: Date): boolean {
  const { hour, day } = clockIn(timeZone, at);
  const inHours = fromHour <= toHour ? hour >= fromHour && hour < toHour : hour >= fromHour || hour < toHour;
  return inHours && (!days || days.includes(day));
}

/**
 * What the clocks there show, in summer and in winter. Workflow code may ask that: the answer depends on the moment and on
 * the time zones that Node brings along, and on nothing of the machine.
 */
function clockIn(timeZone: string, at: Date): { hour: number; day: number } {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, weekday: 'short', hour: '2-digit', hourCycle: 'h23' });
  const parts = format.formatToParts(at);
  const part = (wanted: 'hour' | 'weekday') => parts.find(({ type }) => type === wanted)?.value ?? '';
  return { hour: Number(part('hour')), day: weekdays.indexOf(part('weekday')) };
}

/** `Mon, Tue from 9:00 to 17:00 (Europe/Berlin)`. */
export function hoursText({ days, fromHour, toHour, timeZone = 'UTC' }: Hours): string {
  const named = days === undefined ? 'every day' : days.map((day) => weekdays[day]).join(', ');
  return `${named} from ${fromHour}:00 to ${toHour}:00 (${timeZone})`;
}
