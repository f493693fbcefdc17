import { oneOf, section, text, wholeNumber } from './forms.ts';

export const accountId = text(/^\d{12}$/, "an account id: 12 digits in quotes, such as '111111111111'");

export const region = text(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a Region such as eu-west-1');

export const roleArn = text(
  /^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/,
  'the ARN of a role: arn:aws:iam::ACCOUNT:role/NAME',
);

export const arn = text(/^arn:aws[\w-]*:[\w-]+:[\w-]*:\d*:\S+$/, 'an ARN');

export const topicArn = text(/^arn:aws[\w-]*:sns:[a-z0-9-]+:\d{12}:[\w.-]{1,260}$/, 'the ARN of an SNS topic');

export const arnPattern = text(
  /^arn:[\w*?-]+:[\w*?-]+:[\w*?-]*:[\d*?]*:\S*[\w]\S*$/,
  'an ARN with a name in it; * and ? are wildcards, such as arn:aws:iam::*:user/alice',
);

export const bucket = text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket');

export const bucketPattern = text(/^[a-z0-9.*?-]{1,63}$/, 'the name of a bucket; * and ? are wildcards');

export const imagePattern = text(
  /^(ami|snap)-[0-9a-f*?]{1,17}$/,
  'the id of an image or snapshot; * and ? are wildcards',
);

export const prefix = text(/^[\w!.*'()/-]{1,500}$/, "a prefix of object keys, such as 'exports'").transform((value) =>
  value.replace(/^\/+|\/+$/g, ''),
);

/** As AWS takes them. */
export const tagName = text(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u, 'the name of a tag');

export const retention = section({ mode: oneOf('GOVERNANCE', 'COMPLIANCE'), days: wholeNumber(1, 36_500) });
