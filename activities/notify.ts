import type { Client } from '@temporalio/client';
import type { ApproverDirectory } from '../src/domain/approval.ts';
import type { CorrelationNotify } from './correlation/contract.ts';
import { correlationNotify } from './correlation/notify.ts';
import type { DirectoryNotify } from './directory/contract.ts';
import { directory } from './directory/notify.ts';
import type { EvidenceNotify } from './evidence/contract.ts';
import { evidenceNotify, type EvidenceSettings } from './evidence/notify.ts';
import type { KibanaSettings } from './kibana/client.ts';
import type { KibanaNotify } from './kibana/contract.ts';
import { kibanaNotify } from './kibana/notify.ts';
import type { RecordNotify } from './record/contract.ts';
import { recordNotify } from './record/notify.ts';
import type { PagerSettings } from './pager/client.ts';
import type { PagerNotify } from './pager/contract.ts';
import { pagerNotify } from './pager/notify.ts';
import type { SlackNotify } from './slack/contract.ts';
import { groupMembers } from './slack/group-members.ts';
import { slackNotify, type SlackSettings } from './slack/notify.ts';

export type NotifyActivities = CorrelationNotify &
  DirectoryNotify &
  EvidenceNotify &
  KibanaNotify &
  PagerNotify &
  RecordNotify &
  SlackNotify;

/** Everything that the notify worker runs: it reads our own configuration, appends evidence, tells detectors and people. */
export const notifyActivities = (options: {
  client: Client;
  evidence: EvidenceSettings;
  readPolicy: () => Promise<ApproverDirectory>;
  codeSecret: string;
  kibana: KibanaSettings | null;
  pager: PagerSettings | null;
  slack: SlackSettings | null;
}): NotifyActivities => ({
  ...correlationNotify(options.client),
  ...directory(options.readPolicy, options.codeSecret, options.slack ? groupMembers(options.slack) : undefined),
  ...evidenceNotify(options.evidence),
  ...kibanaNotify(options.kibana),
  ...pagerNotify(options.pager),
  ...recordNotify(options.client),
  ...slackNotify(options.slack),
});
