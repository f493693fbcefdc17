import {
  condition,
  defineQuery,
  defineSignal,
  defineUpdate,
  proxyActivities,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import type { Stretch } from './arrangement.ts';

export const goSignal = defineSignal('go');
export const bareTaskQueue = 'bench-bare';

/** The bare activity: takes so many bytes, and gives so many. */
export interface BareActivities {
  act(): Promise<string>;
  exchange(given: string, wanted: number): Promise<string>;
}
const { act, exchange } = proxyActivities<BareActivities>({ taskQueue: bareTaskQueue, startToCloseTimeout: '1m' });

/** Nothing but a signal and the activity that follows it: what a server needs from one to the other. */
export async function signalled(): Promise<string> {
  let told = false;
  setHandler(goSignal, () => {
    told = true;
  });
  await condition(() => told);
  return act();
}

export const goUpdate = defineUpdate<number, [string]>('go');
/** How often it has asked so far. */
export const askedQuery = defineQuery<number>('asked');

/** What it does, as many bytes as there are, and how many it answers with. */
export interface ArrangedInput {
  stretches: Stretch[];
  padding: string;
  output: number;
}

/** The same activities with as many bytes, as parallel as they can be, and a wait where the playbook has one. */
export async function arranged({ stretches, output }: ArrangedInput): Promise<string> {
  let asked = 0;
  let told = 0;
  let checked = 0;
  setHandler(askedQuery, () => asked);
  // A decision is answered once it is known who may decide: what is read first after it.
  setHandler(goUpdate, async () => {
    const mine = ++told;
    await condition(() => checked >= mine);
    return mine;
  });
  for (const { rounds, then } of stretches) {
    for (const round of rounds) {
      await Promise.all(
        round.map((one) => ('wait' in one ? sleep(one.wait) : exchange('x'.repeat(one.input), one.output))),
      );
      checked = told;
    }
    if (then !== 'decision') continue;
    asked += 1;
    await condition(() => told >= asked);
  }
  return 'x'.repeat(output);
}
