import { duration, folder, list, network, secret, section, text, url, wholeNumber } from './forms.ts';
import { bucket, region, roleArn, topicArn } from './aws-names.ts';

/** An SQS queue that the detect worker polls. */
const queue = section({
  url,
  region,
  /** Assumed for the queue and its log files; absent: the worker's own credentials. */
  role: roleArn.exactOptional(),
  /** Where notices in this queue may make us fetch CloudTrail's log files from. */
  logBuckets: list(bucket, 'buckets').default([]),
});

export const intake = section({
  host: text(/^[\w.:-]{1,253}$/, 'a host name or address').default('127.0.0.1'),
  port: wholeNumber(0, 65_535).default(8484),
  bearerTokens: list(secret, 'secret references').min(1, { error: 'must hold at least one secret reference' }),
  metricsToken: secret.exactOptional(),
  correlationKey: secret,
  maxBodyBytes: wholeNumber(1024, 100_000_000).default(5_000_000),
  requestsPerMinute: wholeNumber(1, 100_000).default(300),
  /** Whose word about where a request comes from is taken, by `X-Forwarded-For`. */
  trustedProxies: list(network, 'CIDR blocks').default([]),
  hmacSecrets: list(secret, 'secret references').default([]),
  eventbridge: section({
    header: text(/^[A-Za-z][\w-]{0,63}$/, 'the name of a header').default('x-api-key'),
    apiKeys: list(secret, 'secret references').min(1, { error: 'must hold at least one secret reference' }),
  }).exactOptional(),
  sns: section({ topics: list(topicArn, 'ARNs of topics').min(1, { error: 'must name a topic' }) }).exactOptional(),
  queues: list(queue, 'queues').default([]),
  incidentsPerMinute: wholeNumber(1, 100_000).default(60),
  deadLetters: folder.default('./dead-letters'),
  deadLetterBytes: wholeNumber(1024, 100_000_000_000).default(100_000_000),
  deadLetterAge: duration.prefault('30d'),
});
