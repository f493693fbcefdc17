import { benchAct } from './act.ts';
import { benchBundle } from './bundle.ts';
import { benchDecision } from './decision.ts';
import { figure, type Figure, type Measured, type Progress } from './figure.ts';
import { benchGrowth } from './growth.ts';
import { benchInLab } from './in-lab.ts';
import { benchIntake } from './intake.ts';
import { benchParked } from './parked.ts';
import { benchPlaybook, measuredArrangement } from './playbook.ts';
import { recordedCosts } from './recorded.ts';
import { benchReplay } from './replay.ts';
import type { Sizes } from './sizes.ts';
import { benchStorm } from './storm.ts';
import { shown, type Latencies } from './statistics.ts';

export interface Group {
  about: string;
  measure: (sizes: Sizes, progress: Progress) => Promise<Measured>;
}

/** Two figures of one measurement, beside the bare one. */
const twoOf = (name: string, value: Latencies, ratio: Latencies, atMost: number): Figure[] =>
  (['p50', 'p99'] as const).map((rank) =>
    figure(`${name}, ${rank}`, {
      value: value[rank],
      unit: 'ms',
      limit: value[rank] / ratio[rank],
      goal: { atMost },
    }),
  );

/** In the order in which they are measured. */
export const groups: Record<string, Group> = {
  intake: {
    about: 'an alert from POST to 202, which is when its incident is durable, over a bare workflow start',
    measure: async (sizes, progress) => {
      const { intake, ratio } = await benchIntake({ ...sizes, progress });
      return { figures: twoOf('alert POST to 202', intake, ratio, 1.3), notes: [] };
    },
  },
  decision: {
    about: 'from an accepted decision to the first act, over a bare signal and the activity that follows it',
    measure: async (sizes, progress) => {
      const { accepted, checked, ratio } = await benchDecision({ ...sizes, progress });
      return {
        figures: twoOf('accepted decision to first act', accepted, ratio, 1.5),
        notes: [`before it, approvers read anew and the decision accepted: ${shown(checked.p50)} at p50`],
      };
    },
  },
  act: {
    about: 'what an act takes in the AWS lab: AssumeRole, precondition read, and the change',
    measure: async ({ acts }) => {
      const { assumeRole, precondition, act } = await benchAct(acts);
      const part = (name: string, { p50, p99 }: Latencies) => `${name}: ${shown(p50)} at p50, ${shown(p99)} at p99`;
      return {
        figures: [],
        notes: [
          part('in the lab, AssumeRole', assumeRole),
          part('in the lab, a precondition read', precondition),
          part('in the lab, an act with its reads', act),
        ],
      };
    },
  },
  playbook: {
    about: 'whole incidents per second, and the events, bytes and billable actions of one, over a bare workflow',
    measure: async (sizes, progress) => ({
      figures: await benchPlaybook({ ...sizes, inFlight: 8, progress }),
      notes: [],
    }),
  },
  lab: {
    about: 'incidents against the AWS lab: how many a second, until people are asked, and which AWS calls that takes',
    measure: (sizes, progress) => benchInLab({ ...sizes, progress }),
  },
  storm: {
    about: "one account's storm of alerts: how long another account's first one waits, over the same without a storm",
    measure: (sizes, progress) => benchStorm({ ...sizes, progress }),
  },
  parked: {
    about: 'incidents that wait for somebody: memory, and how soon any of them acts, over bare workflows that wait',
    measure: async (sizes, progress) =>
      benchParked({ ...sizes, arrangement: await measuredArrangement(progress), progress }),
  },
  growth: {
    about: 'the same with four and sixteen times the evidence, and the incidents: no worse than linear',
    measure: (sizes, progress) => benchGrowth({ ...sizes, progress }),
  },
  recorded: {
    about: 'what the recorded incidents cost: events, bytes, and billable actions by phase',
    measure: async () => ({ figures: [], notes: await recordedCosts() }),
  },
  bundle: {
    about: 'size and build time of the workflow code, over a workflow that does nothing',
    measure: async ({ runs }) => ({ figures: await benchBundle(runs), notes: [] }),
  },
  replay: {
    about: 'recorded incidents replayed with all compared, and verified as sealed files, over the bare replayer',
    measure: async ({ replays, replayTurns }, progress) => ({
      figures: await benchReplay(replays, replayTurns, progress),
      notes: [`the incidents of test/replay/histories, ${replays} in turn; each way in one process`],
    }),
  },
};
