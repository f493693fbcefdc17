import type { IncidentOpening } from '../../src/domain/incident.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import { shareFigures } from '../../src/domain/snapshot-share/share-figures.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import { whyNotAsked } from '../../src/domain/snapshot-share/share-case.ts';
import { shareFindings, shareOnAlert } from '../../src/domain/snapshot-share/share-findings.ts';
import { sharePlan } from '../../src/domain/snapshot-share/share-plan.ts';
import { openedSince } from '../../src/domain/watch/opened-since.ts';
import { readActorTrail } from '../shared/actor.ts';
import { carryOut } from '../shared/carry-out.ts';
import { contained } from '../shared/contained.ts';
import { beginIncident } from '../shared/begin.ts';
import { follow } from '../shared/follow.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { conclude, reportedMeanwhile, review, untilReported, type Figures } from '../shared/post-incident.ts';
import { comeBack, recheck } from '../shared/recheck.ts';
import { judge, type Case } from './case.ts';
import { ebsSnapshotSharedPlaybook } from './playbook.ts';
import { readSnapshot, readTargets } from './reads.ts';

/** "EBS snapshot shared with another account": the playbook, phase by phase. */
export async function ebsSnapshotShared(opening: IncidentOpening): Promise<IncidentReport> {
  const incident = beginIncident(opening, ebsSnapshotSharedPlaybook);
  const { alert, policy } = opening;
  const nothing = { alert, policy, copies: null, actorTrail: null, principal: null };
  return follow(
    incident,
    () => followPlaybook(incident),
    () => review(incident, () => shareFigures(nothing, incident.record.actions)),
  );
}

async function followPlaybook(incident: IncidentRun): Promise<IncidentReport> {
  await incident.phase('triage', () => triage(incident));
  const validated = await incident.phase('validation', () => validate(incident));
  return untilReported(
    incident,
    validated,
    (known) => respond(incident, known),
    (settled) => incident.phase('post-incident', () => conclude(incident, settled, () => figures(incident, settled))),
  );
}

async function respond(incident: IncidentRun, validated: Case): Promise<Case> {
  const planNow = async () => sharePlan(incident.key, await readTargets(incident, validated));
  incident.retries.planWith(planNow);
  await incident.phase('containment', async () => contained(incident, await carryOut(incident, planNow)));
  await incident.phase('recovery', () => watch(incident, validated, planNow));
  return validated;
}

/** The alert alone. */
function triage(incident: IncidentRun): Promise<Case> {
  const { alert, policy } = incident.opening;
  incident.record.addFindings(shareOnAlert({ alert, policy }));
  for (const fact of alert.missing) incident.record.add('gap', `the alert does not say: ${fact}`);
  return Promise.resolve(judge(incident, { alert, policy, copies: null, actorTrail: null, principal: null }));
}

/** The snapshot as it is, and what else the actor did. */
async function validate(incident: IncidentRun): Promise<Case> {
  const { alert, policy } = incident.opening;
  const [copies, actorTrail] = await Promise.all([readSnapshot(incident), readActorTrail(incident, alert)]);
  const known = judge(incident, { alert, policy, copies, actorTrail, principal: null });
  incident.record.addFindings(shareFindings(known));
  return known;
}

/** Comes back after hours and days: a share that was given again is drift. */
async function watch(
  incident: IncidentRun,
  validated: Case,
  planNow: () => Promise<Plan>,
): Promise<{ outcome: string }> {
  const shared = async () => {
    const known = await readTargets(incident, validated);
    const drifted = openedSince(sharePlan(incident.key, known), incident.record.actions);
    // An attempt left nothing to look for.
    return { drifted, unseen: known.alert.outcome === 'success' ? whyNotAsked(known) : null };
  };
  const looked = await reportedMeanwhile(incident, figures(incident, validated), () =>
    comeBack(incident, () => recheck(incident, { planNow, openedSince: shared })),
  );
  return { outcome: looked };
}

const figures = (incident: IncidentRun, known: Case): Figures =>
  shareFigures({ ...known, doubt: incident.furtherAlerts.doubt }, incident.record.actions);
