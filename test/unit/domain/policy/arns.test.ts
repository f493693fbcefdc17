import { expect, test } from 'vitest';
import { bucketArn, dnsSuffixOf, partitionOf } from '../../../../src/domain/policy/arns.ts';

/** As the AWS SDK lists them. */
test.each([
  ['eu-west-1', 'aws', 'amazonaws.com'],
  ['mx-central-1', 'aws', 'amazonaws.com'],
  ['us-gov-west-1', 'aws-us-gov', 'amazonaws.com'],
  ['cn-northwest-1', 'aws-cn', 'amazonaws.com.cn'],
  ['eusc-de-east-1', 'aws-eusc', 'amazonaws.eu'],
  ['us-iso-east-1', 'aws-iso', 'c2s.ic.gov'],
  ['us-isob-east-1', 'aws-iso-b', 'sc2s.sgov.gov'],
  ['eu-isoe-west-1', 'aws-iso-e', 'cloud.adc-e.uk'],
  ['us-isof-south-1', 'aws-iso-f', 'csp.hci.ic.gov'],
])('Region %s is in partition %s, under %s', (region, partition, suffix) => {
  expect([partitionOf(region), dnsSuffixOf(region)]).toEqual([partition, suffix]);
  expect(bucketArn(region, 'exports')).toBe(`arn:${partition}:s3:::exports`);
});
