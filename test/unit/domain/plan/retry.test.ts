import { describe, expect, it } from 'vitest';
import { triable } from '../../../../src/domain/plan/retry.ts';
import { anActionRecord } from '../../../support/builders.ts';

describe('what is planned again when somebody asks', () => {
  const records = [
    anActionRecord({ id: 'deny-export-reads', status: 'failed' }),
    anActionRecord({ id: 'remove-outside-grants', status: 'not-approved' }),
    anActionRecord({ id: 'copy-to-forensics', status: 'applied' }),
  ];

  it('is what failed, or of that what is named', () => {
    expect(triable(records, undefined)).toEqual(['deny-export-reads']);
    expect(triable(records, ['deny-export-reads', 'deny-export-reads'])).toEqual(['deny-export-reads']);
  });

  it('is by name also what no plan held, such as an actor who could not be read', () => {
    expect(triable(records, ['deny-actor', 'disable-access-keys:svc'])).toEqual([
      'deny-actor',
      'disable-access-keys:svc',
    ]);
  });

  it('is nothing that is asked about already', () => {
    expect(triable(records, ['deny-actor', 'cancel-export:1'], [{ id: 'deny-actor' }])).toEqual(['cancel-export:1']);
  });

  it('is never what people left out or what is done, and nothing that is no action', () => {
    expect(triable(records, ['remove-outside-grants', 'copy-to-forensics', 'deny-actr', 'toString'])).toEqual([]);
  });
});
