import type { ApproverDirectory } from '../domain/approval/approval.ts';
import type { AuthorisationRules } from '../domain/approval/authorisation.ts';
import type { SoarConfig } from './load-config.ts';
import { forensicsOf, respondersOf } from './response-policy.ts';

/** Who may decide, and whose signatures count, as the configuration stands (P7). Token hashes stay out of it. */
export const approverDirectory = ({ approvals, digest }: SoarConfig): ApproverDirectory => ({
  approvers: approvals.approvers.map(({ id, name, principals, slack }) => ({
    id,
    name,
    principals,
    ...(slack === undefined ? {} : { slack }),
  })),
  groups: approvals.groups,
  gatewayKeys: approvals.gatewayKeys,
  policyDigest: digest,
});

/**
 * What the contain worker holds every act to. It cannot ask Slack who is in a group: for a group with a Slack group,
 * every approver who is known in Slack counts here, and the workflow has asked which of them it was.
 */
export function authorisationRules(config: SoarConfig): Omit<AuthorisationRules, 'codeSecret'> {
  const { approvers, groups = [], gatewayKeys } = approverDirectory(config);
  const inSlack = approvers.filter(({ slack }) => slack !== undefined).map(({ id }) => id);
  return {
    directory: {
      approvers,
      groups: groups.map(({ id, members, slackGroup }) => ({
        id,
        members: slackGroup === undefined ? members : [...members, ...inSlack],
      })),
      gatewayKeys,
    },
    approvers: { rules: config.approvals.rules, quorum: config.approvals.quorum },
    preApproval: {
      preApproved: config.approvals.preApproved,
      forensics: forensicsOf(config),
      monitoring: config.monitoring ?? null,
      responders: respondersOf(config),
    },
    accounts: config.accounts,
  };
}
