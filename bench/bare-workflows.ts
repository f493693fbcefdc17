import { condition, defineSignal, proxyActivities, setHandler } from '@temporalio/workflow';

export const goSignal = defineSignal('go');
export const bareTaskQueue = 'bench-bare';

const { act } = proxyActivities<{ act(): Promise<string> }>({ taskQueue: bareTaskQueue, startToCloseTimeout: '1m' });

/** Nothing but a signal and the activity that follows it: what a server needs from one to the other. */
export async function signalled(): Promise<string> {
  let told = false;
  setHandler(goSignal, () => {
    told = true;
  });
  await condition(() => told);
  return act();
}
