import { describe, expect, it } from 'vitest';
import { inlinePolicyName, isOwnPolicy, monitoringRuleName, sid } from '../../../../src/domain/acts/created-names.ts';
import {
  denyExportStatement,
  exportActions,
  grantsExport,
  withoutExport,
} from '../../../../src/domain/policy/export-permission.ts';
import type { Statement } from '../../../../src/domain/policy/policy-document.ts';
import { aDocument, anAllow, ids } from '../../../support/builders.ts';

const prefix = 'VMXABCDEFGHIJ';
const notAction = (...actions: string[]): Statement => ({ Effect: 'Allow', NotAction: actions, Resource: '*' });

describe('a policy', () => {
  it.each<[string, Statement]>([
    ['the call by name', anAllow({ Action: 'ec2:CreateInstanceExportTask' })],
    ['the call in another case', anAllow({ Action: ['EC2:exportimage'] })],
    ['the call among others', anAllow({ Action: ['s3:GetObject', 'ec2:CreateStoreImageTask'] })],
    ['everything of EC2', anAllow({ Action: 'ec2:*' })],
    ['a part of a name', anAllow({ Action: 'ec2:*Export*' })],
    ['everything', anAllow({ Action: '*' })],
    ['everything but something else', notAction('iam:*')],
    ['everything but two of the three', notAction('ec2:CreateInstanceExportTask', 'ec2:ExportImage')],
  ])('grants the export by %s', (_how, statement) => {
    expect(grantsExport(aDocument(statement))).toEqual([statement]);
  });

  it.each<[string, Statement]>([
    ['reading', anAllow({ Action: ['ec2:Describe*', 's3:*'] })],
    ['everything but EC2', notAction('ec2:*')],
    ['a Deny', anAllow({ Effect: 'Deny', Action: '*' })],
    ['a longer name', anAllow({ Action: 'ec2:ExportImages' })],
  ])('does not grant it by %s', (_how, statement) => {
    expect(grantsExport(aDocument(statement))).toEqual([]);
    expect(withoutExport(aDocument(statement), prefix)).toBeNull();
  });

  it('loses named calls from its lists and nothing else', () => {
    const other = anAllow({ Sid: 'Other', Action: 's3:GetObject' });
    const document = aDocument(
      anAllow({ Action: ['ec2:ExportImage', 'ec2:DescribeInstances', 'ec2:createstoreimagetask'] }),
      other,
    );
    expect(withoutExport(document, prefix)).toEqual({
      after: aDocument(anAllow({ Action: ['ec2:DescribeInstances'] }), other),
      removed: ['ec2:ExportImage', 'ec2:createstoreimagetask'],
      how: 'removed',
    });
  });

  it('loses a statement of which nothing is left, and is nothing without statements', () => {
    const only = anAllow({ Action: exportActions });
    const other = anAllow({ Action: 's3:GetObject' });
    expect(withoutExport(aDocument(only, other), prefix)?.after).toEqual(aDocument(other));
    expect(withoutExport(aDocument(only), prefix)).toEqual({ after: null, removed: exportActions, how: 'removed' });
  });

  it.each<[string, Statement]>([
    ['a wildcard', anAllow({ Action: ['ec2:*', 's3:GetObject'] })],
    ['an inversion', notAction('iam:*')],
  ])('gets an explicit Deny beside %s', (_what, statement) => {
    expect(withoutExport(aDocument(statement), prefix)).toEqual({
      after: aDocument(statement, {
        Sid: 'VMXABCDEFGHIJDenyExport',
        Effect: 'Deny',
        Action: ['ec2:CreateInstanceExportTask', 'ec2:ExportImage', 'ec2:CreateStoreImageTask'],
        Resource: '*',
      }),
      removed: [],
      how: 'denied',
    });
  });

  it('loses the name and gets the Deny where both grant it', () => {
    const document = aDocument(anAllow({ Action: ['ec2:*', 'ec2:ExportImage'] }));
    expect(withoutExport(document, prefix)).toMatchObject({ removed: ['ec2:ExportImage'], how: 'denied' });
  });

  it('is not narrowed twice', () => {
    for (const statement of [
      anAllow({ Action: ['ec2:ExportImage', 'a:b'] }),
      anAllow({ Action: '*' }),
      notAction('iam:*'),
    ]) {
      const after = withoutExport(aDocument(statement), prefix)?.after;
      expect(withoutExport(after!, prefix)).toBeNull();
    }
  });

  it('is narrowed although a Deny covers only some of it', () => {
    const deny = denyExportStatement('Other');
    for (const partial of [
      { ...deny, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } } },
      { ...deny, Action: 'ec2:ExportImage' },
      { ...deny, Resource: 'arn:aws:ec2:*:*:instance/i-1' },
    ]) {
      expect(withoutExport(aDocument(anAllow(), partial), prefix)).not.toBeNull();
    }
    expect(withoutExport(aDocument(anAllow(), deny), prefix)).toBeNull();
  });
});

describe('a name created in AWS', () => {
  it('carries the incident’s key, in Sids as letters and digits only', () => {
    expect(sid(ids.incidentKey, 'DenyExportReads')).toBe('VMXABCDEFGHIJDenyExportReads');
    expect(inlinePolicyName(ids.incidentKey, 'deny-all')).toBe('SOAR-VMX-ABCDEFGHIJ-deny-all');
    expect(monitoringRuleName(ids.incidentKey)).toBe('soar-vm-export-monitor-VMX-ABCDEFGHIJ');
  });

  it('is told from names of others', () => {
    expect(isOwnPolicy(ids.incidentKey, 'SOAR-VMX-ABCDEFGHIJ-deny-all')).toBe(true);
    expect(isOwnPolicy(ids.incidentKey, 'SOAR-VMX-KLMNOPQRST-deny-all')).toBe(false);
  });
});
