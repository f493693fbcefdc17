import type { IncidentReport } from './report.ts';

interface Tactic {
  id: string;
  name: string;
}
const exfiltration: Tactic = { id: 'TA0010', name: 'Exfiltration' };
const collection: Tactic = { id: 'TA0009', name: 'Collection' };
const initialAccess: Tactic = { id: 'TA0001', name: 'Initial Access' };
const persistence: Tactic = { id: 'TA0003', name: 'Persistence' };
const lateralMovement: Tactic = { id: 'TA0008', name: 'Lateral Movement' };
const defenseEvasion: Tactic = { id: 'TA0005', name: 'Defense Evasion' };

/** As the matrix has them, from left to right. */
const matrix = [initialAccess, persistence, defenseEvasion, lateralMovement, collection, exfiltration];

/** A technique of MITRE ATT&CK (Enterprise), with the tactic that it serves here. */
export interface Technique {
  id: string;
  name: string;
  tactic: Tactic;
}

const techniques: Technique[] = [
  { id: 'T1537', name: 'Transfer Data to Cloud Account', tactic: exfiltration },
  { id: 'T1005', name: 'Data from Local System', tactic: collection },
  { id: 'T1567.002', name: 'Exfiltration Over Web Service: Exfiltration to Cloud Storage', tactic: exfiltration },
  { id: 'T1119', name: 'Automated Collection', tactic: collection },
  { id: 'T1530', name: 'Data from Cloud Storage', tactic: collection },
  { id: 'T1078.004', name: 'Valid Accounts: Cloud Accounts', tactic: initialAccess },
  { id: 'T1098', name: 'Account Manipulation', tactic: persistence },
  { id: 'T1021.008', name: 'Remote Services: Direct Cloud VM Connections', tactic: lateralMovement },
  { id: 'T1562.008', name: 'Impair Defenses: Disable or Modify Cloud Logs', tactic: defenseEvasion },
];

/** Findings that show a technique when their answer is yes. */
const shownBy: { id: string; finding: string; unauthorisedOnly?: true }[] = [
  { id: 'T1537', finding: 'outcome', unauthorisedOnly: true },
  { id: 'T1530', finding: 'downloaded', unauthorisedOnly: true },
  // The call passed authentication, so whoever made it held credentials that worked.
  { id: 'T1078.004', finding: 'actor', unauthorisedOnly: true },
  { id: 'T1098', finding: 'ways-in-made' },
  { id: 'T1021.008', finding: 'machines-entered' },
  { id: 'T1562.008', finding: 'concealment' },
];

export interface TechniqueInIncident {
  technique: Technique;
  /** Ids of the findings that show it here; none: the playbook is about it, this incident does not show it. */
  findings: string[];
}

/** The techniques of the playbook, and those that the findings of this incident show. */
export function techniquesOf(
  playbook: readonly string[],
  { findings, verdict }: Pick<IncidentReport, 'findings' | 'verdict'>,
): TechniqueInIncident[] {
  const unauthorised = verdict === 'unauthorised-export' || verdict === 'unauthorised-attempt';
  const shown = shownBy.filter(
    ({ finding, unauthorisedOnly }) =>
      (unauthorised || unauthorisedOnly === undefined) &&
      findings.some(({ id, answer }) => id === finding && answer === 'yes'),
  );
  return techniques
    .map((technique) => ({
      technique,
      findings: shown.filter(({ id }) => id === technique.id).map(({ finding }) => finding),
    }))
    .filter((found) => found.findings.length > 0 || playbook.includes(found.technique.id))
    .toSorted(
      (a, b) =>
        Number(a.findings.length === 0) - Number(b.findings.length === 0) ||
        matrix.indexOf(a.technique.tactic) - matrix.indexOf(b.technique.tactic) ||
        a.technique.id.localeCompare(b.technique.id, 'en'),
    );
}
