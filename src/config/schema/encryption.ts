import { folder, id, list, secret, section, text, wholeNumber, uniqueIds } from './forms.ts';
import { accountId, bucket, prefix, region, roleArn } from './aws-names.ts';

/** What Temporal stores is encrypted with a key of each incident, which one of these wraps; the first wraps new ones. */
const kmsKey = text(
  /^arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]{1,100}$/,
  'the ARN of a KMS key: arn:aws:kms:REGION:ACCOUNT:key/ID',
);

const masterKey = section({ id, key: secret.exactOptional(), kms: kmsKey.exactOptional() }).superRefine(
  ({ key, kms }, context) => {
    if ((key === undefined) === (kms === undefined))
      context.addIssue({ code: 'custom', message: 'needs either key or kms' });
  },
);

export const encryption = section({
  masterKeys: list(masterKey, 'master keys')
    .min(1, { error: 'must hold at least one key (soar encryption keygen)' })
    .superRefine(uniqueIds),
  /** Wrapped keys of incidents: every process has to see this folder; absent: ./keys. */
  keys: folder.exactOptional(),
  /** Instead of the folder, for processes on several machines. */
  keyBucket: section({
    bucket,
    region,
    account: accountId.exactOptional(),
    prefix: prefix.prefault('keys'),
  }).exactOptional(),
  /** Assumed for KMS and the bucket; absent: each process's own credentials. */
  role: roleArn.exactOptional(),
  /** Assumed instead by whoever erases keys or wraps them anew. */
  keeperRole: roleArn.exactOptional(),
  /** Decrypts for Temporal UI, in the browser of whoever has logged in. */
  codecServer: section({
    host: text(/^[\w.:-]{1,253}$/, 'a host name or address').default('127.0.0.1'),
    port: wholeNumber(0, 65_535).default(8485),
    uiOrigins: list(
      text(/^https?:\/\/[^\s/@]+$/, 'an origin such as https://temporal.acme.example, without a path'),
      'origins',
    ).min(1, { error: 'must name the origin of your Temporal UI' }),
    requestsPerMinute: wholeNumber(1, 100_000).default(600),
  }).exactOptional(),
})
  .superRefine(({ keys, keyBucket }, context) => {
    if (keys !== undefined && keyBucket !== undefined)
      context.addIssue({ code: 'custom', path: ['keys'], message: 'is a folder, and keyBucket is set, too: keep one' });
  })
  .transform(({ keys = './keys', ...section }) => ({ ...section, keys }));
