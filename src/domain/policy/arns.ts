/** By how the names of their Regions begin, as the AWS SDK has them. */
const partitions = [
  ['cn-', 'aws-cn', 'amazonaws.com.cn'],
  ['us-gov-', 'aws-us-gov', 'amazonaws.com'],
  ['us-iso-', 'aws-iso', 'c2s.ic.gov'],
  ['us-isob-', 'aws-iso-b', 'sc2s.sgov.gov'],
  ['eu-isoe-', 'aws-iso-e', 'cloud.adc-e.uk'],
  ['us-isof-', 'aws-iso-f', 'csp.hci.ic.gov'],
  ['eusc-', 'aws-eusc', 'amazonaws.eu'],
] as const;
const everywhereElse = ['', 'aws', 'amazonaws.com'] as const;
export type Partition = (typeof partitions | [typeof everywhereElse])[number][1];

const placeOf = (region: string) => partitions.find(([prefix]) => region.startsWith(prefix)) ?? everywhereElse;

/** The ARN partition that a Region belongs to. */
export const partitionOf = (region: string): Partition => placeOf(region)[1];

/** Where the names of AWS's hosts in a Region end. */
export const dnsSuffixOf = (region: string): string => placeOf(region)[2];

export const bucketArn = (region: string, bucket: string): string => `arn:${partitionOf(region)}:s3:::${bucket}`;

/** The account in an ARN; undefined where there is none, as in S3's. */
export const accountOfArn = (arn: string): string | undefined => {
  const account = arn.startsWith('arn:') ? arn.split(':')[4] : undefined;
  return account === '' ? undefined : account;
};

/** `arn:aws:sts::1:assumed-role/ROLE/SESSION` as the role's own ARN. The role's path is not in it, so it is lost. */
export function roleArnOfSession(arn: string): string {
  const session = /^arn:([\w-]+):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn);
  return session ? `arn:${session[1] ?? ''}:iam::${session[2] ?? ''}:role/${session[3] ?? ''}` : arn;
}
