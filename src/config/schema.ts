import { playbooks } from '../../workflows/playbooks.ts';
import { z } from 'zod';
import { configControls } from '../domain/plan/config-controls.ts';
import { checkSections } from './section-checks.ts';
import {
  allowed,
  duration,
  filePath,
  flag,
  folder,
  httpsUrl,
  id,
  list,
  name,
  oneOf,
  secret,
  section,
  sentence,
  strings,
  text,
  uniqueIds,
  url,
  wholeNumber,
} from './schema/forms.ts';
import {
  accountId,
  arn,
  arnPattern,
  bucket,
  bucketPattern,
  imagePattern,
  prefix,
  region,
  retention,
  tagName,
} from './schema/aws-names.ts';
import { account, organisation } from './schema/accounts.ts';
import { allowListEntry } from './schema/allow-list.ts';
import { approvals } from './schema/approvals.ts';
import { notice } from './schema/notices.ts';
import { evidence } from './schema/evidence.ts';
import { identity, sourcesSection } from './schema/sources.ts';
import { detection } from './schema/detection.ts';
import { encryption } from './schema/encryption.ts';
import { aws } from './schema/aws.ts';
import { intake } from './schema/intake.ts';
import { slack } from './schema/slack.ts';

const configControl = oneOf(...configControls.map(({ id }) => id));

export const configSchema = section({
  accounts: list(account, 'accounts').min(1, { error: 'must name at least one account' }).superRefine(uniqueIds),
  organisation: organisation.prefault({}),
  /** Accounts outside the organisation that people know by a name; they stay outside. */
  partners: list(
    section({ name, accounts: list(accountId, 'account ids').min(1, { error: 'must name at least one account' }) }),
    'partners',
  ).default([]),
  forensics: section({
    account: accountId,
    region,
    bucket,
    prefix: prefix.prefault('exports'),
    retention: retention.exactOptional(),
  }).exactOptional(),
  evidence,
  /** Closed incidents are sealed with this key into the evidence store; absent: they are not. */
  audit: section({ signingKey: secret }).exactOptional(),
  /** Where releases are kept for the incidents that outlive them. */
  releases: folder.exactOptional(),
  aws: aws.prefault({}),
  temporal: section({ uiUrl: url.exactOptional() }).prefault({}),
  encryption: encryption.exactOptional(),
  intake: intake,
  detection: detection.exactOptional(),
  slack: slack.exactOptional(),
  kibana: section({
    url,
    apiKey: secret,
    space: text(/^[a-z0-9_-]{1,64}$/, 'the id of a space').default('default'),
    cases: flag.default(false),
  }).exactOptional(),
  /** Whoever is on call there is paged about a request that nobody settles: Events API v2 of PagerDuty. */
  pager: section({
    url: httpsUrl.default('https://events.pagerduty.com'),
    routingKey: secret,
  }).exactOptional(),
  sources: sourcesSection.prefault({}),
  geography: section({
    /** Country or city. */
    database: filePath.exactOptional(),
    asn: filePath.exactOptional(),
    awsRanges: filePath.exactOptional(),
    hostingNetworks: strings('words'),
  }).prefault({}),
  identityMap: list(identity, 'people').default([]),
  notices: list(notice, 'notices').superRefine(uniqueIds).default([]),
  gateway: section({ keyId: id, signingKey: secret, codeSecret: secret, url: url.exactOptional() }),
  approvals,
  tags: section({
    purpose: strings('tag names', 'Purpose', 'Description'),
    owner: strings('tag names', 'Owner', 'Team'),
    channel: strings('tag names', 'SlackChannel', 'Channel'),
    classification: strings('tag names', 'DataClassification', 'Classification'),
    environment: strings('tag names', 'Environment', 'Env'),
    secrets: strings('tag names', 'Secrets', 'SecretNames'),
  }).prefault({}),
  classifications: section({
    sensitive: strings('tag values', 'sensitive', 'confidential', 'restricted', 'secret'),
    internal: strings('tag values', 'internal'),
    public: strings('tag values', 'public'),
  }).prefault({}),
  allowList: list(allowListEntry, 'allow-list entries').superRefine(uniqueIds).default([]),
  playbooks: list(oneOf(...playbooks.map(({ id }) => id)), 'playbooks').exactOptional(),
  authorisedExporters: list(arnPattern, 'ARN patterns').default([]),
  usualBuckets: list(bucketPattern, 'buckets').default([]),
  rechecks: list(duration, 'durations').prefault(['1h', '24h', '7d']),
  containment: section({
    checks: list(duration, 'durations').prefault(['5m', '20m', '1h']),
    propagation: duration.prefault('1m'),
    logLag: duration.prefault('15m'),
  }).prefault({}),
  rotation: section({ wait: duration.prefault('30d'), remind: duration.prefault('24h') }).prefault({}),
  runningExport: oneOf('cancel', 'preserve').default('cancel'),
  revokeSessions: oneOf('role', 'person').default('role'),
  lockBucket: oneOf('when-outside', 'always', 'never').default('when-outside'),
  enforceOwnership: flag.default(true),
  deleteOriginal: oneOf('never', 'after-copy').default('never'),
  monitoring: section({ targetArn: arn }).exactOptional(),
  configRules: list(configControl, 'ids of AWS Config rules').default(configControls.map(({ id }) => id)),
  protected: section({
    principals: list(arnPattern, 'ARN patterns').default([]),
    buckets: list(bucketPattern, 'buckets').default([]),
    /** Their sharing stays as it is. */
    images: list(imagePattern, 'ids of images and snapshots').default([]),
    accounts: list(accountId, 'account ids').default([]),
    tags: z
      .record(tagName, list(sentence, 'values').min(1, { error: 'must name at least one value; * is any' }), {
        error: allowed('names of tags with lists of values'),
      })
      .default({}),
  }).prefault({}),
  snapshotVolumes: flag.default(true),
  encryptNewVolumes: flag.default(true),
  actionLimit: wholeNumber(1, 100).default(20),
  responders: list(arnPattern, 'ARN patterns').min(1, { error: 'must not be empty' }).exactOptional(),
  activityWindow: duration.prefault('24h'),
}).superRefine((config, context) =>
  checkSections(config, (path, message) => context.addIssue({ code: 'custom', path, message })),
);

/** The file's contents, checked, with defaults; secrets are still references. */
export type ConfigFile = z.output<typeof configSchema>;
