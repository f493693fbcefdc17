import { condition } from '@temporalio/workflow';
import { laterFindings } from '../../src/domain/findings/findings.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { readLaterTrail } from '../shared/actor.ts';
import { now } from '../shared/record.ts';
import { blindingOf, readBlinding } from './actor.ts';
import type { Case } from './case.ts';

/**
 * Looks for concealment once more when CloudTrail must have listed what was called up to validation, whatever phase it is:
 * a trail that was stopped just before the export shows only now (S61). Absent times: an incident of an earlier version.
 */
export async function watchConcealment(incident: IncidentRun, validated: Case, over: () => boolean): Promise<void> {
  const { watch } = incident.policy;
  if (!watch || (await condition(() => incident.closing || over(), Math.max(watch.logLag, 1)))) return;
  const before = concealed(incident);
  await readLater(incident, validated);
  // Its phase adds the finding, from the same facts.
  if (before === undefined) return;
  incident.record.addFindings(laterFindings({ ...validated, ...incident.later, now: now() }));
  incident.judgeAgain();
  const found = concealed(incident);
  if (found?.answer !== 'yes' || found.answer === before.answer) return;
  const text = `CloudTrail told late of attempts to hide something: ${found.detail}`;
  incident.record.add('finding', text);
  incident.people.learnt(text);
}

/** Reads what CloudTrail lists by now; what cannot be read leaves what was known. Judged by whoever asked. */
export async function readLater(incident: IncidentRun, known: Case): Promise<void> {
  const { watch } = incident.policy;
  if (!watch) return;
  const [laterTrail, blind] = await Promise.all([
    readLaterTrail(incident, known, watch.logLag),
    readBlinding(incident, known.alert, listedBy(known, watch.logLag)),
  ]);
  incident.later = {
    ...incident.later,
    ...(laterTrail ? { laterTrail } : {}),
    ...(blind.trail ? { blinding: blindingOf(blind, known.bucket, incident) } : {}),
  };
}

/** When CloudTrail must have listed what the first look may have missed: incidents of a storm share an answer from then on. */
function listedBy({ alert, blinding }: Case, logLag: number): string {
  const looked = blinding?.trail?.to;
  return looked === undefined ? alert.time : new Date(Date.parse(looked) + logLag).toISOString();
}

const concealed = ({ record }: IncidentRun) => record.findings.find(({ id }) => id === 'concealment');
