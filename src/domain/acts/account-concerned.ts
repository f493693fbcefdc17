import type { ActInput } from './acts.ts';

/** The account whose resources an act touches: rules and protection are about this one, whichever account's role acts. */
export const accountConcerned = (input: ActInput): string =>
  input.act === 'setAccountScp' ? input.targetAccount : input.accountId;
