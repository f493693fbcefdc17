import { describe, expect, it } from 'vitest';
import type { SetServiceCredentialStatus } from '../../../../src/domain/acts/acts.ts';
import { leftBehind } from '../../../../src/domain/cloudtrail/ways-in.ts';
import { invert } from '../../../../src/domain/acts/invert.ts';
import { reopened } from '../../../../src/domain/plan/reopened.ts';
import { standingOfServiceCredential } from '../../../../src/domain/acts/standing-of-service-credential.ts';
import { ids } from '../../../support/builders.ts';

const input: SetServiceCredentialStatus = {
  act: 'setServiceCredentialStatus',
  incidentKey: ids.incidentKey,
  accountId: ids.account,
  region: ids.region,
  userName: 'carol',
  credentialId: 'ACCA1',
  before: 'Active',
  after: 'Inactive',
};

describe('a service-specific credential', () => {
  it('is read from the call that made it, without its password', () => {
    const record = {
      eventSource: 'iam.amazonaws.com',
      eventName: 'CreateServiceSpecificCredential',
      requestParameters: { userName: 'carol', serviceName: 'codecommit.amazonaws.com' },
      responseElements: { serviceSpecificCredential: { serviceSpecificCredentialId: 'ACCA1', servicePassword: 'x' } },
    };
    const wayIn = { kind: 'service-credential', name: 'carol' };
    expect(leftBehind(record)).toEqual({ wayIn: { ...wayIn, credentialId: 'ACCA1' } });
    expect(leftBehind({ ...record, responseElements: null })).toEqual({ wayIn });
  });

  it('is off, on, neither, deleted, or without a user', () => {
    const standing = (status: string | null, userArn: string | null = 'arn') => {
      const found = status === null ? [] : [{ credentialId: 'ACCA1', service: 's', status }];
      const other = { credentialId: 'ACCA2', service: 's', status: 'Inactive' };
      return standingOfServiceCredential(input, { userArn, credentials: [other, ...found] }).standing;
    };
    expect(['Inactive', 'Active', 'Expired', null].map((status) => standing(status))).toEqual([
      'done',
      'ready',
      'changed',
      'gone',
    ]);
    expect(standing('Active', null)).toBe('gone');
  });

  it('is told from an SSH key and a certificate, which have calls of their own', () => {
    const key: SetServiceCredentialStatus = { ...input, kind: 'ssh-key' };
    const standing = (kind?: 'signing-certificate' | 'ssh-key') =>
      standingOfServiceCredential(key, {
        userArn: 'arn',
        credentials: [{ credentialId: 'ACCA1', service: 's', status: 'Active', ...(kind ? { kind } : {}) }],
      });
    expect(standing('ssh-key')).toMatchObject({
      standing: 'ready',
      detail: 'SSH public key ACCA1 of user carol is Active',
    });
    expect([standing(), standing('signing-certificate')].map(({ standing: found }) => found)).toEqual(['gone', 'gone']);
    const back = invert(key);
    expect(back && reopened(back)).toEqual(['SSH public key ACCA1 of user carol works again']);
  });

  it('is switched on again by the undo, which says so', () => {
    const back = invert(input);
    expect(back).toEqual({ ...input, before: 'Inactive', after: 'Active' });
    expect(back && reopened(back)).toEqual(['service-specific credential ACCA1 of user carol works again']);
  });
});
