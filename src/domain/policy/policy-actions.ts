import { arnMatches } from '../alert/principal.ts';

/** Matches an action against a policy's pattern; unlike ARNs, actions have no case. */
export const actionMatches = (pattern: string, action: string): boolean =>
  arnMatches(action.toLowerCase(), pattern.toLowerCase());
