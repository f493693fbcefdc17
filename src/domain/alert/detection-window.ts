import type {
  DetectionOrder,
  DetectionOutcome,
  DetectionQuestion,
  DetectionRun,
  DetectionState,
  DetectionWindow,
  HandledHit,
} from './detection.ts';

/** So many ids travel from run to run. A rule of 100 alerts, 10 minutes and an hour of overlap needs 700. */
export const mostSeen = 1000;

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();
const earlier = (a: string, b: string): string => (a < b ? a : b);
const later = (a: string, b: string): string => (a < b ? b : a);

/** What to search now: back over the rule's look-back, and further where an earlier run left something. */
export function nextQuestion(order: DetectionOrder, state: DetectionState | null, now: number): DetectionQuestion {
  const window = order.window ?? nextWindow(order.lookback, state, now);
  return {
    ...window,
    behind: state?.behind ?? {},
    seen: state?.seen.map(({ id }) => id) ?? [],
    limit: order.limit,
  };
}

function nextWindow(lookback: number, state: DetectionState | null, now: number): DetectionWindow {
  const back = iso(now - lookback);
  if (!state) return { from: back, to: iso(now) };
  return { from: earlier(state.coveredUntil, later(back, state.overlapFrom ?? back)), to: iso(now) };
}

/** What a run came to, and what the next one has to know of it. */
export function runOf(
  order: DetectionOrder,
  question: DetectionQuestion,
  outcome: DetectionOutcome,
  before: DetectionState | null,
): DetectionRun {
  const { hits, remaining, gaps, searched } = outcome;
  const count = (result: HandledHit['result']) => hits.filter((hit) => hit.result === result).length;
  const { from, to } = question;
  return {
    ruleId: order.ruleId,
    from,
    to,
    searched,
    hits: hits.length,
    opened: count('opened'),
    attached: count('attached'),
    known: count('known'),
    refused: count('refused'),
    failed: count('failed'),
    remaining,
    gaps,
    state: stateAfter(order.lookback, question, outcome, before),
  };
}

function stateAfter(
  lookback: number,
  { from, to }: DetectionQuestion,
  { hits, remaining, gaps }: DetectionOutcome,
  before: DetectionState | null,
): DetectionState {
  const failedAt = hits.find(({ result }) => result === 'failed')?.at;
  const lastAt = remaining > 0 ? (hits.at(-1)?.at ?? from) : to;
  const coveredUntil = earlier(failedAt ?? lastAt, lastAt);

  // Ids are needed as far back as the next window can reach.
  const reach = earlier(coveredUntil, iso(Date.parse(to) - lookback));
  const handled = hits.filter(({ result }) => result !== 'failed').map(({ id, at }) => ({ id, at }));
  const needed = [...(before?.seen ?? []), ...handled].filter(({ at }) => at >= reach);
  needed.sort((a, b) => b.at.localeCompare(a.at));
  const seen = needed.slice(0, mostSeen);
  const forgotten = seen.length < needed.length ? seen.at(-1)?.at : undefined;
  return {
    coveredUntil,
    ...(forgotten === undefined ? {} : { overlapFrom: forgotten }),
    behind: Object.fromEntries(gaps.flatMap(({ where, since }) => (since === undefined ? [] : [[where, since]]))),
    seen,
  };
}

/** The state in a result that Temporal handed on; null for anything else, such as a result of another version. */
export function stateIn(result: unknown): DetectionState | null {
  const state = isRecord(result) ? result.state : undefined;
  if (!isRecord(state) || !isTime(state.coveredUntil) || !isRecord(state.behind) || !Array.isArray(state.seen)) {
    return null;
  }
  const { coveredUntil, overlapFrom, behind } = state;
  return {
    coveredUntil,
    ...(isTime(overlapFrom) ? { overlapFrom } : {}),
    behind: Object.fromEntries(Object.entries(behind).flatMap(([where, at]) => (isTime(at) ? [[where, at]] : []))),
    seen: (state.seen as unknown[]).flatMap((hit) =>
      isRecord(hit) && typeof hit.id === 'string' && isTime(hit.at) ? [{ id: hit.id, at: hit.at }] : [],
    ),
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isTime = (value: unknown): value is string => typeof value === 'string' && !Number.isNaN(Date.parse(value));
