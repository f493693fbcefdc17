import { explainApprovals, type Explained } from '../domain/approval/approval-words.ts';
import type { Alert } from '../domain/alert/alert.ts';
import type { SoarConfig } from '../config/load-config.ts';
import { documentsInFiles } from './alert-files.ts';
import { Negative } from './failures.ts';

/** Who would be asked about an alert, if it came now. */
export interface AlertApprovals {
  eventId: string;
  what: string;
  account: string;
  approvals: Explained[];
}

/** For each alert of the file that a playbook handles. */
export async function approvalsForAlerts(config: SoarConfig, file: string): Promise<AlertApprovals[]> {
  const { decodeAlert, readActivity } = await import('../intake/decode.ts');
  const { AlertRefused } = await import('../intake/refusal.ts');
  const { findPlaybook, playbooksOf } = await import('../intake/route.ts');
  const { responsePolicy } = await import('../config/response-policy.ts');
  const { approverDirectory } = await import('../config/approver-directory.ts');
  const now = new Date();
  const playbooks = playbooksOf(config);
  const alertIn = ({ document, record }: { document: unknown; record: number }): Alert | null => {
    try {
      const { eventName, eventSource } = readActivity(document);
      if (!findPlaybook(eventName ?? '', eventSource, playbooks)) return null;
      return decodeAlert(document, { door: 'file', receivedAt: now.toISOString() }, playbooks);
    } catch (error) {
      if (error instanceof AlertRefused) throw new Negative(`${file}:${record}: ${error.message}`);
      throw error;
    }
  };
  const found: AlertApprovals[] = [];
  for await (const placed of documentsInFiles([file])) {
    if ('problem' in placed) throw new Negative(`${file}:${placed.record}: ${placed.problem}`);
    const alert = alertIn(placed);
    if (!alert) continue;
    const { account, approvals } = responsePolicy(config, alert.recipientAccount);
    found.push({
      eventId: alert.eventId,
      what: `${alert.eventName}, ${alert.outcome}, by ${alert.principal.arn ?? alert.principal.kind}`,
      account: account?.name ?? `${alert.recipientAccount}, which is not in the configuration`,
      approvals: explainApprovals(
        { accountId: alert.recipientAccount, account },
        approvals,
        approverDirectory(config),
        { actor: alert.principal, owners: [] },
        now,
      ),
    });
  }
  if (found.length === 0) throw new Negative(`${file}: no playbook handles any of its events`);
  return found;
}

export const alertApprovalsLines = ({ eventId, what, account, approvals }: AlertApprovals): string[] => [
  `${what} (event ${eventId}, account ${account})`,
  ...approvals.flatMap(({ severities, lines }) => [
    `  at severity ${severities.join(' or ')}:`,
    ...lines.map((line) => `    - ${line}`),
  ]),
];
