import { describe, expect, it } from 'vitest';
import { principalOf } from '../../../../src/domain/cloudtrail/user-identity.ts';
import type { Principal } from '../../../../src/domain/alert/principal.ts';

describe('the identity in a CloudTrail record', () => {
  it.each<[string, unknown, Principal]>([
    ['null', null, { kind: 'unknown' }],
    ['absent', undefined, { kind: 'unknown' }],
    [
      'a service without a type',
      { accountId: '111111111111', invokedBy: 'ec2.amazonaws.com' },
      { kind: 'aws-service', accountId: '111111111111', invokedBy: 'ec2.amazonaws.com' },
    ],
    [
      'a service',
      { type: 'AWSService', invokedBy: 'x.amazonaws.com' },
      { kind: 'aws-service', invokedBy: 'x.amazonaws.com' },
    ],
    [
      'another account',
      { type: 'AWSAccount', principalId: 'AROAEXAMPLE:run', accountId: '333333333333' },
      { kind: 'aws-account', id: 'AROAEXAMPLE:run', accountId: '333333333333' },
    ],
    [
      'Unknown with the ARN of an Identity Center session',
      {
        type: 'Unknown',
        principalId: 'AROAEXAMPLE:carol',
        arn: 'arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Admin_1/carol',
      },
      {
        kind: 'assumed-role',
        arn: 'arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Admin_1/carol',
        id: 'AROAEXAMPLE:carol',
        name: 'AWSReservedSSO_Admin_1',
        sessionName: 'carol',
        accountId: '111111111111',
      },
    ],
    [
      'a federated user, who has the permissions of another',
      {
        type: 'FederatedUser',
        principalId: '111111111111:eve',
        arn: 'arn:aws:sts::111111111111:federated-user/eve',
        sessionContext: { sessionIssuer: { arn: 'arn:aws:iam::111111111111:user/mallory', userName: 'mallory' } },
      },
      {
        kind: 'federated-user',
        arn: 'arn:aws:sts::111111111111:federated-user/eve',
        id: '111111111111:eve',
        name: 'eve',
        issuerArn: 'arn:aws:iam::111111111111:user/mallory',
        accountId: '111111111111',
      },
    ],
    [
      'SAML',
      { type: 'SAMLUser', principalId: 'a:b', userName: 'carol' },
      { kind: 'saml-user', id: 'a:b', name: 'carol' },
    ],
    ['web identity', { type: 'WebIdentityUser', userName: 'repo' }, { kind: 'web-identity-user', name: 'repo' }],
    ['an Identity Center user', { type: 'IdentityCenterUser' }, { kind: 'identity-center-user' }],
    ['a type of tomorrow', { type: 'constructor' }, { kind: 'unknown' }],
  ])('tells who it was: %s', (_, userIdentity, principal) => {
    expect(principalOf(userIdentity)).toEqual(principal);
  });
});
