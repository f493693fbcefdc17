import { describe, expect, it } from 'vitest';
import { leftBehind } from '../../../../src/domain/cloudtrail/ways-in.ts';

const call = (
  eventName: string,
  requestParameters: object | null,
  responseElements: object | null = null,
  service = 'iam',
) =>
  leftBehind({
    eventSource: `${service}.amazonaws.com`,
    eventName,
    requestParameters,
    responseElements,
    userIdentity: { userName: 'mallory' },
  });
const anchor = 'arn:aws:rolesanywhere:eu-central-1:1:trust-anchor/a';
const profile = 'arn:aws:rolesanywhere:eu-central-1:1:profile/p';

describe('what a call left behind', () => {
  it.each([
    [
      'CreateAccessKey',
      { userName: 'carol' },
      { accessKey: { userName: 'carol', accessKeyId: 'AKIANEW', status: 'Active' } },
      { kind: 'access-key', name: 'carol', accessKeyId: 'AKIANEW' },
    ],
    [
      'CreateUser',
      { userName: 'helper' },
      { user: { userName: 'helper', userId: 'AIDAHELPER' } },
      { kind: 'user', name: 'helper', userId: 'AIDAHELPER' },
    ],
    ['CreateUser', { userName: 'helper' }, { user: { userName: 'helper' } }, { kind: 'user', name: 'helper' }],
    ['CreateLoginProfile', { userName: 'carol' }, null, { kind: 'login', name: 'carol' }],
    ['UpdateLoginProfile', { userName: 'carol' }, null, { kind: 'login', name: 'carol' }],
    ['CreateRole', { roleName: 'r' }, { role: { roleName: 'r' } }, { kind: 'role', name: 'r' }],
    [
      'CreateRole',
      { roleName: 'r' },
      { role: { roleName: 'r', roleId: 'AROAMADE' } },
      { kind: 'role', name: 'r', roleId: 'AROAMADE' },
    ],
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
    [
      'UpdateAccessKey',
      { userName: 'carol', accessKeyId: 'AKIAOLD', status: 'Active' },
      null,
      { kind: 'access-key', name: 'carol', accessKeyId: 'AKIAOLD', how: 'switched on' },
    ],
    [
      'ResetServiceSpecificCredential',
      { userName: 'carol', serviceSpecificCredentialId: 'ACCA1' },
      { serviceSpecificCredential: { serviceSpecificCredentialId: 'ACCA1', servicePassword: 'x' } },
      { kind: 'service-credential', name: 'carol', credentialId: 'ACCA1', how: 'reset' },
    ],
    [
      'UpdateServiceSpecificCredential',
      { userName: 'carol', serviceSpecificCredentialId: 'ACCA1', status: 'Active' },
      null,
      { kind: 'service-credential', name: 'carol', credentialId: 'ACCA1', how: 'switched on' },
    ],
    [
      'UploadSSHPublicKey',
      { userName: 'carol', sSHPublicKeyBody: 'ssh-rsa' },
      { sSHPublicKey: { userName: 'carol', sSHPublicKeyId: 'APKA1', status: 'Active' } },
      { kind: 'ssh-key', name: 'carol', credentialId: 'APKA1' },
    ],
    [
      'UpdateSSHPublicKey',
      { userName: 'carol', sSHPublicKeyId: 'APKA1', status: 'Active' },
      null,
      { kind: 'ssh-key', name: 'carol', credentialId: 'APKA1', how: 'switched on' },
    ],
    [
      'UploadSigningCertificate',
      { certificateBody: 'pem' },
      { certificate: { userName: 'mallory', certificateId: 'CERT1', status: 'Active' } },
      { kind: 'signing-certificate', name: 'mallory', credentialId: 'CERT1' },
    ],
    [
      'UpdateSigningCertificate',
      { userName: 'carol', certificateId: 'CERT1', status: 'Active' },
      null,
      { kind: 'signing-certificate', name: 'carol', credentialId: 'CERT1', how: 'switched on' },
    ],
    [
      'AddClientIDToOpenIDConnectProvider',
      { openIDConnectProviderArn: 'arn:aws:iam::1:oidc-provider/example.com', clientID: 'c' },
      null,
      { kind: 'identity-provider', name: 'arn:aws:iam::1:oidc-provider/example.com' },
    ],
  ])('%s is a way in', (eventName, request, response, wayIn) => {
    expect(call(eventName, request, response)).toEqual({ wayIn });
  });

  it.each([
    ['CreateTrustAnchor', { name: 'a' }, { trustAnchor: { name: 'a', trustAnchorArn: anchor } }, anchor],
    ['EnableTrustAnchor', { trustAnchorId: 'a-1' }, null, 'a-1'],
    ['CreateProfile', { name: 'p', roleArns: ['arn:r'] }, { profile: { profileArn: profile } }, profile],
    ['EnableProfile', { profileId: 'p-1' }, null, 'p-1'],
  ])('%s of Roles Anywhere is a way in', (eventName, request, response, name) => {
    expect(call(eventName, request, response, 'rolesanywhere')).toEqual({ wayIn: { kind: 'roles-anywhere', name } });
  });

  it.each(['UpdateAccessKey', 'UpdateServiceSpecificCredential', 'UpdateSSHPublicKey', 'UpdateSigningCertificate'])(
    'is nothing for %s that switches off, or says not what it does',
    (eventName) => {
      const ids = { accessKeyId: 'A', serviceSpecificCredentialId: 'A', sSHPublicKeyId: 'A', certificateId: 'A' };
      expect(call(eventName, { userName: 'carol', ...ids, status: 'Inactive' })).toEqual({});
      expect(call(eventName, { userName: 'carol', ...ids })).toEqual({});
    },
  );

  it('is nothing for calls of the same name in other services', () => {
    const made = { user: { userName: 'helper' }, profile: { profileArn: profile } };
    expect(call('CreateUser', { userName: 'helper' }, made, 'elasticache')).toEqual({});
    expect(call('CreateProfile', { name: 'p' }, made, 'transfer')).toEqual({});
    expect(call('StartSession', { target: 'i-1' }, null, 'athena')).toEqual({});
  });

  it('is the machine that the caller went into', () => {
    const entered = { machine: 'i-1' };
    expect(call('StartSession', { target: 'i-1' }, { sessionId: 's' }, 'ssm')).toEqual({ entered });
    expect(call('SendSSHPublicKey', { instanceId: 'i-1' }, null, 'ec2-instance-connect')).toEqual({ entered });
    expect(call('SendSSHPublicKey', {}, null, 'ec2-instance-connect')).toEqual({});
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
    expect(call('AssumeRole', { roleArn, roleSessionName: 'ci' }, { credentials }, 'sts')).toEqual({
      session: { accessKeyId: 'ASIANEW', roleArn, sessionName: 'ci' },
    });
    expect(call('GetSessionToken', null, { credentials }, 'sts')).toEqual({ session: { accessKeyId: 'ASIANEW' } });
    expect(call('AssumeRoleWithSAML', { roleArn }, { credentials }, 'sts').session?.roleArn).toBe(roleArn);
  });

  it.each(['DescribeInstances', 'ListAccessKeys', 'DeleteUser', 'GetSessionTokens', '__proto__', 'constructor', ''])(
    'is nothing for %j',
    (eventName) => {
      expect(call(eventName, { userName: 'carol' }, { accessKey: { accessKeyId: 'AKIANEW' } })).toEqual({});
    },
  );

  it('is nothing that can be named where the record does not name it', () => {
    expect(call('CreateUser', null)).toEqual({});
    for (const record of [
      null,
      'text',
      7,
      [],
      { eventSource: 'iam.amazonaws.com', eventName: 'CreateAccessKey', requestParameters: 'no object' },
    ]) {
      expect(leftBehind(record)).toEqual({});
    }
  });
});
