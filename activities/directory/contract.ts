import type { ApproverDirectory, InRun } from '../../src/domain/approval/approval.ts';
import type { RequestIdentity } from '../../src/domain/approval/approval-request.ts';

export interface DirectoryNotify {
  /** All that a new request needs: who may decide now, and the hashes of their codes for it. */
  openRequest(input: RequestIdentity & { decisions: string[] }): Promise<OpenedRequest>;
  /** Who may decide, as the configuration stands now (P7), and for which run that was asked. */
  readApprovers(): Promise<InRun<ApproverDirectory>>;
  /** Hashes of the codes that the gateway will show to each approver; the codes themselves stay out of history. */
  commitCodes(input: { requestId: string; digest: string; decisions: string[] }): Promise<Record<string, string>>;
}

export interface OpenedRequest {
  directory: InRun<ApproverDirectory>;
  /** The request's id, which is of the run that asks. */
  requestId: string;
  /** SHA-256 of each code, by `approver/decision`. */
  commitments: Record<string, string>;
}
