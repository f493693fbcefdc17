import { describe, expect, it } from 'vitest';
import {
  aBucket,
  aDocument,
  aFailedAlert,
  aGrant,
  anAcl,
  aPolicy,
  aRead,
  aTrail,
  aTrailEvent,
  ids,
  outsideStatement,
  someReads,
  without,
} from '../../../support/builders.ts';
import { find } from './an-investigation.ts';

describe('the export', () => {
  it('tells state, place and size', () => {
    expect(find('export-task')).toMatchObject({
      answer: 'yes',
      detail: `task ${ids.task} is completed, to s3://${ids.bucket}/${ids.key}; the object has 4294967296 bytes, written 2026-03-02T10:10:00Z`,
    });
    expect(find('export-task', { task: null }).detail).toContain('it has written');
    expect(find('export-task', { alert: aFailedAlert(), task: null, object: null }).detail).toContain('it failed');
    expect(find('export-task', { task: null, object: null }).answer).toBe('unknown');
  });

  it('was downloaded, by whom, from where, how often and how much', () => {
    const reads = someReads({
      reads: [aRead({ bytes: 10 }), aRead({ bytes: 5 }), aRead({ requester: '-', bytes: 1 })],
    });
    expect(find('downloaded', { reads })).toMatchObject({
      answer: 'yes',
      detail:
        'arn:aws:iam::333333333333:user/eve from 203.0.113.9, outside the organisation: 2 request(s), 15 bytes (0 % of the image), first at 2026-03-02T10:15:00Z; ' +
        'an anonymous reader from 203.0.113.9, outside the organisation: 1 request(s), 1 bytes (0 % of the image), first at 2026-03-02T10:15:00Z',
    });
  });

  it('was downloaded whole or in part, and by whose signed URL', () => {
    const part = aRead({ bytes: 1_073_741_824, presigned: true, signedBy: ids.accessKey });
    const { detail } = find('downloaded', { reads: someReads({ reads: [part] }) });
    expect(detail).toContain(`from 203.0.113.9 by a URL signed with ${ids.accessKey}`);
    expect(detail).toContain('1073741824 bytes (25 % of the image)');
    const whole = find('downloaded', { reads: someReads({ reads: [aRead()] }) }).detail;
    expect(whole).toContain('(the whole image)');
    expect(whole).not.toContain('signed');
    // The log knows the size of what was read; the object may have been replaced since.
    const other = aRead({ bytes: 5, objectSize: 10 });
    expect(find('downloaded', { reads: someReads({ reads: [other] }) }).detail).toContain('50 %');
  });

  it('was downloaded by our own people', () => {
    const reads = someReads({ reads: [aRead({ requester: `arn:aws:iam::${ids.account}:user/alice` })] });
    expect(find('downloaded', { reads })).toMatchObject({
      answer: 'yes',
      detail: expect.stringContaining('none of them outside the organisation') as unknown,
    });
  });

  it('was downloaded by the actor, or by a signed URL: nobody knows from where, and nothing claims to', () => {
    const inside = `arn:aws:iam::${ids.account}:user/alice`;
    for (const read of [aRead({ requester: ids.userArn }), aRead({ requester: inside, presigned: true })]) {
      const { detail } = find('downloaded', { reads: someReads({ reads: [read] }) });
      expect(detail).toContain('whether outside the organisation is not known');
      expect(detail).not.toContain('none of them outside');
    }
  });

  it('was not downloaded only if logs reach past its end', () => {
    expect(find('downloaded')).toMatchObject({
      answer: 'no',
      detail: 'no read in 40 log lines up to 2026-03-02T10:18:00Z; S3 delivers logs on a best-effort basis',
    });
    expect(find('downloaded', { reads: someReads({ logging: false }) })).toMatchObject({
      answer: 'unknown',
      whyUnknown: expect.stringMatching(/^access logging is off, and .*not asked for.*nobody is known/) as unknown,
    });
    const gap = { what: 'bucket logging', why: 'AwsAccessDenied: reading the logging of bucket exports' };
    const unread = { reads: someReads({ logging: false }), bucket: aBucket({ logging: null, gaps: [gap] }) };
    const { whyUnknown } = find('downloaded', unread);
    expect(whyUnknown).toMatch(/^whether access logging is on is not known \(AwsAccessDenied: reading the logging/);
    expect(whyUnknown).not.toContain('logging is off');
    expect(find('downloaded', { reads: someReads({ loggedUntil: '2026-03-02T10:01:00Z' }) }).answer).toBe('unknown');
    expect(find('downloaded', { reads: someReads({ unreadable: 1 }) }).answer).toBe('unknown');
    expect(find('downloaded', { alert: aFailedAlert(), reads: null }).answer).toBe('no');
  });

  it('is not downloaded by those who copy it for the investigation', () => {
    const responder = `arn:aws:iam::${ids.account}:role/soar-contain`;
    const reads = someReads({ reads: [aRead({ requester: responder })] });
    expect(find('downloaded', { reads, policy: aPolicy({ responders: [responder] }) }).answer).toBe('no');
    expect(find('downloaded', { reads, policy: aPolicy({ responders: [] }) }).answer).toBe('yes');
  });
});

describe('the bucket', () => {
  it('is told to be ours, another’s, or neither', () => {
    expect(find('bucket-owner')).toMatchObject({ answer: 'yes' });
    expect(find('bucket-owner', { bucket: aBucket({ ownedByAccount: 'no' }) }).answer).toBe('no');
    expect(find('bucket-owner', { bucket: aBucket({ ownedByAccount: 'unknown' }) }).answer).toBe('unknown');
  });

  it('of another account is the organisation’s, a known partner’s, or whoever’s', () => {
    const policy = aPolicy({ partners: [{ name: 'Example Logistics', accounts: [ids.outsideAccount] }] });
    const owned = (owner?: string) => {
      const bucket = aBucket({ ownedByAccount: 'no', ...(owner === undefined ? {} : { owner }) });
      return find('bucket-owner', { bucket, policy });
    };
    expect(owned(ids.forensicsAccount).detail).toContain(`account ${ids.forensicsAccount} of the organisation`);
    expect(owned(ids.outsideAccount).detail).toContain(`${ids.outsideAccount} (known partner Example Logistics)`);
    expect(owned('888888888888').detail).not.toContain('partner Example');
    expect(owned()).toMatchObject({ answer: 'no', detail: expect.stringContaining('none of ours') as string });

    // Named, and outside all the same.
    const bucket = aBucket({ policy: aDocument(outsideStatement) });
    expect(find('bucket-access', { bucket, policy })).toMatchObject({
      answer: 'yes',
      detail: expect.stringContaining('(known partner Example Logistics)') as string,
    });
    const requester = `arn:aws:iam::${ids.outsideAccount}:user/theirs`;
    const reads = someReads({ reads: [aRead({ requester })] });
    expect(find('downloaded', { reads, policy }).detail).toMatch(
      /user\/theirs \(known partner Example Logistics\).*outside the organisation/,
    );
  });

  it('is encrypted by S3, or by a key whose account is told', () => {
    const encrypted = (encryption: Exclude<Parameters<typeof aBucket>[0], undefined>['encryption']) =>
      find('bucket-encryption', { bucket: aBucket(encryption === undefined ? {} : { encryption }) });
    const key = (account: string) => ({ algorithm: 'aws:kms', key: `arn:aws:kms:eu-west-1:${account}:key/k-1` });
    expect(encrypted({ algorithm: 'AES256' })).toMatchObject({ answer: 'no', detail: 'by keys of S3 itself (SSE-S3)' });
    expect(encrypted({ algorithm: 'aws:kms' }).detail).toContain('AWS managed key');
    expect(encrypted({ algorithm: 'aws:kms', key: 'alias/exports' })).toMatchObject({ answer: 'no' });
    expect(encrypted(key(ids.account))).toMatchObject({ answer: 'no' });
    expect(encrypted(key(ids.outsideAccount))).toMatchObject({
      answer: 'yes',
      detail: expect.stringContaining(`of account ${ids.outsideAccount}`) as string,
    });
    expect(encrypted(null)).toMatchObject({ answer: 'no', detail: 'by default it is not encrypted at all' });
    expect(encrypted(undefined)).toMatchObject({ answer: 'unknown', whyUnknown: 'its encryption was not read' });
  });

  it('lets outsiders in by statement and by grant', () => {
    const bucket = aBucket({
      policy: aDocument(outsideStatement, {
        ...without(outsideStatement, 'Sid'),
        Principal: '*',
        Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-example' } },
      }),
      acl: anAcl(aGrant({ type: 'CanonicalUser', id: ids.outsideCanonicalUser }, 'READ')),
    });
    expect(find('bucket-access', { bucket })).toMatchObject({
      answer: 'yes',
      detail:
        'statement Partner for arn:aws:iam::333333333333:root, who can read the export; ' +
        'a statement for *, who can read the export under a condition that cannot be verified; ' +
        `ACL grant READ for ${ids.outsideCanonicalUser}`,
    });
    expect(find('bucket-access').answer).toBe('no');
    const refused = aBucket({ policy: null, gaps: [{ what: 'bucket policy', why: 'AwsAccessDenied' }] });
    expect(find('bucket-access', { bucket: refused }).answer).toBe('unknown');
  });

  it('lets the export service in, and tells who opened it', () => {
    expect(find('service-grants')).toMatchObject({ answer: 'yes', detail: 'statement VmExport' });
    expect(find('service-grants', { bucket: aBucket({ policy: null }) }).answer).toBe('no');
    const acl = anAcl(aGrant({ type: 'CanonicalUser', id: ids.exportService }, 'WRITE'));
    expect(find('service-grants', { bucket: aBucket({ policy: null, acl }) }).detail).toBe('ACL grant WRITE');
    const bucketTrail = aTrail([
      aTrailEvent({ eventName: 'PutBucketAcl', readOnly: false }),
      aTrailEvent({ eventName: 'GetBucketAcl' }),
    ]);
    expect(find('bucket-changes', { bucketTrail })).toMatchObject({
      answer: 'yes',
      detail: `PutBucketAcl at 2026-03-02T09:50:00Z by ${ids.userArn} from 198.51.100.7`,
    });
    expect(find('bucket-changes').answer).toBe('no');
    expect(find('bucket-changes', { bucketTrail: aTrail([], { truncated: true }) }).answer).toBe('unknown');
  });

  it.each(['DeleteBucketPolicy', 'DeleteBucketPublicAccessBlock', 'PutAccessPointPolicy'])(
    'was opened by %s, unless that was refused',
    (eventName) => {
      const call = aTrailEvent({ eventName, readOnly: false });
      expect(find('bucket-changes', { bucketTrail: aTrail([call]) })).toMatchObject({
        answer: 'yes',
        detail: expect.stringContaining(eventName) as unknown,
      });
      const bucketTrail = aTrail([{ ...call, errorCode: 'AccessDenied' }]);
      expect(find('bucket-changes', { bucketTrail }).answer).toBe('no');
    },
  );
});
