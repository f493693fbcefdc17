import type { IncidentOpening } from '../../src/domain/incident.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import { beginIncident } from '../shared/begin.ts';
import { follow } from '../shared/follow.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { conclude, review, untilReported } from '../shared/post-incident.ts';
import type { Case } from './case.ts';
import { containExport } from './containment.ts';
import { watchContainment } from './containment-watch.ts';
import { eradicate } from './eradication.ts';
import { figuresOf } from './figures.ts';
import { investigate } from './investigation.ts';
import { watchConcealment } from './late-log.ts';
import { mendingPlan } from './mending.ts';
import { ec2VmExportPlaybook } from './playbook.ts';
import { recover } from './recovery.ts';
import { triage } from './triage.ts';
import { validate } from './validation.ts';

/** "AWS EC2 instance exported as VM": the playbook, phase by phase. A denied export runs it too: whoever tried still holds credentials. */
export async function ec2VmExport(opening: IncidentOpening): Promise<IncidentReport> {
  const incident = beginIncident(opening, ec2VmExportPlaybook);
  return follow(
    incident,
    () => followPlaybook(incident),
    () => review(incident, () => figuresOf(incident, undefined)),
  );
}

async function followPlaybook(incident: IncidentRun): Promise<IncidentReport> {
  const triaged = await incident.phase('triage', () => triage(incident));
  const validated = await incident.phase('validation', () => validate(incident, triaged));
  return untilReported<Case>(
    incident,
    validated,
    (known) => respond(incident, known),
    (settled) => incident.phase('post-incident', () => conclude(incident, settled, () => figuresOf(incident, settled))),
  );
}

async function respond(incident: IncidentRun, validated: Case): Promise<Case> {
  let over = false;
  const answering = answer(incident, validated).finally(() => {
    over = true;
  });
  const [recovered] = await Promise.all([
    answering,
    // Beside the phases that follow, which may wait for people: CloudTrail tells of calls late.
    watchConcealment(incident, validated, () => over),
  ]);
  return recovered;
}

async function answer(incident: IncidentRun, validated: Case): Promise<Case> {
  const investigated = await incident.phase('investigation', () => investigate(incident, validated));
  incident.retries.planWith(() => mendingPlan(incident, investigated, investigated.bucket));
  await incident.phase('containment', () => containExport(incident, investigated));
  const [recovered] = await Promise.all([
    restore(incident, investigated),
    // Beside the phases that follow: CloudTrail tells of calls late.
    watchContainment(incident, investigated),
  ]);
  return recovered;
}

async function restore(incident: IncidentRun, investigated: Case): Promise<Case> {
  await incident.phase('eradication', () => eradicate(incident, investigated));
  return incident.phase('recovery', () => recover(incident, investigated));
}
