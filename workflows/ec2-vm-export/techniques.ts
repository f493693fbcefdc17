import { tactics, transferToCloudAccount, type Technique } from '../../src/domain/report/attack.ts';

const { collection, exfiltration } = tactics;

/** Those of the rule that the playbook was written for (T1537, T1005), and of its successor. */
export const techniques: Technique[] = [
  transferToCloudAccount,
  { id: 'T1005', name: 'Data from Local System', tactic: collection },
  {
    id: 'T1567.002',
    name: 'Exfiltration Over Web Service: Exfiltration to Cloud Storage',
    tactic: exfiltration,
  },
  { id: 'T1119', name: 'Automated Collection', tactic: collection },
  {
    ...{ id: 'T1530', name: 'Data from Cloud Storage', tactic: collection },
    ...{ shownBy: 'downloaded', unauthorisedOnly: true },
  },
];
