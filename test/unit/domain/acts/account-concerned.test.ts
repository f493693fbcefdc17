import { describe, expect, it } from 'vitest';
import { accountConcerned, placeOf } from '../../../../src/domain/acts/account-concerned.ts';
import { plannedActions } from '../../../support/planned-actions.ts';

const inputOf = (id: string) => plannedActions.get(id)!.input;

describe('where an act changes something', () => {
  it('is the account and Region of what it touches', () => {
    const { accountId, region } = inputOf('deny-export-reads');
    expect(placeOf(inputOf('deny-export-reads'))).toBe(`account ${accountId}, ${region}`);
  });

  it('is where the copy goes, and the copy is about the account that the export is of', () => {
    const input = inputOf('copy-to-forensics');
    if (input.act !== 'copyExport') throw new Error(`another act: ${input.act}`);
    const { destination } = input;
    expect(destination.accountId).not.toBe(input.accountId);
    expect(placeOf(input)).toBe(`account ${destination.accountId}, ${destination.region}`);
    expect(accountConcerned(input)).toBe(input.accountId);
  });
});
