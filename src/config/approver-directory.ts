import type { ApproverDirectory } from '../domain/approval.ts';
import type { SoarConfig } from './load-config.ts';

/** Who may decide, and whose signatures count, as the configuration stands (P7). Token hashes stay out of it. */
export const approverDirectory = (config: SoarConfig): ApproverDirectory => ({
  approvers: config.approvals.approvers.map(({ id, name, principals }) => ({ id, name, principals })),
  gatewayKeys: config.approvals.gatewayKeys,
  policyDigest: config.digest,
});
