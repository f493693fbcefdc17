import { describe, expect, it } from 'vitest';
import { accessGap, outsideGrants, serviceGrants } from '../../../../src/domain/policy/bucket-access.ts';
import type { Json } from '../../../../src/domain/json.ts';
import { perimeterOf } from '../../../../src/domain/policy/perimeter.ts';
import type { Statement } from '../../../../src/domain/policy/policy-document.ts';
import {
  aBucket,
  aDocument,
  aGrant,
  anAcl,
  anAlert,
  aPolicy,
  ids,
  outsideStatement,
  serviceStatement,
} from '../../../support/builders.ts';
import type { AclGrant } from '../../../../src/domain/findings/bucket-facts.ts';

const perimeter = perimeterOf(anAlert(), aPolicy({ responders: ['arn:aws:iam::444444444444:role/soar-*'] }));
const exportArn = `arn:aws:s3:::${ids.bucket}/${ids.key}`;
const statements = (...list: Statement[]) =>
  outsideGrants(aBucket({ policy: aDocument(...list) }), perimeter, exportArn).statements;
const grants = (...list: AclGrant[]) => outsideGrants(aBucket({ acl: anAcl(...list) }), perimeter).grants;
const to = (principal: Json): Statement => ({ ...outsideStatement, Principal: principal });
const when = (condition: Json, principal: Json = '*'): Statement => ({ ...to(principal), Condition: condition });

describe('a bucket policy', () => {
  it.each<[string, Json]>([
    ['everybody', '*'],
    ['every AWS principal', { AWS: '*' }],
    ['an account by its id', { AWS: ids.outsideAccount }],
    ['an account by its root', { AWS: `arn:aws:iam::${ids.outsideAccount}:root` }],
    ['a role', { AWS: [`arn:aws:iam::${ids.outsideAccount}:role/r`] }],
    ['a session', { AWS: `arn:aws:sts::${ids.outsideAccount}:assumed-role/r/s` }],
    ['a canonical user', { CanonicalUser: ids.outsideCanonicalUser }],
    [
      'a CloudFront identity, which anybody can stand behind',
      { AWS: 'arn:aws:iam::cloudfront:user/CloudFront OAI E1' },
    ],
    ['an identity provider elsewhere', { Federated: 'accounts.google.com' }],
    ['a service, whoever it reads for', { Service: 'cloudfront.amazonaws.com' }],
  ])('lets %s in from outside', (_who, principal) => {
    expect(statements(to(principal))).toMatchObject([{ canRead: true, conditioned: false, narrowed: null }]);
  });

  it.each<[string, Json]>([
    ['its own account', { AWS: `arn:aws:iam::${ids.account}:root` }],
    ['an account of the organisation', { AWS: ids.forensicsAccount }],
    ['the bucket’s owner by canonical id', { CanonicalUser: ids.bucketOwner }],
    ['the export service', { CanonicalUser: ids.exportService }],
    ['the export service by its old e-mail address', { AWS: 'vm-import-export@amazon.com' }],
    [
      'the delivery of CloudFront logs',
      { CanonicalUser: 'c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0' },
    ],
    ['a role that was deleted', { AWS: 'AROAEXAMPLEDELETEDROLE' }],
    ['a responder of another account', { AWS: 'arn:aws:iam::444444444444:role/soar-contain' }],
  ])('does not count %s as outside', (_who, principal) => {
    expect(statements(to(principal))).toEqual([]);
  });

  it('is public for everybody and by inversion, not for named accounts', () => {
    expect(statements(to('*'))[0]).toMatchObject({ public: true, who: ['*'] });
    const { Principal: _, ...rest } = outsideStatement;
    const inverted = { ...rest, NotPrincipal: { AWS: `arn:aws:iam::${ids.account}:root` } };
    expect(statements(inverted)).toMatchObject([{ public: true, who: ['*'], narrowed: null }]);
    expect(statements(outsideStatement)[0]).toMatchObject({ public: false });
  });

  it('denies nobody in', () => {
    expect(statements({ ...to('*'), Effect: 'Deny' })).toEqual([]);
  });

  it.each<[string, Statement]>([
    ['its accounts', when({ StringEquals: { 'aws:PrincipalAccount': [ids.account, ids.forensicsAccount] } })],
    ['its principals', when({ ArnLike: { 'AWS:principalarn': `arn:aws:iam::${ids.account}:role/*` } })],
  ])('is not open to outsiders by a statement that a condition limits to %s', (_what, statement) => {
    expect(statements(statement)).toEqual([]);
  });

  it.each<[string, Json]>([
    ['an organisation id', { StringEquals: { 'aws:PrincipalOrgID': 'o-example' } }],
    ['a VPC endpoint', { 'ForAnyValue:StringLike': { 'aws:SourceVpce': ['vpce-1'] } }],
  ])('calls a statement conditioned that depends on %s', (_what, condition) => {
    expect(statements(when(condition))).toMatchObject([{ conditioned: true, public: false, canRead: true }]);
  });

  it.each<[string, Json]>([
    ['a foreign account', { StringEquals: { 'aws:PrincipalAccount': [ids.account, ids.outsideAccount] } }],
    ['any principal at all', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' } }],
    ['a negation', { StringNotEquals: { 'aws:PrincipalAccount': ids.account } }],
    ['a key that may be missing', { StringEqualsIfExists: { 'aws:PrincipalAccount': ids.account } }],
    ['a set that may be empty', { 'ForAllValues:StringEquals': { 'aws:PrincipalAccount': ids.account } }],
    ['any organisation', { StringLike: { 'aws:PrincipalOrgID': '*' } }],
    ['an address', { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }],
    ['nonsense', 'x'],
  ])('is not protected by a condition on %s', (_what, condition) => {
    expect(statements(when(condition))).toMatchObject([{ conditioned: false, public: true }]);
  });

  it.each<[string, Statement, boolean]>([
    ['s3:*', { Action: 's3:*' }, true],
    ['S3:getobject*', { Action: ['S3:getobject*'] }, true],
    ['a list', { Action: ['s3:ListBucket'] }, false],
    ['everything but deletion', { NotAction: 's3:DeleteObject' }, true],
    ['everything but reading', { NotAction: ['s3:Get*'] }, false],
  ])('can be read through %s: %s', (_what, actions, canRead) => {
    const { Action: _, ...rest } = outsideStatement;
    expect(statements({ ...rest, ...actions })).toMatchObject([{ canRead }]);
  });

  it('is read only through statements that cover the export', () => {
    expect(statements({ ...outsideStatement, Resource: [`arn:aws:s3:::${ids.bucket}/nightly/*`] })[0]?.canRead).toBe(
      true,
    );
    expect(statements({ ...outsideStatement, Resource: `arn:aws:s3:::${ids.bucket}/other/*` })[0]?.canRead).toBe(false);
    expect(
      statements({ ...outsideStatement, Resource: `arn:aws:s3:::${ids.bucket}/\${aws:userid}/*` })[0]?.canRead,
    ).toBe(true);
    const { Resource: _, ...rest } = outsideStatement;
    expect(statements({ ...rest, NotResource: `arn:aws:s3:::${ids.bucket}/other/*` })[0]?.canRead).toBe(true);
    expect(statements({ ...rest, NotResource: exportArn })[0]?.canRead).toBe(false);
  });

  it('says when outsiders may change who has access', () => {
    expect(statements({ ...outsideStatement, Action: 's3:PutBucketPolicy' })[0]).toMatchObject({
      canRead: false,
      canChangeAccess: true,
    });
    expect(statements(outsideStatement)[0]?.canChangeAccess).toBe(false);
  });

  it('counts a service as outside by whose request it carries out, and not where it only writes', () => {
    const cloudfront = { Service: 'cloudfront.amazonaws.com' };
    const distribution = (account: string) => `arn:aws:cloudfront::${account}:distribution/E1`;
    const of = (condition: Json) => statements(when(condition, cloudfront));
    expect(of({ StringEquals: { 'AWS:SourceArn': distribution(ids.account) } })).toEqual([]);
    expect(of({ StringEquals: { 'aws:SourceAccount': ids.account } })).toEqual([]);
    expect(of({ StringEquals: { 'AWS:SourceArn': distribution(ids.outsideAccount) } })).toMatchObject([
      { who: [cloudfront.Service], canRead: true, conditioned: false, public: false },
    ]);
    expect(of({ StringEquals: { 'aws:SourceOrgID': 'o-example' } })).toMatchObject([{ conditioned: true }]);
    expect(statements({ ...to({ Service: 'logging.s3.amazonaws.com' }), Action: 's3:PutObject' })).toEqual([]);
  });

  it('is narrowed to its inside principals where both stand in one statement', () => {
    const inside = `arn:aws:iam::${ids.account}:role/reader`;
    const mixed = to({
      AWS: [inside, `arn:aws:iam::${ids.outsideAccount}:root`],
      CanonicalUser: [ids.outsideCanonicalUser, ids.exportService],
    });
    expect(statements(mixed)).toMatchObject([
      {
        who: [`arn:aws:iam::${ids.outsideAccount}:root`, ids.outsideCanonicalUser],
        narrowed: { ...outsideStatement, Principal: { AWS: [inside], CanonicalUser: [ids.exportService] } },
      },
    ]);
  });
});

describe('a bucket ACL', () => {
  const group = (name: string) => ({ type: 'Group' as const, uri: `http://acs.amazonaws.com/groups/${name}` });

  it('is public through the global groups and not through log delivery', () => {
    expect(grants(aGrant(group('global/AllUsers'), 'READ'))).toMatchObject([
      { who: 'AllUsers', public: true, canRead: true },
    ]);
    expect(grants(aGrant(group('global/AuthenticatedUsers'), 'WRITE'))).toMatchObject([
      { public: true, canRead: false },
    ]);
    expect(grants(aGrant(group('s3/LogDelivery'), 'WRITE'))).toEqual([]);
  });

  it('lets in other canonical users and e-mail addresses, not the owner and not the export service', () => {
    expect(
      grants(
        aGrant({ type: 'CanonicalUser', id: ids.outsideCanonicalUser }, 'FULL_CONTROL'),
        aGrant({ type: 'AmazonCustomerByEmail', email: 'eve@example.org' }, 'READ_ACP'),
        aGrant({ type: 'CanonicalUser', id: ids.exportService }, 'WRITE'),
      ),
    ).toMatchObject([
      { who: ids.outsideCanonicalUser, canRead: true, public: false },
      { who: 'eve@example.org', canRead: false },
    ]);
  });

  it('holds nobody outside when it was not read', () => {
    expect(outsideGrants(aBucket({ acl: null, policy: null }), perimeter)).toEqual({ statements: [], grants: [] });
  });
});

describe('the export service', () => {
  it.each<[string, Json]>([
    ['its canonical id', { CanonicalUser: ids.exportService }],
    ['its service principal', { Service: 'vmie.amazonaws.com' }],
    ['its old e-mail address', { AWS: 'vm-import-export@amazon.com' }],
  ])('is found in the policy by %s', (_how, principal) => {
    const statement = { ...serviceStatement, Principal: principal };
    expect(serviceGrants(aBucket({ policy: aDocument(outsideStatement, statement) }), perimeter).statements).toEqual([
      { statement, narrowed: null },
    ]);
  });

  it('is found in the ACL by canonical id and by e-mail address', () => {
    const acl = anAcl(
      aGrant({ type: 'CanonicalUser', id: ids.exportService }, 'WRITE'),
      aGrant({ type: 'CanonicalUser', id: ids.exportService }, 'READ_ACP'),
      aGrant({ type: 'AmazonCustomerByEmail', email: 'VM-import-export@amazon.com' }, 'WRITE'),
      aGrant({ type: 'CanonicalUser', id: ids.outsideCanonicalUser }, 'WRITE'),
    );
    expect(serviceGrants(aBucket({ acl }), perimeter).grants).toEqual(acl.grants.slice(1, 4));
  });

  it('is not found where it is denied, nor in another Region', () => {
    const denied = { ...serviceStatement, Effect: 'Deny' };
    expect(serviceGrants(aBucket({ policy: aDocument(denied) }), perimeter).statements).toEqual([]);
    const elsewhere = perimeterOf(anAlert({ region: 'af-south-1' }), aPolicy());
    expect(serviceGrants(aBucket(), elsewhere).statements).toEqual([]);
  });

  it('leaves the others of its statement', () => {
    const statement = { ...serviceStatement, Principal: { CanonicalUser: [ids.exportService, ids.bucketOwner] } };
    expect(serviceGrants(aBucket({ policy: aDocument(statement) }), perimeter).statements[0]?.narrowed).toEqual({
      ...serviceStatement,
      Principal: { CanonicalUser: [ids.bucketOwner] },
    });
  });
});

describe('what is known of a bucket’s access', () => {
  it('has a gap when policy or ACL was refused, and none when there is no policy', () => {
    expect(accessGap(null)).toBe('the bucket was not read');
    expect(accessGap(aBucket({ policy: null }))).toBeNull();
    expect(accessGap(aBucket({ policy: null, gaps: [{ what: 'bucket policy', why: 'no' }] }))).toBe(
      'bucket policy: no',
    );
    expect(accessGap(aBucket({ acl: null, gaps: [{ what: 'bucket ACL', why: 'no' }] }))).toBe('bucket ACL: no');
    expect(accessGap(aBucket({ policy: null, gaps: [{ what: 'bucket policy status', why: 'no' }] }))).toBeNull();
    expect(accessGap(aBucket({ acl: null }))).toBe('the bucket ACL was not read');
  });
});
