import { describe, expect, it } from 'vitest';
import {
  applyEdit,
  editIsDone,
  parsePolicy,
  restDigest,
  sameDocument,
  sameStatement,
} from '../../../../src/domain/policy/policy-document.ts';
import { aDocument, anAllow, outsideStatement, serviceStatement } from '../../../support/builders.ts';

const prefix = 'VMXABCDEFGHIJ';
const own = anAllow({ Sid: `${prefix}Deny`, Effect: 'Deny' });

describe('a policy statement', () => {
  it('is the same whatever the order of its lists, and with one value bare', () => {
    const one = { Effect: 'Deny', Principal: { AWS: ['a', 'b'] }, Action: ['s3:GetObject'], Resource: ['x', 'y'] };
    const other = { Effect: 'Deny', Principal: { AWS: ['b', 'a'] }, Action: 's3:GetObject', Resource: ['y', 'x'] };
    expect(sameStatement(one, other)).toBe(true);
    expect(sameStatement(one, { ...other, Resource: ['y'] })).toBe(false);
    expect(sameStatement(one, { ...other, Principal: '*' })).toBe(false);
  });

  it('is the same whatever the order of a condition’s values', () => {
    const one = anAllow({ Condition: { ArnNotLike: { 'aws:PrincipalArn': ['a', 'b'] }, Bool: { x: ['true'] } } });
    const other = anAllow({ Condition: { Bool: { x: 'true' }, ArnNotLike: { 'aws:PrincipalArn': ['b', 'a'] } } });
    expect(sameStatement(one, other)).toBe(true);
    expect(sameStatement(one, anAllow({ Condition: { Bool: { x: 'true' } } }))).toBe(false);
    expect(sameStatement(anAllow({ Condition: 'x' }), anAllow({ Condition: { Bool: 'x' } }))).toBe(false);
  });

  it('does not confuse a list of two with a list that looks like it', () => {
    expect(sameStatement(anAllow({ Action: ['a', 'b'] }), anAllow({ Action: 'a,b' }))).toBe(false);
    expect(sameStatement(anAllow({ Action: [] }), anAllow({ Action: ['a'] }))).toBe(false);
  });
});

describe('a policy document', () => {
  it('is the same in another order of statements, and not with another statement or version', () => {
    expect(sameDocument(aDocument(own, serviceStatement), aDocument(serviceStatement, own))).toBe(true);
    expect(sameDocument(aDocument(own), aDocument(serviceStatement))).toBe(false);
    expect(sameDocument(aDocument(own), { Version: '2008-10-17', Statement: [own] })).toBe(false);
    expect(sameDocument(null, null)).toBe(true);
    expect(sameDocument(aDocument(own), null)).toBe(false);
  });

  it('is read with a single statement where a list is meant', () => {
    expect(parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: own }))).toEqual(aDocument(own));
  });

  it('keeps its rest digest through our edits and loses it to others’', () => {
    const before = aDocument(serviceStatement, outsideStatement);
    const digest = restDigest(before, prefix, [outsideStatement]);
    const edited = applyEdit(before, { add: [own], remove: [outsideStatement] });
    expect(restDigest(edited, prefix, [outsideStatement])).toBe(digest);
    const reordered = aDocument({ ...serviceStatement, Action: ['s3:PutObject', 's3:GetBucketAcl'] });
    expect(restDigest(reordered, prefix, [])).toBe(digest);
    expect(restDigest(aDocument(serviceStatement, anAllow()), prefix, [outsideStatement])).not.toBe(digest);
    expect(restDigest(null, prefix, [])).not.toBe(digest);
  });

  it('is edited twice with the same end, and is gone when nothing is left', () => {
    const edit = { add: [own], remove: [outsideStatement] };
    const once = applyEdit(aDocument(outsideStatement, serviceStatement), edit);
    expect(editIsDone(once, edit)).toBe(true);
    expect(applyEdit(once, edit)).toEqual(once);
    expect(applyEdit(aDocument(outsideStatement), { add: [], remove: [outsideStatement] })).toBeNull();
    expect(applyEdit(null, edit)).toEqual(aDocument(own));
  });
});
