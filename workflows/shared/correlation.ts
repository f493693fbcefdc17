import {
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  setHandler,
  setWorkflowOptions,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { correlate, type Correlated, type Joining, type Relation } from '../../src/domain/alert/correlation.ts';
import { isJoining } from '../../src/domain/shape.ts';
import { joinSignal, relateSignal } from '../messages.ts';

/** Bursts are told as one thing: what joins within a second is told together. */
const collecting = 1000;

/** Keeps which incidents share one value, known by its keyed hash, and tells them of each other; a day after the last it ends. */
export async function correlation(initial: Correlated): Promise<void> {
  let state = initial;
  const joining: Joining[] = [];
  const seen = new Set(state.members.map(({ workflowId }) => workflowId));
  setHandler(
    joinSignal,
    (incident) => {
      if (!isJoining(incident) || seen.has(incident.workflowId)) return;
      seen.add(incident.workflowId);
      joining.push(incident);
    },
    { description: 'An incident that shares this value.' },
  );
  while (joining.length > 0 || !workflowInfo().continueAsNewSuggested) {
    if (!(await condition(() => joining.length > 0, '1 day'))) return;
    await sleep(collecting);
    const joined = correlate(state, joining.splice(0));
    state = joined.state;
    await Promise.all(joined.tell.map(([workflowId, relation]) => tell(workflowId, relation)));
  }
  await continueAsNew<typeof correlation>(state);
}

/** One that has closed needs not know. */
async function tell(workflowId: string, relation: Relation): Promise<void> {
  try {
    await getExternalWorkflowHandle(workflowId).signal(relateSignal, relation);
  } catch {
    return;
  }
}

// As the tally: it outlives builds.
setWorkflowOptions(
  () => (workflowInfo().currentDeploymentVersion?.deploymentName ? { versioningBehavior: 'AUTO_UPGRADE' } : {}),
  correlation,
);
