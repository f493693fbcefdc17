import { sleep } from '@temporalio/workflow';
import { withinHours, type Hours } from '../../../src/domain/approval/hours.ts';

/** Sleeps once for each of these moments that is within the hours: another answer would be another history. */
export async function clocks(hours: Hours, moments: string[]): Promise<boolean[]> {
  const answers = moments.map((moment) => withinHours(hours, new Date(moment)));
  for (const within of answers) if (within) await sleep(1);
  return answers;
}
