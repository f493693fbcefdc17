import type { Alert } from '../alert/alert.ts';
import { failureCauses } from '../data/failure-causes.ts';
import type { Finding } from './evidence.ts';
import { finding, unanswered } from './finding.ts';
import type { FailureCause } from '../data/rows.ts';

/** EC2 writes some codes with a prefix, in CloudTrail. */
const bare = (code: string): string => code.replace(/^(Client|Server)\./, '');

export const isDryRun = (errorCode: string | undefined): boolean =>
  errorCode !== undefined && bare(errorCode) === 'DryRunOperation';

export function failureCause(code: string | undefined, message = '', causes = failureCauses): FailureCause | undefined {
  if (code === undefined) return undefined;
  return causes.find(
    (row) =>
      row.codes.includes(bare(code)) &&
      (row.message === undefined || message.toLowerCase().includes(row.message.toLowerCase())),
  );
}

/** Why the export failed, and what to do about it (S27); nothing is asked of one that succeeded. */
export function failureFindings({ outcome, errorCode, errorMessage }: Alert): Finding[] {
  if (outcome === 'success') return [];
  const id = 'failure-cause';
  const question = 'Is it known why the export failed?';
  const row = failureCause(errorCode, errorMessage);
  if (row) return [finding(id, ['S27'], question, 'yes', `${row.cause} (${errorCode ?? ''}); proposed: ${row.fix}`)];
  const why = errorCode === undefined ? 'the alert has no error code' : `no cause is on file for ${errorCode}`;
  return [unanswered(id, ['S27'], question, why)];
}
