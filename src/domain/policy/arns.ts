/** The ARN partition that a Region belongs to. */
export const partitionOf = (region: string): 'aws' | 'aws-cn' | 'aws-us-gov' =>
  region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';

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
