import { validationFindings } from '../../src/domain/findings/findings.ts';
import { isOfImage } from '../../src/domain/findings/machine.ts';
import { sourceQuestion } from '../../src/domain/findings/source-question.ts';
import { readActorTrail } from '../shared/actor.ts';
import { readImageSource, readInstance } from '../shared/machine.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { blindingOf, readBlinding, readNameTrail } from './actor.ts';
import { judge, standing, type Case } from './case.ts';
import { readExportHistory } from './history.ts';
import { readExport, readReads, readRequestMetrics, readSoftware } from './targets.ts';

/**
 * Validation (S68–S76): the instance, of an image the one that it was made of, the export, what else the key did, and
 * whether the image was read. What people wrote about it is asked for here and awaited in investigation.
 */
export async function validate(incident: IncidentRun, triaged: Case): Promise<Case & { outcome: string }> {
  const { alert } = triaged;
  // Of an image: what else is asked depends on it. Otherwise nothing is waited for.
  const source = isOfImage(alert) ? await readImageSource(incident, alert) : null;
  const asked = { alert, source };

  const [instance, software, exported, actorTrail, nameTrail, blind, history] = await Promise.all([
    readInstance(incident, asked),
    readSoftware(incident, asked),
    readExportAndReads(incident, triaged),
    readActorTrail(incident, alert),
    readNameTrail(incident, alert),
    readBlinding(incident, alert),
    readExportHistory(incident, asked),
  ]);
  const blinding = blindingOf(blind, exported.bucket, incident);

  incident.people.knowInstance(instance);
  const found = { source, instance, software, ...exported, actorTrail, nameTrail, blinding, ...history };
  const known = judge(incident, { ...triaged, ...found });
  incident.record.addFindings(validationFindings(known));
  if (known.verdict === 'authorised') incident.sources.leaveOut();
  else incident.sources.ask(sourceQuestion(incident.key, known));
  return { ...known, outcome: standing(incident, known) };
}

async function readExportAndReads(incident: IncidentRun, { alert }: Case) {
  const { task, bucket, object } = await readExport(incident, alert, null);
  const [reads, requestMetrics] = await Promise.all([
    readReads(incident, alert, bucket, object),
    readRequestMetrics(incident, alert, bucket, object),
  ]);
  return { task, bucket, object, reads, requestMetrics };
}
