import type { Severity, Verdict } from './assessment.ts';
import { policyArn } from '../alert/principal.ts';
import { nearMissWords, type CaseFile } from '../findings/case-file.ts';

/**
 * What happened, in one word. An allow-list match makes it authorised, but never a high one (P9): then it is judged as
 * if there were no list.
 */
export function decideVerdict(
  file: Pick<CaseFile, 'alert' | 'allowListed' | 'nearMisses'>,
  severity: Severity,
): { verdict: Verdict; reason: string } {
  const { alert, allowListed, nearMisses } = file;
  const listed = allowListed
    ? `allow-list entry ${allowListed.id} (${allowListed.owner}: ${allowListed.reason})`
    : null;
  if (listed && severity !== 'high') return { verdict: 'authorised', reason: listed };
  const although = listed ? `; severity is high although it matches ${listed}` : '';
  if (alert.outcome === 'failure') {
    return { verdict: 'unauthorised-attempt', reason: `the export was refused or failed${although}` };
  }
  const { principal } = alert;
  if (policyArn(principal) === undefined && principal.id === undefined && principal.name === undefined) {
    return { verdict: 'undetermined', reason: `nothing tells who made the call${although}` };
  }
  return {
    verdict: 'unauthorised-export',
    reason: listed
      ? `severity is high although it matches ${listed}`
      : `no allow-list entry covers this export${nearMissWords(nearMisses)}`,
  };
}
