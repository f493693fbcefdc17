import { beforeEach } from 'vitest';
import type { Protection } from '../../../activities/aws/protection.ts';
import { containActivities, type ContainActivities } from '../../../activities/contain.ts';
import { observeActivities, type ObserveActivities } from '../../../activities/observe.ts';
import type { ActInput, ActResult } from '../../../src/domain/acts/acts.ts';
import type { ApprovalOnRecord } from '../../../src/domain/approval/authorisation.ts';
import { eventName } from '../../../src/lab/aws/operation.ts';
import { actBase, anApproval, sharedWorld } from '../activities-world.ts';

/** The activities of the contain and the observe worker, in a lab of this file's own. */
export function acting(isProtected: Protection = { principals: [], buckets: [] }) {
  const world = sharedWorld();
  let contain: ContainActivities;
  let observing: ObserveActivities;
  beforeEach(async () => {
    contain = containActivities(world().containing, { protected: isProtected });
    observing = observeActivities(world().observing);
    await world().lab.control.clearFaults();
  });
  const victim = () => world().foundation.victim;
  return {
    world,
    victim,
    base: () => actBase(world()),
    act: (input: ActInput): Promise<ActResult> =>
      (contain[input.act] as (input: ActInput, approval: ApprovalOnRecord) => Promise<ActResult>)(input, anApproval),
    observe: () => observing,
    /** How often the victim's account has let this call change something. */
    mutations: async (operation: string): Promise<number> => {
      // A call between accounts is recorded in both.
      const all = await world().lab.control.trail({ eventName: eventName(operation), accountId: victim().id });
      return all.filter(({ errorCode }) => !errorCode).length;
    },
  };
}

export type Acting = ReturnType<typeof acting>;
