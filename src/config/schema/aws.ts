import { flag, name, secret, section, url, wholeNumber } from './forms.ts';

const requestRate = wholeNumber(1, 1_000);

export const aws = section({
  endpoint: url.exactOptional(),
  forcePathStyle: flag.exactOptional(),
  externalId: secret.exactOptional(),
  /** AWS allows two in each account and Region, to all that ask there. */
  lookupsPerSecond: requestRate.default(2),
  /** What each worker takes of an account, where AWS allows another rate than activities/aws/pace.ts reckons with. */
  requestsPerSecond: section({
    cloudwatch: requestRate.exactOptional(),
    config: requestRate.exactOptional(),
    ec2: requestRate.exactOptional(),
    eventbridge: requestRate.exactOptional(),
    iam: requestRate.exactOptional(),
    organizations: requestRate.exactOptional(),
    s3control: requestRate.exactOptional(),
    ssm: requestRate.exactOptional(),
  }).prefault({}),
  profiles: section({
    observe: name.exactOptional(),
    contain: name.exactOptional(),
    notify: name.exactOptional(),
    detect: name.exactOptional(),
    intake: name.exactOptional(),
    figures: name.exactOptional(),
    encryption: name.exactOptional(),
  }).prefault({}),
});
