import { activityFindings, actorFindings, concealment, permissionFinding } from './actor-findings.ts';
import { earlierEndsFinding } from './earlier-incidents.ts';
import type { Finding } from './evidence.ts';
import { bucketFindings, downloadedFinding, exportFindings } from './export-findings.ts';
import { copyFindings } from './copy-findings.ts';
import { exportHistoryFindings } from './export-history.ts';
import { failureFindings } from './failure-cause.ts';
import { withEvidence } from './finding-evidence.ts';
import { sharedNames, type RelatedIncident } from '../alert/correlation.ts';
import { answeredBy, finding, some, unanswered } from './finding.ts';
import { instanceFindings } from './instance-findings.ts';
import type { Investigated } from './investigated.ts';
import { knownAutomation } from './known-automation.ts';
import { isOfImage } from './machine.ts';
import { lineageFindings } from './lineage-findings.ts';
import { preventionFinding } from './prevention.ts';
import { requestMetricsFinding } from './request-metrics.ts';
import type { CaseFile } from './case-file.ts';

/** What the alert itself answers (S47, S49–S56). Later phases answer some of it again, from better sources. */
export function triageFindings({ alert, policy }: CaseFile): Finding[] {
  const target =
    alert.bucket === undefined ? undefined : `s3://${alert.bucket}/${alert.objectKey ?? alert.prefix ?? ''}`;
  const formats = [alert.diskImageFormat, alert.containerFormat, alert.targetEnvironment].filter(
    (f) => f !== undefined,
  );
  const error = [alert.errorCode, alert.errorMessage].filter((part) => part !== undefined).join(': ');
  return [
    finding(
      'outcome',
      ['S47'],
      'Did the export succeed?',
      alert.outcome === 'success' ? 'yes' : 'no',
      `${alert.eventName}, ${alert.outcome}${error === '' ? '' : `: ${error}`}`,
    ),
    said(
      'exported-instance',
      ['S49'],
      `Is the exported ${isOfImage(alert) ? 'image' : 'instance'} known?`,
      alert.instanceId ?? alert.imageId,
    ),
    said('target', ['S50'], 'Is the target of the export known?', target),
    said('export-format', ['S51', 'S88'], 'Is the format of the image known?', formats.join(', ')),
    ...actorOnAlert({ alert, policy }),
    ...failureFindings(alert),
  ];
}

/** Who did it and where, as the alert says it (S52–S56); of whatever playbook. */
export function actorOnAlert({ alert, policy }: Pick<CaseFile, 'alert' | 'policy'>): Finding[] {
  const { principal, account, recipientAccount, region } = alert;
  const actor = principal.arn ?? principal.name ?? principal.id;
  const profile = policy.account;
  return [
    finding(
      'account',
      ['S52', 'S53'],
      'Is the account configured?',
      profile ? 'yes' : 'no',
      profile
        ? `${profile.name} (${recipientAccount}) in ${region}, sensitivity ${profile.sensitivity}, ${profile.environment}`
        : `account not in config: ${recipientAccount} in ${region}`,
    ),
    said(
      'actor',
      ['S54'],
      'Is the actor known?',
      actor && `${principal.kind} ${actor}${account && account !== recipientAccount ? ` of account ${account}` : ''}`,
    ),
    said('user-agent', ['S55'], 'Is the user agent known?', alert.userAgent),
    said('access-key', ['S56'], 'Is the access key known?', principal.accessKeyId),
  ];
}

const said = (id: string, sources: string[], question: string, text: string | undefined): Finding =>
  answeredBy(
    'alert',
    text === undefined || text === ''
      ? unanswered(id, sources, question, 'the alert does not say it')
      : finding(id, sources, question, 'yes', text),
  );

/** Validation's questions (S68–S73): the instance, what else the key did, and the download. */
export function validationFindings(file: CaseFile): Finding[] {
  const findings = [
    ...instanceFindings(file),
    ...exportFindings(file),
    ...activityFindings(file),
    downloadedFinding(file),
    requestMetricsFinding(file),
  ];
  return withEvidence(findings, file);
}

/** Whether it is part of something wider (S24), as far as other incidents tell; `why`: what could not be read. */
export function relatedFinding(related: RelatedIncident[], total: number, why: string | null): Finding {
  const question = 'Do other incidents share the access key, the actor, the address, the bucket or the instance?';
  const id = 'related-incidents';
  const sources = ['S24'];
  if (related.length > 0) {
    const named = some(related.map(({ incidentKey, shares }) => `${incidentKey} (${sharedNames(shares)})`));
    return finding(id, sources, question, 'yes', total > related.length ? `${named}; ${total} in all` : named);
  }
  return why === null
    ? finding(id, sources, question, 'no', 'none of the incidents that are open or still kept')
    : unanswered(id, sources, question, why);
}

/** What CloudTrail answers again, once it has told of calls that it lists late. */
export const laterFindings = (file: CaseFile): Finding[] => withEvidence([concealment(file)], file);

/** Investigation's questions (S77–S92, S101, S105): the bucket, the actor, and where the permission came from. */
export function investigationFindings(file: Investigated): Finding[] {
  const findings = [
    ...bucketFindings(file, file.bucketTrail),
    ...actorFindings(file),
    ...lineageFindings(file.alert, file.lineage),
    ...copyFindings(file),
    permissionFinding(file.principal),
    ...exportHistoryFindings(file),
    ...(file.earlierEnds ? [earlierEndsFinding(file.earlierEnds)] : []),
    knownAutomation(file),
    preventionFinding(file),
  ];
  return withEvidence(findings, file);
}
