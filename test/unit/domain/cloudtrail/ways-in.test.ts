import { describe, expect, it } from 'vitest';
import { leftBehind } from '../../../../src/domain/cloudtrail/ways-in.ts';

const call = (eventName: string, requestParameters: object | null, responseElements: object | null = null) =>
  leftBehind({ eventName, requestParameters, responseElements, userIdentity: { userName: 'mallory' } });

describe('what a call left behind', () => {
  it.each([
    [
      'CreateAccessKey',
      { userName: 'carol' },
      { accessKey: { userName: 'carol', accessKeyId: 'AKIANEW', status: 'Active' } },
      { kind: 'access-key', name: 'carol', accessKeyId: 'AKIANEW' },
    ],
    ['CreateUser', { userName: 'helper' }, { user: { userName: 'helper' } }, { kind: 'user', name: 'helper' }],
    ['CreateLoginProfile', { userName: 'carol' }, null, { kind: 'login', name: 'carol' }],
    ['UpdateLoginProfile', { userName: 'carol' }, null, { kind: 'login', name: 'carol' }],
    ['CreateRole', { roleName: 'r' }, { role: { roleName: 'r' } }, { kind: 'role', name: 'r' }],
    ['UpdateAssumeRolePolicy', { roleName: 'r' }, null, { kind: 'trust', name: 'r' }],
    [
      'CreateOpenIDConnectProvider',
      { url: 'https://example.com' },
      { openIDConnectProviderArn: 'arn:aws:iam::1:oidc-provider/example.com' },
      { kind: 'identity-provider', name: 'arn:aws:iam::1:oidc-provider/example.com' },
    ],
    [
      'CreateSAMLProvider',
      { name: 's' },
      { sAMLProviderArn: 'arn:aws:iam::1:saml-provider/s' },
      { kind: 'identity-provider', name: 'arn:aws:iam::1:saml-provider/s' },
    ],
    [
      'UpdateSAMLProvider',
      { sAMLProviderArn: 'arn:aws:iam::1:saml-provider/s' },
      null,
      { kind: 'identity-provider', name: 'arn:aws:iam::1:saml-provider/s' },
    ],
    ['CreateServiceSpecificCredential', { userName: 'carol' }, null, { kind: 'service-credential', name: 'carol' }],
  ])('%s is a way in', (eventName, request, response, wayIn) => {
    expect(call(eventName, request, response)).toEqual({ wayIn });
  });

  it('is about the caller where no user is named', () => {
    expect(call('CreateAccessKey', null, { accessKey: { accessKeyId: 'AKIANEW' } }).wayIn).toEqual({
      kind: 'access-key',
      name: 'mallory',
      accessKeyId: 'AKIANEW',
    });
  });

  it('is a session, with its key, role and name', () => {
    const credentials = { accessKeyId: 'ASIANEW', expiration: 'Mar 2, 2026' };
    const roleArn = 'arn:aws:iam::111111111111:role/deploy';
    expect(call('AssumeRole', { roleArn, roleSessionName: 'ci' }, { credentials })).toEqual({
      session: { accessKeyId: 'ASIANEW', roleArn, sessionName: 'ci' },
    });
    expect(call('GetSessionToken', null, { credentials })).toEqual({ session: { accessKeyId: 'ASIANEW' } });
    expect(call('AssumeRoleWithSAML', { roleArn }, { credentials }).session?.roleArn).toBe(roleArn);
  });

  it.each(['DescribeInstances', 'ListAccessKeys', 'DeleteUser', 'GetSessionTokens', '__proto__', 'constructor', ''])(
    'is nothing for %j',
    (eventName) => {
      expect(call(eventName, { userName: 'carol' }, { accessKey: { accessKeyId: 'AKIANEW' } })).toEqual({});
    },
  );

  it('is nothing that can be named where the record does not name it', () => {
    expect(call('CreateUser', null)).toEqual({});
    for (const record of [null, 'text', 7, [], { eventName: 'CreateAccessKey', requestParameters: 'no object' }]) {
      expect(leftBehind(record)).toEqual({});
    }
  });
});
