import { digestOf } from '../domain/digest.ts';
import type { LinkPlaces } from '../domain/incident-links.ts';
import type { OrganisationPolicy, ResponsePolicy, SlackChannels } from '../domain/response-policy.ts';
import { sources, type SourcePolicy } from '../domain/findings/sources.ts';
import type { SoarConfig } from './load-config.ts';

/** The part of the configuration that decides, as an incident of this account freezes it when it opens. */
export function responsePolicy(config: SoarConfig, accountId: string): ResponsePolicy {
  const account = config.accounts.find(({ id }) => id === accountId);
  const { monitoring, approvals } = config;
  return {
    account: account
      ? {
          id: account.id,
          name: account.name,
          sensitivity: account.sensitivity,
          environment: account.environment,
          roles: { observe: account.roles.observe, contain: account.roles.contain },
        }
      : null,
    organisationAccounts: organisationAccounts(config),
    ...(config.partners.length > 0 ? { partners: config.partners } : {}),
    tags: config.tags,
    classifications: config.classifications,
    allowList: config.allowList,
    authorisedExporters: config.authorisedExporters,
    usualBuckets: config.usualBuckets,
    approvals: {
      remindAfter: approvals.remindAfter,
      escalateAfter: approvals.escalateAfter,
      ...(approvals.pageAfter === undefined ? {} : { pageAfter: approvals.pageAfter }),
      dueAfter: approvals.dueAfter,
      times: approvals.times,
      quorum: approvals.quorum,
      rules: approvals.rules,
      escalation: approvals.escalation,
      preApproved: approvals.preApproved,
      notOwner: approvals.notOwner,
    },
    ...(config.detection?.search ? { dataEvents: true, trailSearch: true } : {}),
    rechecks: config.rechecks,
    watch: config.containment,
    rotation: config.rotation,
    runningExport: config.runningExport,
    revokeSessions: config.revokeSessions,
    lockBucket: config.lockBucket,
    deleteOriginal: config.deleteOriginal,
    enforceOwnership: config.enforceOwnership,
    forensics: forensicsOf(config),
    monitoring: monitoring ?? null,
    protected: config.protected,
    snapshotVolumes: config.snapshotVolumes,
    encryptNewVolumes: config.encryptNewVolumes,
    actionLimit: config.actionLimit,
    responders: respondersOf(config),
    activityWindow: config.activityWindow,
    detectors: { kibana: config.kibana !== undefined },
    channels: { slack: slackChannels(config) },
    notices: config.notices,
    links: linkPlaces(config),
    organisation: organisationPolicy(config),
    configRules: config.configRules,
    sources: sourcePolicy(config),
    geography: { hostingNetworks: config.geography.hostingNetworks },
    earlierIncidents: true,
    ...(config.audit ? { sealed: true } : {}),
  };
}

function sourcePolicy({ sources: { budget, window, words, ...configured } }: SoarConfig): SourcePolicy {
  return {
    connected: sources.filter((source) => configured[source] !== undefined),
    budget,
    window,
    words,
    declined: configured.jira?.declined ?? [],
  };
}

const organisationPolicy = ({ organisation }: SoarConfig): OrganisationPolicy => ({
  managementAccount: organisation.management?.account ?? null,
  isolation: organisation.isolation,
  reviewAfter: organisation.reviewAfter,
  denyExports: organisation.denyExports,
});

const linkPlaces = ({ kibana, temporal }: SoarConfig): LinkPlaces => ({
  kibana: kibana ? { url: kibana.url, space: kibana.space } : null,
  temporalUi: temporal.uiUrl ?? null,
});

const slackChannels = ({ slack }: SoarConfig): SlackChannels | null =>
  slack ? { channel: slack.channel, ownerChannels: slack.ownerChannels, tellOwner: slack.tellOwner } : null;

const digests = new WeakMap<ResponsePolicy, string>();

/** Computed once for each policy object: a storm of alerts opens many incidents under one policy. */
export function responsePolicyDigest(policy: ResponsePolicy): string {
  const digest = digests.get(policy) ?? digestOf(policy);
  digests.set(policy, digest);
  return digest;
}

export const forensicsOf = ({ forensics }: SoarConfig): ResponsePolicy['forensics'] =>
  forensics
    ? {
        accountId: forensics.account,
        region: forensics.region,
        bucket: forensics.bucket,
        prefix: forensics.prefix,
        ...(forensics.retention ? { retention: forensics.retention } : {}),
      }
    : null;

/** Our own roles, unless the configuration names others beside them. */
export const respondersOf = ({ responders, accounts }: SoarConfig): ResponsePolicy['responders'] =>
  responders ?? accounts.flatMap(({ roles }) => [roles.observe, roles.contain]);

/** Whoever is configured belongs to the organisation, listed there or not. */
function organisationAccounts({ organisation, accounts, forensics }: SoarConfig): string[] {
  const { management } = organisation;
  const ids = [
    ...organisation.accounts,
    ...(management ? [management.account] : []),
    ...accounts.map(({ id }) => id),
    ...(forensics ? [forensics.account] : []),
  ];
  return [...new Set(ids)].sort();
}
