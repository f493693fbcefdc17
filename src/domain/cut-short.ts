import { incidentKey } from './names.ts';

/** An incident, or an undo, that Temporal ended before it could end by itself: nothing of it runs any more. */
export interface CutShort {
  workflowId: string;
  runId: string;
  how: 'terminated' | 'timed out' | 'failed';
  /** ISO 8601 UTC. */
  at: string;
  /** Where it stood. */
  phase: string | null;
}

/** How far back is looked: a watch that was away for a weekend still finds it. */
export const watchedDays = 3;

/** The workflow that tells people of it; there is one, so that they are told once. */
export const cutShortWorkflowId = ({ workflowId, runId }: Pick<CutShort, 'workflowId' | 'runId'>): string =>
  `cut-short/${workflowId}/${runId}`;

/** For people: what happened, what it means, and what to do. */
export function cutShortText({ workflowId, how, at, phase }: CutShort): string {
  const key = incidentKey(workflowId);
  const stood = phase === null ? 'before its first phase' : `in ${phase}`;
  return (
    `${key} was ${how === 'failed' ? 'ended by a failure' : how} in Temporal at ${at}, ${stood}: nothing of it runs any more, ` +
    'nobody is asked, nothing is checked again, and there is no report. What it did in AWS stands. ' +
    `See who ended it in Temporal UI, and what was done with: soar incident show ${key}`
  );
}
