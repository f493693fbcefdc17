import {
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  setHandler,
  setWorkflowOptions,
  workflowInfo,
} from '@temporalio/workflow';
import { isTalliedAlert } from '../../src/domain/shape.ts';
import { eventHash, splitHashes, type TallyInput } from '../../src/domain/alert/tally.ts';
import { countAlertsSignal, tallyAlertsSignal } from '../messages.ts';

const hour = 3_600_000;
/** Signals after which the tally goes on in a new run: its history stays small. */
const mostPerRun = 500;
/** A payload has to stay below 2 MB; what is beyond is counted, and not known when it comes again. */
const mostRemembered = 50_000;

/**
 * Counts the alerts of one incident that are too many for its own history (ADR 15), and tells it the total: at once, each
 * time that it has doubled, with every five hundredth signal, and else after a pause that grows to an hour: so an
 * incident hears of a storm of days some hundred times. It asks now and then whether the incident still runs, and ends
 * with it.
 */
export async function alertTally({ incident, state }: TallyInput): Promise<void> {
  const known = new Set(splitHashes(state.hashes));
  let { total, told, pause } = state;
  let received = 0;
  setHandler(
    tallyAlertsSignal,
    (alerts) => {
      received += 1;
      const counted = Array.isArray(alerts) ? alerts.filter(isTalliedAlert) : [];
      total += counted.length;
      for (const { eventId } of counted) if (known.size < mostRemembered) known.add(eventHash(eventId));
    },
    { description: 'Alerts about the incident, to be counted.' },
  );
  const full = () => received >= mostPerRun;

  for (let quiet = hour; !full();) {
    const news = await condition(() => total > told, quiet);
    quiet = news ? hour : Math.min(2 * quiet, 24 * hour);
    if (news && !(await condition(() => total >= 2 * told || full(), pause))) pause = Math.min(2 * pause, hour);
    const telling = total;
    const runs = await tell(incident, telling);
    if (!runs && total === telling) return;
    told = telling;
  }
  await continueAsNew<typeof alertTally>({ incident, state: { total, told, pause, hashes: [...known].join('') } });
}

/** Whether the incident still runs. */
async function tell(incident: string, total: number): Promise<boolean> {
  try {
    await getExternalWorkflowHandle(incident).signal(countAlertsSignal, { total });
    return true;
  } catch {
    return false;
  }
}

// It may outlive the build that it began with and every worker of it, and nothing that it does depends on the playbook.
// A worker without versions refuses to be told of any.
setWorkflowOptions(
  () => (workflowInfo().currentDeploymentVersion?.deploymentName ? { versioningBehavior: 'AUTO_UPGRADE' } : {}),
  alertTally,
);
