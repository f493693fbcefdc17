import { describe, expect, it } from 'vitest';
import { passedRole } from '../../../../src/domain/cloudtrail/passed-role.ts';
import { recordingChange } from '../../../../src/domain/cloudtrail/recording-changes.ts';
import { secondFactor } from '../../../../src/domain/cloudtrail/second-factor.ts';
import { passedRoles } from '../../../../src/domain/data/passed-roles.ts';

const change = (eventName: string, requestParameters: unknown) => recordingChange({ eventName, requestParameters });
const selector = { readWriteType: 'All', includeManagementEvents: true };
const delivery = { Effect: 'Allow', Principal: { Service: ['logging.s3.amazonaws.com'] }, Action: 's3:PutObject' };
const denied = { Effect: 'Deny', Principal: '*', Action: 's3:*' };
const management = { field: 'eventCategory', equals: ['Management'] };

describe('what a call changes about recording', () => {
  it.each([
    ['PutEventSelectors', { eventSelectors: [{ ...selector, includeManagementEvents: false }] }],
    ['PutEventSelectors', { eventSelectors: [{ ...selector, readWriteType: 'ReadOnly' }] }],
    ['PutEventSelectors', { eventSelectors: [{ ...selector, excludeManagementEventSources: ['kms.amazonaws.com'] }] }],
    ['PutEventSelectors', { eventSelectors: [] }],
    [
      'PutEventSelectors',
      { advancedEventSelectors: [{ fieldSelectors: [management, { field: 'readOnly', equals: ['false'] }] }] },
    ],
    ['UpdateTrail', { name: 't', isMultiRegionTrail: false }],
    ['UpdateTrail', { name: 't', s3BucketName: 'elsewhere' }],
    ['UpdateDetector', { detectorId: 'd', enable: false }],
    ['UpdateDetector', { features: [{ name: 'S3_DATA_EVENTS', status: 'DISABLED' }] }],
    ['PutBucketLogging', { bucketName: 'b', BucketLoggingStatus: { xmlns: 'x' } }],
    [
      'PutBucketLifecycle',
      { bucketName: 'b', LifecycleConfiguration: { Rule: { Status: 'Enabled', Expiration: { Days: 1 } } } },
    ],
    ['DeleteBucketPolicy', { bucketName: 'b' }],
    ['PutBucketPolicy', { bucketName: 'b', bucketPolicy: { Statement: { ...delivery, Effect: 'Deny' } } }],
    [
      'PutBucketPolicy',
      { bucketName: 'b', bucketPolicy: { Statement: [delivery, { ...denied, NotAction: 's3:Get*' }] } },
    ],
    ['PutBucketPolicy', { bucketName: 'b', bucketPolicy: { Statement: [{ ...delivery, Action: 's3:GetBucketAcl' }] } }],
    ['PutBucketPolicy', { bucketName: 'b', bucketPolicy: { Statement: [{ ...delivery, Principal: '*' }] } }],
  ])('%s takes away: %j', (eventName, request) => {
    expect(change(eventName, request)?.effect).toBe('less');
  });

  it.each([
    ['PutEventSelectors', { eventSelectors: [{ ...selector, dataResources: [{ type: 'AWS::S3::Object' }] }] }],
    ['PutEventSelectors', { advancedEventSelectors: [{ fieldSelectors: [management] }] }],
    ['UpdateTrail', { name: 't', isMultiRegionTrail: true }],
    ['UpdateDetector', { detectorId: 'd', enable: true }],
    ['PutBucketLogging', { bucketName: 'b', BucketLoggingStatus: { LoggingEnabled: { TargetBucket: 'l' } } }],
    [
      'PutBucketLifecycle',
      { bucketName: 'b', LifecycleConfiguration: { Rule: [{ Status: 'Enabled', Transition: {} }] } },
    ],
    [
      'PutBucketLifecycle',
      { bucketName: 'b', LifecycleConfiguration: { Rule: { Status: 'Disabled', Expiration: { Days: 1 } } } },
    ],
    ['PutBucketPolicy', { bucketName: 'b', bucketPolicy: { Statement: [delivery] } }],
    ['PutBucketPolicy', { bucketName: 'b', bucketPolicy: { Statement: [delivery, { ...denied, Condition: {} }] } }],
  ])('%s takes nothing away: %j', (eventName, request) => {
    expect(change(eventName, request)?.effect).toBe('not less');
  });

  it('names the bucket, and says when the record does not tell', () => {
    expect(change('PutBucketLifecycle', { bucketName: 'logs' })).toEqual({
      effect: 'unknown',
      what: 'the record does not tell which rules',
      bucket: 'logs',
    });
    expect(change('PutBucketPolicy', { bucketName: 'logs' })?.effect).toBe('unknown');
    expect(change('DescribeInstances', {})).toBeUndefined();
  });
});

describe('a second factor', () => {
  const signIn = (type: string, MFAUsed: string) => ({ userIdentity: { type }, additionalEventData: { MFAUsed } });
  const session = (type: string, mfaAuthenticated: string) => ({
    userIdentity: { type, sessionContext: { attributes: { mfaAuthenticated } } },
  });

  it.each([
    [signIn('IAMUser', 'Yes'), true],
    [signIn('IAMUser', 'No'), false],
    [signIn('AssumedRole', 'No'), undefined],
    [session('IAMUser', 'true'), true],
    [session('IAMUser', 'false'), false],
    [session('AssumedRole', 'false'), undefined],
    [{ userIdentity: null }, undefined],
  ])('is read where AWS itself asked: %j', (record, expected) => {
    expect(secondFactor(record)).toBe(expected);
  });
});

describe('a role that is passed', () => {
  it.each(Object.entries(passedRoles))('%s names it', (eventName, [place = []]) => {
    const requestParameters = place.reduceRight<unknown>((inside, key) => ({ [key]: inside }), 'arn:aws:iam::1:role/r');
    expect(passedRole({ eventName, requestParameters })).toBe('arn:aws:iam::1:role/r');
    expect(passedRole({ eventName, requestParameters: {} })).toBeUndefined();
  });
});
