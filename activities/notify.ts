import type { Client } from '@temporalio/client';
import { beginArchive } from '../src/audit/begin-archive.ts';
import type { ApproverDirectory } from '../src/domain/approval/approval.ts';
import type { ArchiveInput } from '../src/domain/archive.ts';
import type { Identity } from '../src/domain/alert/identity.ts';
import type { ArchiveNotify } from './archive/contract.ts';
import { archiveNotify, type SealingSettings } from './archive/notify.ts';
import type { ConfluenceNotify } from './confluence/contract.ts';
import { confluenceNotify } from './confluence/notify.ts';
import type { CorrelationNotify } from './correlation/contract.ts';
import type { ReadIndex } from './correlation/earlier-incidents.ts';
import { correlationNotify } from './correlation/notify.ts';
import type { DirectoryNotify } from './directory/contract.ts';
import { directory } from './directory/notify.ts';
import type { EvidenceNotify } from './evidence/contract.ts';
import { evidenceNotify } from './evidence/notify.ts';
import type { EvidenceSettings } from './evidence/store.ts';
import type { GithubNotify } from './github/contract.ts';
import { githubNotify, type GithubSettings } from './github/notify.ts';
import type { JiraNotify } from './jira/contract.ts';
import { jiraNotify } from './jira/notify.ts';
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
import { slackNotify } from './slack/notify.ts';
import type { SlackSearchNotify } from './slack-search/contract.ts';
import { slackSearchNotify, type SlackSearchSettings } from './slack-search/notify.ts';
import type { AtlassianSettings } from './sources/atlassian.ts';
import type { SourceContext } from './sources/settings.ts';
import type { WatchNotify } from './watch/contract.ts';
import { watchNotify, type WatchSlack } from './watch/notify.ts';

export type NotifyActivities = ArchiveNotify &
  ConfluenceNotify &
  CorrelationNotify &
  DirectoryNotify &
  EvidenceNotify &
  GithubNotify &
  JiraNotify &
  KibanaNotify &
  PagerNotify &
  RecordNotify &
  SlackNotify &
  SlackSearchNotify &
  WatchNotify;

/**
 * Everything that the notify worker runs: it reads our own configuration, asks what people wrote, appends
 * evidence, tells detectors and people.
 */
export const notifyActivities = (options: {
  client: Client;
  evidence: EvidenceSettings;
  /** Null: the archive's index may not be read. */
  readIndex: ReadIndex | null;
  /** Null: closed incidents are not sealed. */
  sealing: SealingSettings | null;
  readPolicy: () => Promise<ApproverDirectory>;
  codeSecret: string;
  kibana: KibanaSettings | null;
  pager: PagerSettings | null;
  slack: WatchSlack | null;
  sources: ConnectedSources;
}): NotifyActivities => {
  const { client, sealing } = options;
  const seal = sealing ? (run: ArchiveInput) => beginArchive(client, run) : undefined;
  const evidence = evidenceNotify(options.evidence, seal);
  return {
    ...archiveNotify(client, options.evidence, sealing),
    ...correlationNotify({ client, readIndex: options.readIndex, keep: (input) => evidence.storeEvidence(input) }),
    ...directory(options.readPolicy, options.codeSecret, options.slack ? groupMembers(options.slack) : undefined),
    ...evidence,
    ...kibanaNotify(options.kibana),
    ...pagerNotify(options.pager),
    ...recordNotify(client),
    ...slackNotify(options.slack),
    ...sourceActivities(options.sources, (input) => evidence.storeEvidence(input)),
    ...watchNotify(client, options.slack, seal),
  };
};

/** Each is optional; null: it is not connected. */
export interface ConnectedSources {
  github: GithubSettings | null;
  jira: AtlassianSettings | null;
  confluence: AtlassianSettings | null;
  slack: SlackSearchSettings | null;
  readIdentities: () => Promise<Identity[]>;
}

export function sourceActivities(
  { github, jira, confluence, slack, readIdentities }: ConnectedSources,
  keep: SourceContext['keep'],
): GithubNotify & JiraNotify & ConfluenceNotify & SlackSearchNotify {
  const context = { readIdentities, keep };
  return {
    ...githubNotify(github, context),
    ...jiraNotify(jira, context),
    ...confluenceNotify(confluence, context),
    ...slackSearchNotify(slack, context),
  };
}
