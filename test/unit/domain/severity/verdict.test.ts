import { describe, expect, it } from 'vitest';
import { severityFacts } from '../../../../src/domain/severity/severity-facts.ts';
import { decideVerdict } from '../../../../src/domain/severity/verdict.ts';
import { aCaseFile, aFailedAlert, anAlert, anAllowListMatch } from '../../../support/builders.ts';

describe('the verdict', () => {
  it('is authorised for an allow-listed export that is not high, with the entry as the reason', () => {
    const file = aCaseFile({ allowListed: anAllowListMatch() });
    expect(decideVerdict(file, 'medium')).toEqual({
      verdict: 'authorised',
      reason: 'allow-list entry nightly-backup (platform: nightly backup of build machines)',
    });
    expect(decideVerdict(aCaseFile({ alert: aFailedAlert(), allowListed: anAllowListMatch() }), 'low').verdict).toBe(
      'authorised',
    );
  });

  it('is never authorised when severity is high, however well the entry matches', () => {
    const allowListed = anAllowListMatch();
    const { verdict, reason } = decideVerdict(aCaseFile({ allowListed }), 'high');
    expect(verdict).toBe('unauthorised-export');
    expect(reason).toContain('nightly-backup');
    expect(decideVerdict(aCaseFile({ alert: aFailedAlert(), allowListed }), 'high').verdict).toBe(
      'unauthorised-attempt',
    );
  });

  it('follows the outcome where no entry matches', () => {
    expect(decideVerdict(aCaseFile(), 'low').verdict).toBe('unauthorised-export');
    expect(decideVerdict(aCaseFile({ alert: aFailedAlert() }), 'low').verdict).toBe('unauthorised-attempt');
  });

  it('names the entry for the role that does not hold, so that whoever decides knows of it', () => {
    const nearMisses = [{ id: 'nightly-backup', why: 'the environment is not known (the instance was not read)' }];
    const said =
      'allow-list entry nightly-backup is for this role, but does not hold: the environment is not known (the instance was not read)';
    expect(decideVerdict(aCaseFile({ nearMisses }), 'high')).toEqual({
      verdict: 'unauthorised-export',
      reason: `no allow-list entry covers this export; ${said}`,
    });
    expect(severityFacts(aCaseFile({ nearMisses })).actorAuthorised).toMatchObject({
      value: 'no',
      evidence: expect.stringContaining(said) as string,
    });
  });

  it('is undetermined when nothing tells who exported', () => {
    const alert = anAlert({ principal: { kind: 'unknown' } });
    expect(decideVerdict(aCaseFile({ alert }), 'medium').verdict).toBe('undetermined');
  });

  it('is not undetermined while at least a name is known', () => {
    const alert = anAlert({ principal: { kind: 'unknown', name: 'mallory' } });
    expect(decideVerdict(aCaseFile({ alert }), 'medium').verdict).toBe('unauthorised-export');
  });
});
