import { describe, expect, it } from 'vitest';
import { applyEdit } from '../../../../src/domain/policy/policy-document.ts';
import {
  aBucket,
  aDocument,
  aGrant,
  anAcl,
  ids,
  outsideStatement,
  serviceStatement,
} from '../../../support/builders.ts';
import { plan, actions, action, why, base, opened } from './a-containment-plan.ts';

describe('remove-outside-grants', () => {
  it('removes statements for outsiders and keeps all others', () => {
    expect(action('remove-outside-grants', { bucket: opened })).toMatchObject({
      after: aDocument(serviceStatement),
      mayBreak: ['arn:aws:iam::333333333333:root through statement Partner'],
      input: {
        act: 'editBucketPolicy',
        add: [],
        remove: [outsideStatement],
        removedByPlan: [serviceStatement, outsideStatement],
      },
    });
  });

  it('deletes the policy when nothing is left of it', () => {
    const bucket = aBucket({ policy: aDocument(outsideStatement) });
    expect(action('remove-outside-grants', { bucket })).toMatchObject({
      after: null,
      calls: ['s3:DeleteBucketPolicy'],
    });
  });

  it('narrows a mixed statement to the inside, under a Sid of ours', () => {
    const inside = `arn:aws:iam::${ids.account}:role/reader`;
    const mixed = { ...outsideStatement, Principal: { AWS: [inside, ids.outsideAccount] } };
    const planned = action('remove-outside-grants', { bucket: aBucket({ policy: aDocument(mixed) }) });
    expect(planned?.input).toMatchObject({
      remove: [mixed],
      add: [
        {
          ...outsideStatement,
          Sid: expect.stringMatching(/^VMXABCDEFGHIJInsideOnly[0-9a-f]{8}$/) as unknown,
          Principal: { AWS: [inside] },
        },
      ],
    });
  });

  it('warns that a public statement serves the inside as well', () => {
    const bucket = aBucket({ policy: aDocument({ ...outsideStatement, Principal: '*' }) });
    expect(action('remove-outside-grants', { bucket })?.mayBreak).toEqual([
      'everybody who reads through statement Partner, your own people included',
    ]);
  });

  it('removes what lets outsiders change access, though they cannot read', () => {
    const statement = { ...outsideStatement, Action: 's3:PutBucketPolicy' };
    expect(actions({ bucket: aBucket({ policy: aDocument(statement) }) })).toContain('remove-outside-grants');
  });

  it('leaves conditioned and harmless statements, and says so', () => {
    const conditioned = {
      ...outsideStatement,
      Principal: '*',
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-example' } },
    };
    const upload = { ...outsideStatement, Sid: 'Upload', Action: 's3:PutObject' };
    const changes = { bucket: aBucket({ policy: aDocument(conditioned, upload) }) };
    expect(actions(changes)).not.toContain('remove-outside-grants');
    expect(why('remove-outside-grants: statement Partner', changes)).toMatch(/cannot be verified/);
    expect(why('remove-outside-grants: statement Upload', changes)).toMatch(/neither reads/);
  });
});

describe('remove-outside-acl-grants', () => {
  it('takes outsiders out of the ACL and leaves owner and export service', () => {
    const service = aGrant({ type: 'CanonicalUser', id: ids.exportService }, 'WRITE');
    const eve = aGrant({ type: 'CanonicalUser', id: ids.outsideCanonicalUser }, 'READ');
    const bucket = aBucket({ acl: anAcl(service, eve) });
    expect(action('remove-outside-acl-grants', { bucket })).toMatchObject({
      calls: ['s3:PutBucketAcl'],
      mayBreak: [`${ids.outsideCanonicalUser}, who loses READ`],
      input: {
        act: 'replaceBucketAcl',
        ...base,
        bucket: ids.bucket,
        before: anAcl(service, eve),
        after: anAcl(service),
      },
    });
  });

  it('is not planned for ACLs that are off, unread or clean', () => {
    const acl = anAcl(aGrant({ type: 'CanonicalUser', id: ids.outsideCanonicalUser }, 'READ'));
    const id = 'remove-outside-acl-grants';
    expect(why(id, { bucket: aBucket({ acl, ownership: 'BucketOwnerEnforced' }) })).toMatch(/switched off/);
    expect(why(id, { bucket: aBucket({ acl: null }) })).toMatch(/was not read/);
    expect(why(id)).toMatch(/nobody outside/);
    expect(why(id, { bucket: aBucket({ ownedByAccount: 'no' }) })).toMatch(/does not belong/);
  });
});

it('never plans an edit that leaves the policy as it is', () => {
  for (const { input } of plan({ bucket: opened }).actions) {
    if (input.act === 'editBucketPolicy') expect(applyEdit(input.before, input)).not.toEqual(input.before);
  }
});
