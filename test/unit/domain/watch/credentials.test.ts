import { describe, expect, it } from 'vitest';
import { affectedCredentials, credentialLine, type CredentialFacts } from '../../../../src/domain/watch/credentials.ts';
import { isCredentialTold } from '../../../../src/domain/shape.ts';
import {
  aFailedAlert,
  anAlert,
  anImageAlert,
  anInstance,
  aPolicy,
  aRole,
  aRoleSession,
  aUser,
  ids,
} from '../../../support/builders.ts';

const tags = { ...aPolicy().tags, secrets: ['Secrets'] };
const affected = (changes: Partial<CredentialFacts> = {}) =>
  affectedCredentials({
    alert: anAlert(),
    policy: { tags },
    instance: anInstance(),
    principal: aUser(),
    suspects: [],
    ...changes,
  }).map(({ id }) => id);

describe('what has to be rotated', () => {
  it('is every key and the password of the user who exported, and what was on the machine', () => {
    expect(affected()).toEqual([`key/${ids.accessKey}`, 'password/mallory', 'machine']);
  });

  it('is the key of the call, and each that the actor made, also of users whom IAM did not tell', () => {
    const made = { type: 'user' as const, name: 'svc', extent: 'whole' as const, keys: ['AKIAMADE'] };
    const suspects = [{ ...made, credentials: [], why: ['the actor made it'], facts: null }];
    expect(affected({ principal: null, suspects })).toEqual([
      `key/${ids.accessKey}`,
      'password/mallory',
      'key/AKIAMADE',
      'machine',
    ]);
    const asRole = anAlert({ principal: aRoleSession() });
    expect(affected({ alert: asRole, principal: null })).toEqual(['machine']);
  });

  it('is what the instance tags name, and the sessions of its role', () => {
    const instance = anInstance({
      tags: { Secrets: 'db-password, api_token;tls/shop' },
      instanceProfileArn: 'arn:aws:iam::111111111111:instance-profile/web',
    });
    expect(affected({ instance }).slice(2)).toEqual([
      'tag/db-password',
      'tag/api_token',
      'tag/tls/shop',
      'instance-profile',
      'machine',
    ]);
    // Incidents of earlier versions froze a policy without that list.
    expect(affected({ instance, policy: { tags: aPolicy().tags } }).slice(2)).toEqual(['instance-profile', 'machine']);
  });

  it('is what was on the image, and by tags what the machine carries that it was made of', () => {
    const instance = anInstance({ tags: { Secrets: 'db-password' } });
    const known = { alert: anImageAlert(), policy: { tags }, instance, principal: aUser(), suspects: [] };
    const found = affectedCredentials(known);
    expect(found.find(({ id }) => id === 'tag/db-password')?.why).toBe(
      'tag Secrets says that the machine of which the image was made carries it',
    );
    expect(found.find(({ id }) => id === 'machine')?.what).toBe(`everything else on image ${ids.image}`);
  });

  it('is nothing of the machine where the export was denied: nothing left', () => {
    expect(affected({ alert: aFailedAlert() })).toEqual([`key/${ids.accessKey}`, 'password/mallory']);
  });

  it('is nothing of a role, whose sessions end by themselves; of suspects what they are suspected for', () => {
    const suspect = (extent: 'whole' | 'keys') => ({
      type: 'user' as const,
      name: 'eve',
      extent,
      keys: ['AKIAMADE'],
      credentials: [],
      why: [],
      facts: aUser({ name: 'eve', accessKeys: [{ accessKeyId: 'AKIAEVE', status: 'Active' }] }),
    });
    const of = (extent: 'whole' | 'keys') => affected({ principal: aRole(), suspects: [suspect(extent)] });
    expect(of('whole')).toEqual(['key/AKIAEVE', 'password/eve', 'machine']);
    expect(of('keys')).toEqual(['key/AKIAMADE', 'machine']);
  });
});

describe('what people say of a credential', () => {
  it('names one that is known with what became of it, or another one, and who says so', () => {
    expect(isCredentialTold({ credential: 'machine', status: 'rotated', by: 'alice' })).toBe(true);
    expect(isCredentialTold({ what: 'TLS key', by: 'alice', note: 'n' })).toBe(true);
    for (const wrong of [
      null,
      'machine',
      { credential: 'machine', status: 'rotated' },
      { credential: 'machine', status: 'open', by: 'alice' },
      { credential: 'machine', what: 'both', status: 'rotated', by: 'alice' },
      { what: '', by: 'alice' },
      { what: 'x'.repeat(501), by: 'alice' },
      { what: 'x', by: 'alice', note: 7 },
    ]) {
      expect(isCredentialTold(wrong)).toBe(false);
    }
  });

  it('is shown in a line', () => {
    const known = { id: 'machine', what: 'everything else', why: 'w' };
    expect(credentialLine({ ...known, status: 'open' })).toBe('machine: everything else, to rotate');
    expect(credentialLine({ ...known, status: 'not-needed', by: 'bob', at: 't' })).toBe(
      'machine: everything else, need not be rotated (bob, t)',
    );
  });
});
