import { describe, expect, it } from 'vitest';
import type { PlanInput } from '../../../../src/domain/plan/planning.ts';
import { monitoringPattern, recoveryPlan } from '../../../../src/domain/plan/recovery-plan.ts';
import {
  aBucket,
  aDocument,
  aGrant,
  anAcl,
  anAlert,
  aPlanInput,
  aPolicy,
  ids,
  outsideStatement,
  serviceStatement,
} from '../../../support/builders.ts';

const plan = (changes: Partial<PlanInput> = {}) => recoveryPlan(aPlanInput(changes));
const action = (id: string, changes: Partial<PlanInput> = {}) => plan(changes).actions.find((one) => one.id === id);
const why = (what: string, changes: Partial<PlanInput> = {}) =>
  plan(changes).notPlanned.find((entry) => entry.what === what)?.why;

const base = { incidentKey: ids.incidentKey, accountId: ids.account, region: ids.region };
const service = [
  aGrant({ type: 'CanonicalUser', id: ids.exportService }, 'WRITE'),
  aGrant({ type: 'CanonicalUser', id: ids.exportService }, 'READ_ACP'),
];
const denyPut = {
  Sid: 'VMXABCDEFGHIJDenyServicePut',
  Effect: 'Deny',
  Principal: { CanonicalUser: [ids.exportService] },
  Action: 's3:PutObject',
  Resource: `arn:aws:s3:::${ids.bucket}/*`,
};

describe('the recovery plan', () => {
  it('takes the service’s grants away, denies it, and watches', () => {
    expect(plan({ bucket: aBucket({ acl: anAcl(...service) }) }).actions.map(({ id }) => id)).toEqual([
      'remove-service-grant',
      'remove-service-acl-grant',
      'deny-service-put',
      'monitor-exports',
    ]);
  });

  it('removes the statement that lets the service in and leaves the others', () => {
    const bucket = aBucket({ policy: aDocument(serviceStatement, outsideStatement) });
    expect(action('remove-service-grant', { bucket })).toMatchObject({
      after: aDocument(outsideStatement),
      input: { act: 'editBucketPolicy', ...base, add: [], remove: [serviceStatement] },
    });
  });

  it('keeps the other principals of the service’s statement, under a Sid of ours', () => {
    const mixed = { ...serviceStatement, Principal: { CanonicalUser: [ids.exportService, ids.bucketOwner] } };
    expect(action('remove-service-grant', { bucket: aBucket({ policy: aDocument(mixed) }) })?.input).toMatchObject({
      remove: [mixed],
      add: [
        {
          Sid: expect.stringMatching(/^VMXABCDEFGHIJWithoutService/) as unknown,
          Principal: { CanonicalUser: [ids.bucketOwner] },
        },
      ],
    });
  });

  it('takes both of the service’s ACL grants in one act', () => {
    const bucket = aBucket({ acl: anAcl(...service) });
    expect(action('remove-service-acl-grant', { bucket })?.input).toEqual({
      act: 'replaceBucketAcl',
      ...base,
      bucket: ids.bucket,
      before: anAcl(...service),
      after: anAcl(),
    });
  });

  it('denies the service to write into the bucket', () => {
    expect(action('deny-service-put')).toMatchObject({
      sources: ['S107', 'S114', 'S115'],
      input: { act: 'editBucketPolicy', ...base, bucket: ids.bucket, add: [denyPut], remove: [] },
    });
    expect(why('deny-service-put', { bucket: aBucket({ policy: aDocument(denyPut) }) })).toMatch(/already/);
    expect(why('deny-service-put', { alert: anAlert({ region: 'xx-nowhere-1' }) })).toMatch(/not known/);
  });

  it('watches for the three calls and for changes of bucket access', () => {
    const rule = {
      eventPattern: monitoringPattern,
      description: 'temporal-soar VMX-ABCDEFGHIJ: VM exports, changes of bucket access, shares of images and snapshots',
      targetArn: 'arn:aws:sns:eu-west-1:111111111111:security-events',
    };
    expect(action('monitor-exports')).toMatchObject({
      target: 'arn:aws:events:eu-west-1:111111111111:rule/soar-vm-export-monitor-VMX-ABCDEFGHIJ',
      input: {
        act: 'putEventRule',
        ...base,
        ruleName: 'soar-vm-export-monitor-VMX-ABCDEFGHIJ',
        before: null,
        after: rule,
      },
    });
    const { detail } = JSON.parse(monitoringPattern) as { detail: { eventName: string[] } };
    expect(detail.eventName).toEqual(
      expect.arrayContaining([
        'CreateInstanceExportTask',
        'ExportImage',
        'CreateStoreImageTask',
        'PutBucketPolicy',
        'PutBucketAcl',
        'PutBucketOwnershipControls',
        'PutBucketReplication',
        'CreateAccessPoint',
        'PutAccessPointPolicy',
        'PutAccountPublicAccessBlock',
        'DeleteBucketReplication',
        'ModifyImageAttribute',
        'ModifySnapshotAttribute',
      ]),
    );
    expect(why('monitor-exports', { eventRule: rule })).toMatch(/already/);
    expect(action('monitor-exports', { eventRule: { ...rule, targetArn: 'elsewhere' } })?.input).toMatchObject({
      before: { targetArn: 'elsewhere' },
      after: rule,
    });
  });

  it('says that watching is not configured', () => {
    expect(why('monitor-exports', { policy: aPolicy({ monitoring: null }) })).toMatch(/^not configured/);
  });

  it.each<[string, Partial<PlanInput>, RegExp]>([
    ['belongs to another account', { bucket: aBucket({ ownedByAccount: 'no' }) }, /does not belong/],
    ['is protected', { policy: aPolicy({ protected: { principals: [], buckets: [ids.bucket] } }) }, /^protected/],
    ['was not read', { bucket: null }, /not read/],
  ])('changes nothing of a bucket that %s', (_how, changes, reason) => {
    expect(plan(changes).actions.map(({ id }) => id)).toEqual(['monitor-exports']);
    for (const what of ['remove-service-grant', 'remove-service-acl-grant', 'deny-service-put']) {
      expect(why(what, changes)).toMatch(reason);
    }
  });

  it('finds nothing to remove where the service was never let in', () => {
    const changes = { bucket: aBucket({ policy: null }) };
    expect(why('remove-service-grant', changes)).toMatch(/no export service/);
    expect(why('remove-service-acl-grant', changes)).toMatch(/no export service/);
    expect(why('remove-service-acl-grant', { bucket: aBucket({ acl: null }) })).toMatch(/not read/);
  });

  it('admits that a bucket policy does not stop stored images', () => {
    const alert = anAlert({ eventName: 'CreateStoreImageTask' });
    expect(why('deny stored images by bucket policy', { alert })).toMatch(/SCP/);
  });
});
