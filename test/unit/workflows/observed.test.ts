import { ActivityFailure, ApplicationFailure, CancelledFailure, TimeoutFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { reasonOf } from '../../../workflows/shared/observed.ts';

const failed = (cause: Error, retryState: 'TIMEOUT' | 'NON_RETRYABLE_FAILURE' = 'NON_RETRYABLE_FAILURE') =>
  new ActivityFailure('activity failed', 'lookupTrail', '7', retryState, 'worker', cause);
const throttled = ApplicationFailure.create({ type: 'AwsThrottled', message: 'CloudTrail is asked too often' });
/** As the server's answer is decoded: the last failure is its cause. */
const timedOut = (cause?: Error) =>
  Object.assign(new TimeoutFailure('activity ScheduleToClose timeout', undefined, 'SCHEDULE_TO_CLOSE'), { cause });

describe('why a step could not go on', () => {
  it('is the failure that another attempt cannot mend', () => {
    const denied = ApplicationFailure.nonRetryable('the role lacks cloudtrail:LookupEvents', 'AwsAccessDenied');
    expect(reasonOf(failed(denied))).toBe('AwsAccessDenied: the role lacks cloudtrail:LookupEvents');
  });

  it('is the last failure where the time for it was over, in both forms that Temporal tells it in', () => {
    const expected = 'AwsThrottled: CloudTrail is asked too often; given up when the time for it was over';
    expect(reasonOf(failed(throttled, 'TIMEOUT'))).toBe(expected);
    expect(reasonOf(failed(timedOut(throttled), 'TIMEOUT'))).toBe(expected);
  });

  it('says what to look at where no attempt ever ended', () => {
    expect(reasonOf(failed(timedOut(), 'TIMEOUT'))).toMatch(
      /no attempt ended in the time for it: is a worker of its role running/,
    );
  });

  it('is thrown on where it is no failure of a step', () => {
    expect(() => reasonOf(failed(new CancelledFailure('cancelled')))).toThrow('activity failed');
    expect(() => reasonOf(new TypeError('a mistake of ours'))).toThrow(TypeError);
  });
});
