/** A moment for people: to the minute, in UTC, which is said. */
export const minuteText = (time: string): string => `${time.slice(0, 16).replace('T', ' ')} UTC`;
