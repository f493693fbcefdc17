import { list, section, text, wholeNumber } from './forms.ts';

/** Known to Node, which reads the clocks there. */
function isTimeZone(value: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en-US', { timeZone: value }));
  } catch {
    return false;
  }
}

// A name and no offset: an offset does not know of summer time.
const zoneForm = 'a time zone of the IANA database, such as Europe/Berlin';

const timeZone = text(/^[A-Za-z][\w+-]*(\/[A-Za-z][\w+-]*)*$/, zoneForm).refine(isTimeZone, {
  error: `must be ${zoneForm}`,
});

export const schedule = section({
  days: list(wholeNumber(0, 6), 'days, 0 = Sunday').exactOptional(),
  fromHour: wholeNumber(0, 23),
  toHour: wholeNumber(1, 24),
  /** Absent: UTC. */
  timeZone: timeZone.exactOptional(),
});
