import type { IncidentReport } from './report.ts';

interface Tactic {
  id: string;
  name: string;
}

/** ATT&CK's tactics (Enterprise), as its matrix has them, from left to right. */
export const tactics = {
  reconnaissance: { id: 'TA0043', name: 'Reconnaissance' },
  resourceDevelopment: { id: 'TA0042', name: 'Resource Development' },
  initialAccess: { id: 'TA0001', name: 'Initial Access' },
  execution: { id: 'TA0002', name: 'Execution' },
  persistence: { id: 'TA0003', name: 'Persistence' },
  privilegeEscalation: { id: 'TA0004', name: 'Privilege Escalation' },
  defenseEvasion: { id: 'TA0005', name: 'Defense Evasion' },
  credentialAccess: { id: 'TA0006', name: 'Credential Access' },
  discovery: { id: 'TA0007', name: 'Discovery' },
  lateralMovement: { id: 'TA0008', name: 'Lateral Movement' },
  collection: { id: 'TA0009', name: 'Collection' },
  commandAndControl: { id: 'TA0011', name: 'Command and Control' },
  exfiltration: { id: 'TA0010', name: 'Exfiltration' },
  impact: { id: 'TA0040', name: 'Impact' },
} satisfies Record<string, Tactic>;
const matrix: Tactic[] = Object.values(tactics);

/** A technique of MITRE ATT&CK (Enterprise), with the tactic that it serves here. */
export interface Technique {
  id: string;
  name: string;
  tactic: Tactic;
  /** Id of the finding that shows it when its answer is yes; absent: it says what kind of incident it is. */
  shownBy?: string;
  /** Shown only where the call was not authorised. */
  unauthorisedOnly?: true;
}

/** Data that leave for an account of somebody else, as the call of the alert shows it. */
export const transferToCloudAccount: Technique = {
  ...{ id: 'T1537', name: 'Transfer Data to Cloud Account', tactic: tactics.exfiltration },
  ...{ shownBy: 'outcome', unauthorisedOnly: true },
};

/** What the same actor may do beside the call, whatever the playbook is about. */
const ofActors: Technique[] = [
  // The call passed authentication, so whoever made it held credentials that worked.
  {
    ...{ id: 'T1078.004', name: 'Valid Accounts: Cloud Accounts', tactic: tactics.initialAccess },
    ...{ shownBy: 'actor', unauthorisedOnly: true },
  },
  { id: 'T1098', name: 'Account Manipulation', tactic: tactics.persistence, shownBy: 'ways-in-made' },
  {
    id: 'T1021.008',
    name: 'Remote Services: Direct Cloud VM Connections',
    tactic: tactics.lateralMovement,
    shownBy: 'machines-entered',
  },
  {
    id: 'T1562.008',
    name: 'Impair Defenses: Disable or Modify Cloud Logs',
    tactic: tactics.defenseEvasion,
    shownBy: 'concealment',
  },
];

export interface TechniqueInIncident {
  technique: Technique;
  /** Ids of the findings that show it here; none: the playbook is about it, this incident does not show it. */
  findings: string[];
}

/** All techniques of the playbook, and those of actors that the findings of this incident show. */
export function techniquesOf(
  playbook: readonly Technique[],
  { findings, verdict }: Pick<IncidentReport, 'findings' | 'verdict'>,
): TechniqueInIncident[] {
  const unauthorised = verdict === 'unauthorised-export' || verdict === 'unauthorised-attempt';
  const showing = ({ shownBy, unauthorisedOnly }: Technique): string[] =>
    unauthorised || unauthorisedOnly === undefined
      ? findings.filter(({ id, answer }) => id === shownBy && answer === 'yes').map(({ id }) => id)
      : [];
  const own = new Set(playbook.map(({ id }) => id));
  return [...playbook, ...ofActors.filter(({ id }) => !own.has(id))]
    .map((technique) => ({ technique, findings: showing(technique) }))
    .filter((found) => found.findings.length > 0 || own.has(found.technique.id))
    .toSorted(
      (a, b) =>
        Number(a.findings.length === 0) - Number(b.findings.length === 0) ||
        matrix.indexOf(a.technique.tactic) - matrix.indexOf(b.technique.tactic) ||
        a.technique.id.localeCompare(b.technique.id, 'en'),
    );
}
