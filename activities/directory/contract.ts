import type { ApproverDirectory, InRun } from '../../src/domain/approval/approval.ts';

export interface DirectoryNotify {
  /** Who may decide, as the configuration stands now (P7), and for which run that was asked. */
  readApprovers(): Promise<InRun<ApproverDirectory>>;
  /** Hashes of the codes that the gateway will show to each approver; the codes themselves stay out of history. */
  commitCodes(input: { requestId: string; digest: string; decisions: string[] }): Promise<Record<string, string>>;
}
