import type { ApproverDirectory } from '../src/domain/approval.ts';
import type { DirectoryNotify } from './directory/contract.ts';
import { directory } from './directory/notify.ts';
import type { EvidenceNotify } from './evidence/contract.ts';
import { evidenceNotify, type EvidenceSettings } from './evidence/notify.ts';
import type { KibanaSettings } from './kibana/client.ts';
import type { KibanaNotify } from './kibana/contract.ts';
import { kibanaNotify } from './kibana/notify.ts';

export type NotifyActivities = DirectoryNotify & EvidenceNotify & KibanaNotify;

/** Everything that the notify worker runs: it reads our own configuration, appends evidence, and tells detectors. */
export const notifyActivities = (options: {
  evidence: EvidenceSettings;
  readPolicy: () => Promise<ApproverDirectory>;
  codeSecret: string;
  kibana: KibanaSettings | null;
}): NotifyActivities => ({
  ...directory(options.readPolicy, options.codeSecret),
  ...evidenceNotify(options.evidence),
  ...kibanaNotify(options.kibana),
});
