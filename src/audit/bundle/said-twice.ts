import { asFields } from './history-events.ts';

/**
 * True where a payload of this event names a member twice: the code has read the last one, and an auditor's own tools may show
 * the first. No JSON that a program writes does.
 */
export function saysTwice(event: unknown): boolean {
  if (typeof event !== 'object' || event === null) return false;
  const { data } = asFields(event);
  if (typeof data === 'string' && 'metadata' in event && namesTwice(Buffer.from(data, 'base64').toString()))
    return true;
  return Object.values(event).some(saysTwice);
}

function namesTwice(text: string): boolean {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return false;
  }
  const colons = text.replace(/"(?:[^"\\]|\\.)*"/gs, '').match(/:/g) ?? [];
  return colons.length !== membersIn(value);
}

function membersIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inside = Object.values(value).reduce<number>((sum, member) => sum + membersIn(member), 0);
  return Array.isArray(value) ? inside : inside + Object.keys(value).length;
}
