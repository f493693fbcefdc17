import { ActivityFailure, ApplicationFailure, isCancellation } from '@temporalio/workflow';
import type { Gap } from '../../src/domain/findings/facts.ts';
import type { IncidentRecord } from './record.ts';

/** Why a step could not go on: the failure's type and message. A cancellation is not a failure and passes through. */
export function reasonOf(error: unknown): string {
  if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
  const { cause } = error;
  if (cause instanceof ApplicationFailure) return `${cause.type ?? 'failure'}: ${cause.message}`;
  return cause?.message ?? error.message;
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
