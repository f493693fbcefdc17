import { describe, expect, test } from 'vitest';
import { arrangementOf, criticalPath, type Stretch } from '../../../bench/arrangement.ts';
import { historyOf } from '../../../bench/incident-history.ts';

type Raw = Parameters<typeof historyOf>[0];

const bytes = (count: number) => ({ payloads: [{ data: new Uint8Array(count) }] });
const time = (milliseconds: number) => ({ seconds: 0, nanos: milliseconds * 1_000_000 });

/** A history of what is given, in order; times in milliseconds. */
function history(...events: object[]): Raw {
  return events.map((event, index) => ({ eventId: index + 1, eventTime: time(0), ...event })) as unknown as Raw;
}
const scheduled = (name: string, input: number) => ({
  activityTaskScheduledEventAttributes: { activityType: { name }, input: bytes(input) },
});
const started = (scheduledEventId: number) => ({ activityTaskStartedEventAttributes: { scheduledEventId } });
const completed = (scheduledEventId: number, took: number, output: number) => ({
  eventTime: time(took),
  activityTaskCompletedEventAttributes: { scheduledEventId, result: bytes(output) },
});

describe('the least that a workflow has to do for the same', () => {
  const arrangement = arrangementOf(
    historyOf(
      history(
        { workflowExecutionStartedEventAttributes: { input: bytes(100) } },
        scheduled('describeInstance', 10),
        scheduled('describeBucket', 20),
        { timerStartedEventAttributes: { startToFireTimeout: time(5) } },
        started(2),
        completed(2, 7, 1),
        started(3),
        completed(3, 30, 2),
        { timerFiredEventAttributes: { startedEventId: 4 } },
        scheduled('lookupTrail', 40),
        started(10),
        completed(10, 9, 4),
        scheduled('openRequest', 5),
        { workflowExecutionUpdateAcceptedEventAttributes: {} },
        scheduled('readApprovers', 45),
        scheduled('setAccessKeyStatus', 50),
        scheduled('putInlinePolicy', 60),
        scheduled('checkAct', 70),
        scheduled('storeReport', 80),
        { workflowExecutionCompletedEventAttributes: { result: bytes(1000) } },
      ),
    ),
  );
  const [asked, acted] = arrangement.stretches as [Stretch, Stretch];

  test('is told and answers as much', () => {
    expect([arrangement.input, arrangement.output]).toEqual([100, 1000]);
  });

  test('waits beside what is read meanwhile, and asks what needs the wait after it', () => {
    expect(asked).toEqual({
      rounds: [
        [{ input: 10, output: 1, took: 7 }, { wait: 5 }],
        [
          { input: 20, output: 2, took: 30 },
          { input: 40, output: 4, took: 9 },
        ],
        [{ input: 5, output: 0, took: 0 }],
      ],
      then: 'decision',
    });
    expect(criticalPath(asked)).toBe(37);
  });

  test('does what people approved one after the other, once it knows who may approve, and tells of it at the end', () => {
    const inputs = acted.rounds.map((round) => round.map((one) => 'input' in one && one.input));
    expect(inputs).toEqual([[45], [50], [60], [70], [80]]);
  });
});
