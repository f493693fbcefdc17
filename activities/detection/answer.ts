import { member } from '../../src/domain/cloudtrail/fields.ts';

/** Reading an answer that nobody has looked at; whole texts, however long. */

export const arrayIn = (value: unknown, ...path: string[]): unknown[] => {
  const found = member(value, ...path);
  return Array.isArray(found) ? (found as unknown[]) : [];
};

export const textIn = (value: unknown, ...path: string[]): string | undefined => {
  const found = member(value, ...path);
  return typeof found === 'string' ? found : undefined;
};

export const numberIn = (value: unknown, ...path: string[]): number | undefined => {
  const found = member(value, ...path);
  return typeof found === 'number' ? found : undefined;
};
