import type { ActInput, ActResult, TargetCheck } from '../../src/domain/acts.ts';
import { pause, withHeartbeats } from './activity-context.ts';
import { notYet } from './failures.ts';

/** How an act's target is read, and what its state means for the act; the same for acting and for checking later. */
export interface Target<I extends ActInput, S> {
  read: (input: I) => Promise<S>;
  compare: (input: I, state: S) => TargetCheck;
}

/** What applying came to, where it is more than done: a note for people, or that nothing was done after all. */
export interface Applied {
  note?: string;
  instead?: TargetCheck;
}

/** IAM and S3 may show the old state for some seconds after they confirmed the new one. */
const settling = [0, 250, 500, 1_000, 2_000, 4_000];

/**
 * Every act in the same five steps: read the target, compare it with the plan, stop unless it is as planned (P3), apply,
 * read back. An attempt that comes after one that was killed finds its target done, or ready (P4); heartbeats let the
 * server know within seconds that a worker is gone.
 */
export const bringAbout = <I extends ActInput, S>(
  input: I,
  target: Target<I, S>,
  apply: (state: S) => Promise<Applied | undefined>,
): Promise<ActResult> => withHeartbeats(input.act, () => inFiveSteps(input, target, apply));

async function inFiveSteps<I extends ActInput, S>(
  input: I,
  target: Target<I, S>,
  apply: (state: S) => Promise<Applied | undefined>,
): Promise<ActResult> {
  const state = await target.read(input);
  const found = target.compare(input, state);
  if (found.standing !== 'ready') return ended(found);

  const { note, instead } = (await apply(state)) ?? {};
  if (instead) return ended(instead);
  let after = found;
  for (const wait of settling) {
    await pause(wait);
    after = target.compare(input, await target.read(input));
    if (after.standing === 'done') return result('applied', after, note);
  }
  throw notYet(`${input.act} was accepted by AWS but does not show (${after.detail})`);
}

const ended = (check: TargetCheck): ActResult =>
  result(check.standing === 'done' || check.standing === 'ready' ? 'already' : check.standing, check);

export const result = (
  status: ActResult['status'],
  { detail, observed }: Pick<TargetCheck, 'detail' | 'observed'>,
  note?: string,
): ActResult => ({
  status,
  detail: note === undefined ? detail : `${detail}; ${note}`,
  at: new Date().toISOString(),
  ...(observed ? { observed } : {}),
});
