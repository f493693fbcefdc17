import { arnMatches } from '../alert/principal.ts';
import { noise } from '../data/noise.ts';
import type { NoiseRow } from '../data/rows.ts';
import type { TrailEvent } from './trail-facts.ts';

/**
 * Whether a call is of the list. None is that changes something, was refused, signs somebody in or hands out a session,
 * whatever the list says. That the actor made it before is for whoever knows the time before.
 */
export const isNoise = (event: TrailEvent, rows = noise): boolean =>
  isMereRead(event) && rows.some((row) => isListed(event, row));

/** A read that succeeded and handed out nothing. */
export const isMereRead = ({ readOnly, errorCode, session, eventSource }: TrailEvent): boolean =>
  readOnly && errorCode === undefined && session === undefined && eventSource !== 'signin.amazonaws.com';

/** The patterns are those of ARNs: `*` for any characters. */
export const isListed = (
  { eventSource, eventName, userAgent = '' }: Pick<TrailEvent, 'eventSource' | 'eventName' | 'userAgent'>,
  { service, actions, agent }: NoiseRow,
): boolean =>
  eventSource === service &&
  actions.some((action) => arnMatches(eventName, action)) &&
  (agent === undefined || arnMatches(userAgent, agent));
