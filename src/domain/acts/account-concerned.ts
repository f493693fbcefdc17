import type { ActInput } from './acts.ts';

/** The account whose resources an act touches: rules and protection are about this one, whichever account's role acts. */
export const accountConcerned = (input: ActInput): string =>
  input.act === 'setAccountScp' ? input.targetAccount : input.accountId;

/** Where what the act changes lies: of a copy, its destination. */
export const placeOf = (input: ActInput): string => {
  const { accountId, region } = input.act === 'copyExport' ? input.destination : input;
  return `account ${accountId}, ${region}`;
};
