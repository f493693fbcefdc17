import { condition, defineSignal, setHandler } from '@temporalio/workflow';
import { contain, copyExport } from '../../workflows/activities.ts';
import type { ActInput, ActResult } from '../../src/domain/acts/acts.ts';
import type { Authorisation } from '../../src/domain/approval/authorisation.ts';

type Act = (input: ActInput, authorisation: Authorisation) => Promise<ActResult>;

/** An approval is good for one run, so that it can only come once there is one. */
export const approveSignal = defineSignal<[Authorisation]>('approve');

/** One act as an incident would have it done: with the task queue, time limits and retries of the playbook. */
export async function actOnce(input: ActInput): Promise<ActResult> {
  let approval: Authorisation | undefined;
  setHandler(approveSignal, (authorisation) => {
    approval = authorisation;
  });
  await condition(() => approval !== undefined);
  const act = input.act === 'copyExport' ? copyExport : contain[input.act];
  return (act as Act)(input, approval as Authorisation);
}
