import type { ActInput, ActResult, TargetCheck } from '../../src/domain/acts/acts.ts';
import { heartbeat, lastHeartbeat, pause, withHeartbeats } from './activity-context.ts';
import { isLimitExceeded, isNotFound, notYet } from './failures.ts';

/** How an act's target is read, and what its state means for the act; the same for acting and for checking later. */
export interface Target<I extends ActInput, S> {
  read: (input: I) => Promise<S>;
  compare: (input: I, state: S) => TargetCheck;
}

/** What applying came to, where it is more than done: a note for people, or why AWS did nothing. */
export interface Applied {
  note?: string;
  instead?: TargetCheck;
}

/** IAM and S3 may show the old state for some seconds after they confirmed the new one. */
const settling = [0, 250, 500, 1_000, 2_000, 4_000];
/** What does not show after this was lost, or undone by somebody: it is done again. */
const longestLag = 60_000;

/** What AWS confirmed so far. It travels in the heartbeats, for the attempt that comes after this one. */
interface Progress {
  act: string;
  /** ms since the epoch. */
  confirmedAt?: number;
  note?: string;
}

/**
 * Every act in the same five steps: read the target, compare it with the plan, stop unless it is as planned (P3), apply,
 * read back. An attempt that comes after one that was killed finds its target done, or ready (P4); heartbeats let the
 * server know within seconds that a worker is gone.
 */
export function bringAbout<I extends ActInput, S>(
  input: I,
  target: Target<I, S>,
  apply: (state: S) => Promise<Applied | undefined>,
): Promise<ActResult> {
  const progress = progressOf(input.act);
  return withHeartbeats(progress, () => inFiveSteps(input, target, apply, progress));
}

function progressOf(act: string): Progress {
  const { confirmedAt, note } = (lastHeartbeat() ?? {}) as Record<string, unknown>;
  return {
    act,
    ...(typeof confirmedAt === 'number' ? { confirmedAt } : {}),
    ...(typeof note === 'string' ? { note } : {}),
  };
}

async function inFiveSteps<I extends ActInput, S>(
  input: I,
  target: Target<I, S>,
  apply: (state: S) => Promise<Applied | undefined>,
  progress: Progress,
): Promise<ActResult> {
  const state = await target.read(input);
  const found = target.compare(input, state);
  if (found.standing !== 'ready') return ended(found, progress);

  // A read that lags behind looks like a target that nobody has touched: what AWS confirmed is not asked for again.
  const refused = isConfirmed(progress) ? null : await tried(() => apply(state), progress);
  let after = found;
  for (const wait of settling) {
    await pause(wait);
    after = target.compare(input, await target.read(input));
    if (after.standing === 'done') return ended(after, progress);
    if (refused && after.standing !== 'ready') return ended(after, progress);
  }
  if (refused) return refused();
  throw notYet(`${input.act} was accepted by AWS but does not show (${after.detail})`);
}

const isConfirmed = ({ confirmedAt = 0 }: Progress): boolean => {
  const age = Date.now() - confirmedAt;
  return age >= 0 && age < longestLag;
};

/**
 * null: AWS did it. Otherwise what the act comes to, should reads go on showing the target as it was planned for: they
 * may lag behind, and an earlier attempt whose answer was lost has done it.
 */
async function tried(apply: () => Promise<Applied | undefined>, progress: Progress): Promise<(() => ActResult) | null> {
  try {
    const { note, instead } = (await apply()) ?? {};
    if (instead) return () => ended(instead, progress);
    progress.confirmedAt = Date.now();
    if (note !== undefined) progress.note = note;
    heartbeat(progress);
    return null;
  } catch (error) {
    // Nothing left to delete, or no room for one more: an earlier attempt may have been there.
    if (!isNotFound(error) && !isLimitExceeded(error)) throw error;
    return () => {
      throw error;
    };
  }
}

/** Done is `applied` where AWS confirmed it to this act, in this attempt or an earlier one. */
function ended(check: TargetCheck, { confirmedAt, note }: Progress): ActResult {
  if (check.standing !== 'done') return result(check.standing === 'ready' ? 'already' : check.standing, check);
  return confirmedAt === undefined ? result('already', check) : result('applied', check, note);
}

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
