import { ApplicationFailure, setHandler, workflowInfo } from '@temporalio/workflow';
import { tagsNamed } from '../../src/domain/findings/instance-tags.ts';
import { isOfImage } from '../../src/domain/findings/machine.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import type { ClosedIncident, UndoOpening } from '../../src/domain/plan/undo-plan.ts';
import { readClosedIncident } from '../activities.ts';
import { readImageSource, readInstance } from '../shared/machine.ts';
import { pendingApprovalQuery } from '../messages.ts';
import { playbooks } from '../playbooks.ts';
import { beginIncident } from '../shared/begin.ts';
import { follow } from '../shared/follow.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { storeReport, type Figures } from '../shared/post-incident.ts';
import { now } from '../shared/record.ts';

/** Undoes what an incident did that has closed (P5): read from its record, asked and carried out as in the incident itself. */
export async function undoIncident({ request, policy, policyDigest }: UndoOpening): Promise<IncidentReport> {
  // Until it is known what there is to undo; other messages wait.
  setHandler(pendingApprovalQuery, () => null);
  const closed = await readClosedIncident({ undo: workflowInfo().workflowId });
  const incident = undoOf(closed, { policy, policyDigest });
  const report = () => storeReport(incident, noFigures, now());
  const undo = async () => {
    await incident.phase('recovery', async () => {
      await knowOwner(incident);
      return incident.undos.carryOut(request, closed.actions);
    });
    return incident.close(await report());
  };
  return follow(incident, undo, report);
}

/** The incident's own report has them. */
const noFigures: Figures = {
  metrics: { timeToDetection: null, timeToContainment: null, accessedOutsideOrganisation: 'unknown', exposure: null },
  improvements: [],
};

/** The incident as far as its approvers need it; whoever was told of it is not told again. */
function undoOf(closed: ClosedIncident, { policy, policyDigest }: Omit<UndoOpening, 'request'>): IncidentRun {
  const playbook = playbooks.find(({ id }) => id === closed.playbook);
  if (!playbook) throw ApplicationFailure.nonRetryable(`there is no playbook ${closed.playbook}`, 'NothingToUndo');
  const incident = beginIncident(
    {
      alert: closed.alert,
      policy: { ...policy, notices: [] },
      policyDigest,
      correlation: {},
      undoes: closed.workflowId,
    },
    playbook,
  );
  incident.assessment = closed.assessment;
  incident.verdict = closed.verdict;
  incident.gate.actedThrough(closed.behindActor ?? []);
  return incident;
}

/** Where the policy leaves owners out, and in whose channel it is told. */
async function knowOwner(incident: IncidentRun): Promise<void> {
  const { alert } = incident.opening;
  const source = isOfImage(alert) ? await readImageSource(incident, alert) : null;
  const instance = await readInstance(incident, { alert, source });
  incident.people.knowInstance(instance);
  incident.gate.ownedBy(tagsNamed(instance, incident.policy.tags.owner).map(({ value }) => value));
}
