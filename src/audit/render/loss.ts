import { playbooks } from '../../../workflows/playbooks.ts';
import { imageLoss, type LossWords } from '../../domain/report/loss-words.ts';
import type { IncidentReport } from '../../domain/report/report.ts';

/** In the words of the report's playbook; one that this release does not know is told as the first. */
export const lossOf = ({ playbook }: Pick<IncidentReport, 'playbook'>): LossWords =>
  playbooks.find(({ id }) => id === playbook)?.loss ?? imageLoss;
