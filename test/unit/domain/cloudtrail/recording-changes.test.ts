import { describe, expect, it } from 'vitest';
import { passedRole } from '../../../../src/domain/cloudtrail/passed-role.ts';
import { recordsBucket } from '../../../../src/domain/cloudtrail/recorded-objects.ts';
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

describe('selectors of a trail', () => {
  const type = { field: 'resources.type', equals: ['AWS::S3::Object'] };
  const data = { field: 'eventCategory', equals: ['Data'] };
  const place = { field: 'resources.ARN', startsWith: ['arn:aws:s3:::exports/'] };
  const basic = (values: string[], readWriteType = 'All') => ({
    eventSelectors: [{ ...selector, readWriteType, dataResources: [{ type: 'AWS::S3::Object', values }] }],
  });
  const advanced = (...fieldSelectors: object[]) => ({ advancedEventSelectors: [{ fieldSelectors }] });
  const records = (request: object) =>
    recordsBucket(change('PutEventSelectors', { trailName: 't', ...request })?.objects ?? [], 'arn:aws:s3:::exports');

  it.each([
    [basic(['arn:aws:s3'])],
    [basic(['arn:aws:s3:::'], 'ReadOnly')],
    [basic(['arn:aws-us-gov:s3'])],
    [basic(['arn:aws:s3:::other/', 'arn:aws:s3:::exports/'])],
    [advanced(data, type)],
    [advanced(data, type, place, { field: 'readOnly', equals: ['true'] })],
  ])('record all reads of a bucket: %j', (request) => {
    expect(records(request)).toBe(true);
  });

  it.each([
    [basic(['arn:aws:s3:::other/', 'arn:aws:s3:::exports/vms/'])],
    [basic(['arn:aws:s3'], 'WriteOnly')],
    [{ eventSelectors: [selector] }],
    [advanced(data, { field: 'resources.type', equals: ['AWS::Lambda::Function'] })],
    [advanced(data, type, { field: 'eventName', equals: ['PutObject'] })],
    [advanced(data, type, { field: 'readOnly', equals: ['false'] })],
    [advanced(data, type, { field: 'resources.ARN', notStartsWith: ['arn:aws:s3:::exports/'] })],
    [{}],
  ])('do not record all reads of it: %j', (request) => {
    expect(records(request)).toBe(false);
  });

  it('are told with their trail', () => {
    expect(change('PutEventSelectors', { trailName: 'main', ...basic(['arn:aws:s3']) })).toMatchObject({
      trail: 'main',
      objects: ['arn:aws:s3'],
    });
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
