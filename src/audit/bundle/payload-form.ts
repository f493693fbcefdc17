import { asFields, type Fields } from './history-events.ts';

/**
 * What is wrong with how a value of this event is written down, or null. The code has read one thing, and an auditor's own
 * tools may show another: no replay notices.
 */
export function payloadWrong(event: unknown): string | null {
  const payloads = payloadsIn(event);
  const values = payloads.flatMap(({ data }) => valueIn(textOf(data)));
  if (values.some(namesTwice)) return 'has a value that names a member twice';
  if (!ofWorkers.test(String(asFields(event).eventType))) return null;
  if (!values.every(isAsWritten)) return 'has a value that is not written as workers write it';
  return payloads.some(({ metadata }) => !Object.entries(asFields(metadata)).every(isWritten))
    ? 'has a value with a note of its own'
    : null;
}

/** What comes in from elsewhere, such as a signal from Temporal UI, is written as its sender pleases. */
const ofWorkers =
  /_(ACTIVITY_TASK_(SCHEDULED|COMPLETED|FAILED)|TIMER_STARTED|MARKER_RECORDED|EXECUTION_(COMPLETED|FAILED|UPDATE_COMPLETED))$/;

/** The notes that the SDK's converters write: which of them it was. */
const isWritten = ([name, value]: [string, unknown]): boolean =>
  name === 'encoding' && ['json/plain', 'binary/null', 'binary/plain'].includes(textOf(value));

function payloadsIn(value: unknown): Fields[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'metadata' in value && typeof asFields(value).metadata === 'object' ? [asFields(value)] : [];
  return [...own, ...Object.values(value).flatMap(payloadsIn)];
}

const textOf = (base64: unknown): string =>
  typeof base64 === 'string' ? Buffer.from(base64, 'base64').toString() : '';

interface Value {
  text: string;
  value: unknown;
}

/** None of what is no JSON, such as the bytes of a file: it has no other spelling. */
function valueIn(text: string): Value[] {
  try {
    return [{ text, value: JSON.parse(text) as unknown }];
  } catch {
    return [];
  }
}

const isAsWritten = ({ text, value }: Value): boolean => JSON.stringify(value) === text;

/** No JSON that a program writes does. */
function namesTwice({ text, value }: Value): boolean {
  const colons = text.replace(/"(?:[^"\\]|\\.)*"/gs, '').match(/:/g) ?? [];
  return colons.length !== membersIn(value);
}

function membersIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inside = Object.values(value).reduce<number>((sum, member) => sum + membersIn(member), 0);
  return Array.isArray(value) ? inside : inside + Object.keys(value).length;
}
