import type { Finding } from '../findings/evidence.ts';
import type { IncidentReport } from './report.ts';

/** The finding that a copy of the machine is shared with somebody outside: who copied it there, no log of ours tells. */
export const sharedCopy = ({ findings }: Pick<IncidentReport, 'findings'>): Finding | undefined =>
  findings.find(({ id, answer }) => id === 'copies-shared' && answer === 'yes');
