import { contain, copyExport } from '../../workflows/activities.ts';
import type { ActInput, ActResult } from '../../src/domain/acts/acts.ts';
import type { Authorisation } from '../../src/domain/approval/authorisation.ts';

type Act = (input: ActInput, authorisation: Authorisation) => Promise<ActResult>;

/** One act as an incident would have it done: with the task queue, time limits and retries of the playbook. */
export function actOnce(input: ActInput, authorisation: Authorisation): Promise<ActResult> {
  const act = input.act === 'copyExport' ? copyExport : contain[input.act];
  return (act as Act)(input, authorisation);
}
