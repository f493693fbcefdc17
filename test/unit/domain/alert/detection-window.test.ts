import { describe, expect, it } from 'vitest';
import { detectionLine, detectionWarnings } from '../../../../src/domain/alert/detection-text.ts';
import { mostSeen, nextQuestion, runOf, stateIn } from '../../../../src/domain/alert/detection-window.ts';
import type {
  DetectionOrder,
  DetectionOutcome,
  DetectionState,
  HandledHit,
} from '../../../../src/domain/alert/detection.ts';

const minute = 60_000;
const start = Date.UTC(2026, 2, 2, 10);
/** Minutes after ten o'clock. */
const at = (minutes: number) => new Date(start + minutes * minute).toISOString();
const order: DetectionOrder = { ruleId: 'r', lookback: 60 * minute, limit: 100 };
const hit = (id: string, minutes: number, result: HandledHit['result'] = 'opened'): HandledHit => ({
  id,
  at: at(minutes),
  result,
});
const anOutcome = (changes: Partial<DetectionOutcome> = {}): DetectionOutcome => ({
  searched: ['here'],
  hits: [],
  remaining: 0,
  gaps: [],
  ...changes,
});
const aState = (changes: Partial<DetectionState> = {}): DetectionState => ({
  coveredUntil: at(0),
  behind: {},
  seen: [],
  ...changes,
});
/** A run at so many minutes after ten. */
const run = (minutes: number, outcome: Partial<DetectionOutcome>, state: DetectionState | null = null) =>
  runOf(order, nextQuestion(order, state, start + minutes * minute), anOutcome(outcome), state);

describe('the window of a run', () => {
  it('reaches back over the look-back, and further after a longer pause', () => {
    expect(nextQuestion(order, null, start)).toMatchObject({ from: at(-60), to: at(0), seen: [], limit: 100 });
    expect(nextQuestion(order, aState(), start + 10 * minute)).toMatchObject({ from: at(-50), to: at(10) });
    expect(nextQuestion(order, aState(), start + 300 * minute)).toMatchObject({ from: at(0), to: at(300) });
  });

  it('is the one that a person names', () => {
    const window = { from: at(-600), to: at(-300) };
    expect(nextQuestion({ ...order, window }, aState(), start)).toMatchObject(window);
  });
});

describe('the state after a run', () => {
  it('covers everything until its end, and knows the hits that the next window reaches again', () => {
    const { state } = run(0, { hits: [hit('a', -59), hit('b', -5)] });
    expect(state).toEqual({
      coveredUntil: at(0),
      behind: {},
      seen: [
        { id: 'b', at: at(-5) },
        { id: 'a', at: at(-59) },
      ],
    });
    expect(nextQuestion(order, state, start + 10 * minute).seen).toEqual(['b', 'a']);
    expect(run(60, { hits: [hit('c', 50)] }, state).state.seen.map(({ id }) => id)).toEqual(['c']);
  });

  it('goes on after the last hit that was opened when some are left', () => {
    const first = run(0, { hits: [hit('a', -55), hit('b', -50)], remaining: 7 });
    expect(first).toMatchObject({ remaining: 7, state: { coveredUntil: at(-50) } });
    expect(nextQuestion(order, first.state, start + 600 * minute)).toMatchObject({ from: at(-50), seen: ['b', 'a'] });
  });

  it('goes back to the first hit that could not be opened, and does not call it seen', () => {
    const { failed, state } = run(0, { hits: [hit('a', -30), hit('b', -20, 'failed'), hit('c', -10)] });
    expect(failed).toBe(1);
    expect(state.coveredUntil).toBe(at(-20));
    expect(state.seen.map(({ id }) => id)).toEqual(['c', 'a']);
  });

  it('keeps from when on a place that did not answer has to be searched', () => {
    const gap = { where: '111111111111/eu-west-1', why: 'refused', since: at(-60) };
    const { state } = run(0, { gaps: [gap, { where: 'event.action', why: 'is text' }] });
    expect(state.behind).toEqual({ [gap.where]: at(-60) });
    expect(nextQuestion(order, state, start + 10 * minute).behind).toEqual({ [gap.where]: at(-60) });
    expect(run(10, {}, state).state.behind).toEqual({});
  });

  it('forgets the oldest ids beyond a bound, and then looks back no further than it knows', () => {
    const hits = Array.from({ length: mostSeen + 200 }, (_, index) => hit(`h${index}`, -60 + index / 25));
    const { state } = run(0, { hits });
    expect(state.seen).toHaveLength(mostSeen);
    const oldest = state.seen.at(-1)!;
    expect(oldest.id).toBe('h200');
    expect(state.overlapFrom).toBe(oldest.at);
    expect(nextQuestion(order, state, start + minute).from).toBe(oldest.at);
    expect(run(0, { hits: hits.slice(0, 10) }).state).not.toHaveProperty('overlapFrom');
  });

  it('is read from a result, and from nothing else', () => {
    const done = run(0, { hits: [hit('a', -1)], remaining: 1 });
    expect(stateIn(JSON.parse(JSON.stringify(done)))).toEqual(done.state);
    for (const foreign of [
      undefined,
      null,
      'x',
      {},
      { state: {} },
      { state: { ...done.state, coveredUntil: 'soon' } },
    ]) {
      expect(stateIn(foreign)).toBeNull();
    }
    const odd = {
      state: { ...done.state, behind: { x: 1 }, seen: [null, { id: 1, at: at(0) }, { id: 'a', at: at(0) }] },
    };
    expect(stateIn(odd)).toMatchObject({ behind: {}, seen: [{ id: 'a', at: at(0) }] });
  });
});

describe('what is said of a run', () => {
  const results = [hit('a', 1), hit('b', 2, 'attached'), hit('c', 3, 'known'), hit('d', 4, 'refused')];

  it('counts', () => {
    expect(detectionLine(run(5, { hits: results }))).toBe(
      `r: 4 hit(s) from ${at(-55)} to ${at(5)}: 1 opened, 1 attached, 1 known, 1 refused`,
    );
  });

  it('is loud about what is left, failed, was not read, or not searched at all', () => {
    const gaps = [{ where: 'x', why: 'refused', since: at(0) }];
    const loud = run(5, { searched: [], hits: [...results, hit('e', 5, 'failed')], remaining: 3, gaps });
    expect(detectionWarnings(loud).join('\n')).toMatch(
      /NOTHING WAS SEARCHED[^]*3 MORE HIT[^]*1 hit\(s\) could not be opened[^]*dead-letter list[^]*x: refused/,
    );
    expect(detectionWarnings(run(5, { hits: results.slice(0, 3) }))).toEqual([]);
  });
});
