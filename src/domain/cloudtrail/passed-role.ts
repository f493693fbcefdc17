import { passedRoles } from '../data/passed-roles.ts';
import { member, text } from './fields.ts';
import { parameters } from './parameters.ts';

/** The role or instance profile that a call handed to a service; undefined for any other call. */
export function passedRole(record: unknown): string | undefined {
  const eventName = text(member(record, 'eventName')) ?? '';
  const places = Object.hasOwn(passedRoles, eventName) ? passedRoles[eventName] : undefined;
  if (!places) return undefined;
  const request = parameters(member(record, 'requestParameters'), eventName, 'Request');
  return places.map((place) => request(...place)).find((role) => role !== undefined);
}
