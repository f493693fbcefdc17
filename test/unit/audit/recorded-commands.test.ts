import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { describe, expect, it } from 'vitest';
import { withinRun, activityOptions } from '../../../src/audit/activity-options.ts';
import { sameJson } from '../../../src/domain/digest.ts';
import { issuedActs, recordedActs, type Act } from '../../../src/audit/recorded-commands.ts';

/** As Temporal writes a value, and as the sandbox hands it out. */
const inHistory = (text: string) => ({
  metadata: { encoding: Buffer.from('json/plain').toString('base64') },
  data: Buffer.from(JSON.stringify(text)).toString('base64'),
});
const inCommand = (text: string) => ({
  metadata: { encoding: { bytes: 'json/plain' } },
  data: { bytes: JSON.stringify(text) },
});
const recorded = (eventType: string, attributes: object, more: object = {}) => {
  const events = [{ eventId: '5', eventTime: '2026-03-02T10:00:00Z', eventType, ...attributes, ...more }];
  return recordedActs(historyFromJSON({ events })).map(({ event: _, ...act }) => act);
};
const issued = (kind: string, fields: object) => issuedActs([{ kind, fields }]);
const refusal = (message: string, type = 'NotAllowed') => ({
  message,
  stackTrace: `at line ${message.length}`,
  applicationFailureInfo: { type, nonRetryable: true },
  cause: { message: 'because of this' },
});

describe('an activity on record', () => {
  const scheduled = (changes: object = {}, more: object = {}) =>
    recorded(
      'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED',
      {
        activityTaskScheduledEventAttributes: {
          activityType: { name: 'editBucketPolicy' },
          taskQueue: { name: 'soar-contain' },
          input: { payloads: [inHistory('x')] },
          // What the code leaves out, the server fills in.
          ...{ startToCloseTimeout: '60s', scheduleToCloseTimeout: '3600s', scheduleToStartTimeout: '3600s' },
          heartbeatTimeout: '15s',
          retryPolicy: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '200s' },
          ...changes,
        },
      },
      more,
    );
  const command = {
    activityType: 'editBucketPolicy',
    taskQueue: 'soar-contain',
    arguments: [inCommand('x')],
    ...{ startToCloseTimeout: { seconds: 60 }, scheduleToCloseTimeout: { seconds: 3600 } },
    heartbeatTimeout: { seconds: 15, nanos: 0 },
    retryPolicy: { initialInterval: { seconds: 2 } },
  };

  it('equals the command that scheduled it', () => {
    expect(scheduled()).toEqual(issued('scheduleActivity', command));
    const short = { summary: inCommand('why') };
    const told = scheduled({}, { userMetadata: { summary: inHistory('why') } });
    expect(told).toEqual(issued('scheduleActivity', { ...command, ...short }));
  });

  /** What of two activities differs, by name. */
  const differing = (one: Pick<Act, 'content'>[], other: Pick<Act, 'content'>[]): string[] => {
    const [left, right] = [one, other].map(([act]) => act?.content as Record<string, unknown>);
    return Object.keys({ ...left, ...right }).filter((name) => !sameJson(left?.[name] ?? null, right?.[name] ?? null));
  };

  it.each([
    [
      'tries',
      { retryPolicy: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '200s', maximumAttempts: 1 } },
      'retry',
    ],
    [
      'what is not tried again',
      { retryPolicy: { initialInterval: '2s', nonRetryableErrorTypes: ['AwsRejected'] } },
      'retry',
    ],
    ['time for one try', { startToCloseTimeout: '61s' }, 'startToClose'],
    ['its whole time', { scheduleToCloseTimeout: '7200s' }, 'scheduleToClose'],
    ['how long it may wait', { scheduleToStartTimeout: '1s' }, 'scheduleToStart'],
    ['its heartbeat', { heartbeatTimeout: '0s' }, 'heartbeat'],
  ])('does not with another %s, and differs in nothing else', (_, lie, what) => {
    expect(differing(scheduled(lie), issued('scheduleActivity', command))).toEqual([what]);
  });

  it('has no try and no wait that is longer than its whole time, where it has one', () => {
    const long = { startToCloseTimeout: { seconds: 60 }, scheduleToStartTimeout: { seconds: 90 } };
    const whole = activityOptions({ ...long, scheduleToCloseTimeout: { seconds: 30 } });
    expect(whole).toMatchObject({ startToClose: 30_000, scheduleToStart: 30_000, scheduleToClose: 30_000 });
    expect(activityOptions(long)).toMatchObject({ startToClose: 60_000, scheduleToStart: 90_000, scheduleToClose: 0 });
    const beating = activityOptions({ startToCloseTimeout: { seconds: 60 }, heartbeatTimeout: { seconds: 90 } });
    expect(beating).toMatchObject({ heartbeat: 60_000 });
  });

  it('does not with a summary that the code does not give', () => {
    const told = scheduled({}, { userMetadata: { summary: inHistory('all is well') } });
    expect(told).not.toEqual(issued('scheduleActivity', command));
  });

  it('lasts no longer than its run', () => {
    const retry = activityOptions({}).retry;
    const options = { startToClose: 60_000, scheduleToClose: 0, scheduleToStart: 90_000, heartbeat: 45_000, retry };
    const limited = {
      startToClose: 30_000,
      scheduleToClose: 30_000,
      scheduleToStart: 30_000,
      heartbeat: 30_000,
      retry,
    };
    expect(withinRun(options, 0)).toEqual(options);
    expect(withinRun(options, 30_000)).toEqual(limited);
    expect(withinRun(limited, 60_000)).toEqual(limited);
    expect(withinRun({ ...options, heartbeat: 0 }, 30_000)).toEqual({ ...limited, heartbeat: 0 });
  });
});

describe('what else the code says', () => {
  it('is on record: the memo, value by value', () => {
    const memo = (text: string) =>
      recorded('EVENT_TYPE_WORKFLOW_PROPERTIES_MODIFIED', {
        workflowPropertiesModifiedEventAttributes: { upsertedMemo: { fields: { burst: inHistory(text) } } },
      });
    const said = issued('modifyWorkflowProperties', { upsertedMemo: { fields: { burst: inCommand('lead') } } });
    expect(memo('lead')).toEqual(said);
    expect(memo('other')).not.toEqual(said);
  });

  it('is on record: with what message a workflow failed, and why, wherever in the code', () => {
    const failed = (failure: object) =>
      recorded('EVENT_TYPE_WORKFLOW_EXECUTION_FAILED', { workflowExecutionFailedEventAttributes: { failure } });
    const said = issued('failWorkflowExecution', { failure: { ...refusal('no key'), stackTrace: 'elsewhere' } });
    expect(failed(refusal('no key'))).toEqual(said);
    expect(failed(refusal('no time'))).not.toEqual(said);
    expect(failed(refusal('no key', 'Other'))).not.toEqual(said);
    expect(failed({ ...refusal('no key'), cause: { message: 'of another' } })).not.toEqual(said);
    expect(said).not.toEqual(issued('completeWorkflowExecution', { result: inCommand('done') }));
  });

  it('is on record: why an update was refused', () => {
    const refused = (failure: object) =>
      recorded('EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED', {
        workflowExecutionUpdateCompletedEventAttributes: { meta: { updateId: 'u1' }, outcome: { failure } },
      });
    const said = issued('updateResponse', { protocolInstanceId: 'u1', rejected: refusal('not open') });
    expect(refused(refusal('not open'))).toEqual(said);
    expect(refused(refusal('approved'))).not.toEqual(said);
    expect(said).not.toEqual(issued('updateResponse', { protocolInstanceId: 'u1', completed: inCommand('ok') }));
  });
});
