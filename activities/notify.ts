import type { ApproverDirectory } from '../src/domain/approval.ts';
import type { DirectoryNotify } from './directory/contract.ts';
import { directory } from './directory/notify.ts';
import type { EvidenceNotify } from './evidence/contract.ts';
import { evidenceNotify, type EvidenceSettings } from './evidence/notify.ts';

export type NotifyActivities = DirectoryNotify & EvidenceNotify;

/** Everything that the notify worker runs: it reads our own configuration and appends evidence. */
export const notifyActivities = (options: {
  evidence: EvidenceSettings;
  readPolicy: () => Promise<ApproverDirectory>;
  codeSecret: string;
}): NotifyActivities => ({
  ...directory(options.readPolicy, options.codeSecret),
  ...evidenceNotify(options.evidence),
});
