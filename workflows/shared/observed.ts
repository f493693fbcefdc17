import { ActivityFailure, ApplicationFailure, isCancellation, TimeoutFailure } from '@temporalio/workflow';
import type { IncidentRecord } from './record.ts';
import type { Gap } from '../../src/domain/findings/kept.ts';

/**
 * Why a step could not go on: the type and message of its last failure, and whether it was given up although another attempt
 * might have succeeded. A cancellation is not a failure and passes through.
 */
export function reasonOf(error: unknown): string {
  if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
  const { cause, retryState } = error;
  const outOfTime = cause instanceof TimeoutFailure;
  const last = outOfTime ? cause.cause : cause;
  if (outOfTime && !last)
    return 'no attempt ended in the time for it: is a worker of its role running, and can it reach what it asks?';
  const said = last instanceof ApplicationFailure ? `${last.type ?? 'failure'}: ${last.message}` : last?.message;
  const givenUp = outOfTime || retryState === 'TIMEOUT' ? '; given up when the time for it was over' : '';
  return `${said ?? error.message}${givenUp}`;
}

/** The answer of an observation, or null with the gap on record: a source that is down never stops an incident (P8). */
export async function observed<T>(record: IncidentRecord, what: string, question: Promise<T>): Promise<T | null> {
  try {
    const answer = await question;
    for (const gap of gapsOf(answer)) record.addGap(`${what}: ${gap.what}`, gap.why);
    const notKept = whyNotKept(answer);
    if (notKept !== undefined) record.addGap('the evidence of what was answered', notKept);
    return answer;
  } catch (error) {
    record.addGap(what, reasonOf(error));
    return null;
  }
}

/** That there is no evidence of an answer makes it no less an answer. */
const whyNotKept = (answer: unknown): string | undefined =>
  typeof answer === 'object' && answer !== null && 'notKept' in answer && typeof answer.notKept === 'string'
    ? answer.notKept
    : undefined;

const gapsOf = (answer: unknown): Gap[] =>
  typeof answer === 'object' && answer !== null && 'gaps' in answer && Array.isArray(answer.gaps)
    ? (answer.gaps as Gap[])
    : [];
