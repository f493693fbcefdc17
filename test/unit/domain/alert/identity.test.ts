import { describe, expect, it } from 'vitest';
import { identityOf, type Identity } from '../../../../src/domain/alert/identity.ts';
import { aRoleSession, anIamUser } from '../../../support/builders.ts';

const mallory: Identity = { principals: ['arn:aws:iam::*:user/mallory'], name: 'Mallory', github: 'mal' };
const nightly: Identity = { principals: ['arn:aws:sts::*:assumed-role/*/nightly-run'], name: 'Norma' };

describe('the person behind a principal', () => {
  it('is found by the user, or by the session of a role', () => {
    expect(identityOf([mallory, nightly], anIamUser())).toBe(mallory);
    expect(identityOf([mallory, nightly], aRoleSession())).toBe(nightly);
  });

  it('is nobody where the map names nobody, or several', () => {
    expect(identityOf([nightly], anIamUser())).toBeNull();
    expect(identityOf([mallory, { ...mallory, name: 'Eve' }], anIamUser())).toBeNull();
    expect(identityOf([mallory], { kind: 'unknown' })).toBeNull();
  });
});
