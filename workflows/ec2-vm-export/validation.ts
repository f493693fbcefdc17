import { validationFindings } from '../../src/domain/findings.ts';
import { sourceQuestion } from '../../src/domain/source-question.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { judge, standing, type Case } from './case.ts';
import { readBucketAndObject, readInstance, readReads, readTask } from './targets.ts';
import { readTrail, windowStart } from './trail.ts';

/** How many trail events travel with the incident; the rest is counted. */
const keep = 200;

/**
 * Validation (S68–S76): the instance, the export, what else the key did, and whether the image was read. What people wrote
 * about it is asked for here and awaited in investigation.
 */
export async function validate(incident: IncidentRun, triaged: Case): Promise<Case & { outcome: string }> {
  const { alert } = triaged;

  const [instance, { task, bucket, object, reads }, actorTrail] = await Promise.all([
    readInstance(incident, alert),
    readExport(incident, triaged),
    readActorTrail(incident, windowStart(incident, alert)),
  ]);

  incident.people.knowInstance(instance);
  const known = judge(incident, { ...triaged, instance, task, bucket, object, reads, actorTrail });
  incident.record.addFindings(validationFindings(known));
  if (known.verdict === 'authorised') incident.sources.leaveOut();
  else incident.sources.ask(sourceQuestion(incident.key, known));
  return { ...known, outcome: standing(incident, known) };
}

async function readExport(incident: IncidentRun, { alert }: Case) {
  const task = await readTask(incident, alert);
  const { bucket, object } = await readBucketAndObject(incident, alert, task);
  return { task, bucket, object, reads: await readReads(incident, alert, bucket, object) };
}

/** Everything that the same access key did (S71); without a key, what the same name did (S72). */
function readActorTrail(incident: IncidentRun, from: string) {
  const { alert } = incident.opening;
  const { accessKeyId, sessionName, name } = alert.principal;
  const value = accessKeyId ?? sessionName ?? name;
  if (value === undefined) return null;
  const attribute = { name: accessKeyId ? ('AccessKeyId' as const) : ('Username' as const), value };
  return readTrail(incident, alert, "the actor's activity", attribute, { from, keep });
}
