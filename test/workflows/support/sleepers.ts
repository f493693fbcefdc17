import { sleep, upsertSearchAttributes } from '@temporalio/workflow';
import { searchAttributes } from '../../../workflows/messages.ts';

/** Sleeps for a week and says how many days have passed. */
export async function weekLong(): Promise<number> {
  const started = Date.now();
  await sleep('7 days');
  return Math.round((Date.now() - started) / 86_400_000);
}

/** Labels itself, so that a list finds it. */
export async function labelled(phase: string): Promise<void> {
  upsertSearchAttributes([{ key: searchAttributes.phase, value: phase }]);
  await sleep(1);
}
