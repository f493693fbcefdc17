import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { aws, notYet, orGap, toFailure, unlessAbsent } from '../../../../activities/aws/failures.ts';
import { cameFrom } from '../../../../activities/aws/error-place.ts';
import { anAwsError } from '../aws-double.ts';
import type { Gap } from '../../../../src/domain/findings/kept.ts';

const what = 'reading the policy of bucket exports';
const mapped = (error: unknown): ApplicationFailure => {
  const failure = toFailure(what, error);
  if (!(failure instanceof ApplicationFailure)) throw new Error('not an ApplicationFailure');
  return failure;
};

describe('AWS errors become failure types', () => {
  it.each([
    ['RequestLimitExceeded', 503, 'AwsThrottled'],
    ['SlowDown', 503, 'AwsThrottled'],
    ['ThrottlingException', 400, 'AwsThrottled'],
    ['Throttling', 400, 'AwsThrottled'],
    ['InternalError', 500, 'AwsUnavailable'],
    ['SomethingNew', 502, 'AwsUnavailable'],
    ['OperationAborted', 409, 'AwsUnavailable'],
    ['ExpiredToken', 400, 'AwsUnavailable'],
    ['UnauthorizedOperation', 403, 'AwsAccessDenied'],
    ['Client.UnauthorizedOperation', 403, 'AwsAccessDenied'],
    ['AccessDenied', 403, 'AwsAccessDenied'],
    ['AccessDeniedException', 400, 'AwsAccessDenied'],
    ['403', 403, 'AwsAccessDenied'],
    ['NoSuchBucketPolicy', 404, 'AwsNotFound'],
    ['NoSuchEntityException', 404, 'AwsNotFound'],
    ['InvalidInstanceID.NotFound', 400, 'AwsNotFound'],
    ['OwnershipControlsNotFoundError', 404, 'AwsNotFound'],
    ['ResourceNotFoundException', 400, 'AwsNotFound'],
    ['NotFound', 404, 'AwsNotFound'],
    ['InvalidInstanceID.Malformed', 400, 'AwsRejected'],
    ['MalformedPolicy', 400, 'AwsRejected'],
    ['LimitExceededException', 409, 'AwsRejected'],
  ])('%s with HTTP %i is %s', (name, status, type) => {
    expect(mapped(anAwsError(name, status)).type).toBe(type);
  });

  it.each([
    ['OptInRequired', 401, false],
    ['RegionDisabledException', 403, false],
    ['AuthFailure', 401, true],
    ['UnrecognizedClientException', 400, true],
    ['InvalidClientTokenId', 403, true],
  ])('%s is a refusal that a Region which is off gives, and names the Region', (name, status, unsure) => {
    const place = { accountId: '111111111111', region: 'ap-east-1' };
    const failure = mapped(cameFrom(anAwsError(name, status), place));
    expect(failure).toMatchObject({ type: 'AwsAccessDenied', nonRetryable: true });
    expect(failure.message).toContain('Region ap-east-1 of account 111111111111 is not enabled');
    expect(failure.message.includes('AWS answers so, too')).toBe(unsure);
    expect(failure.message.includes('access key of this worker')).toBe(unsure);
    expect(mapped(anAwsError(name, status)).message).toContain('the Region is not enabled');
    expect(mapped(cameFrom(anAwsError('AccessDenied', 403), place)).message).not.toContain('Region');
  });

  it('takes credentials that are nowhere for what an operator mends, and says where', () => {
    const none = Object.assign(new Error('Could not load credentials from any providers'), {
      name: 'CredentialsProviderError',
    });
    const { type, message } = mapped(none);
    expect(type).toBe('AwsUnavailable');
    expect(message).toContain('look at the profile that aws.profiles names');
    expect(message).not.toContain('Health Dashboard');
  });

  it.each([
    ['RequestTimeTooSkewed', 403, 'The difference between the request time and the current time is too large.'],
    ['RequestExpired', 400, 'Request has expired.'],
    ['SignatureDoesNotMatch', 403, 'Signature expired: 20260302T100600Z is now earlier than 20260302T100700Z'],
    ['SignatureDoesNotMatch', 403, 'Signature not yet current: 20260302T102600Z is still later than 20260302T101100Z'],
    ['InvalidSignatureException', 400, 'Signature expired: 20260302T100600Z is now earlier than 20260302T100700Z'],
  ])('takes %s (HTTP %i: %s) for a clock that an operator mends, and says so', (name, status, said) => {
    const failure = mapped(anAwsError(name, status, said));
    expect(failure).toMatchObject({ type: 'AwsUnavailable', nonRetryable: false });
    expect(failure.message).toContain('set that of this machine (NTP)');
    expect(mapped(anAwsError('SignatureDoesNotMatch', 403, 'The request signature we calculated')).type).toBe(
      'AwsAccessDenied',
    );
  });

  it('takes a broken connection for a service that is not there now', () => {
    const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    expect(mapped(reset)).toMatchObject({ type: 'AwsUnavailable', nonRetryable: false });
  });

  it('retries only what another attempt can mend', () => {
    expect(mapped(anAwsError('SlowDown', 503)).nonRetryable).toBe(false);
    expect(mapped(anAwsError('AccessDenied', 403)).nonRetryable).toBe(true);
    expect(mapped(anAwsError('NoSuchBucket', 404)).nonRetryable).toBe(true);
  });

  it('says what was done to which resource, what AWS answered and what to do', () => {
    const cause = anAwsError('AccessDenied', 403, 'User x is not authorized to perform: s3:GetBucketPolicy');
    const failure = mapped(cause);
    expect(failure.message).toContain('reading the policy of bucket exports: AccessDenied (User x is not authorized');
    expect(failure.message).toContain('check that the role');
    expect(failure.cause).toBe(cause);
    expect(failure.details).toEqual([{ code: 'AccessDenied', status: 403, requestId: 'REQ1' }]);
  });

  it('says first which permission is refused to which role: messages are cut to what fits on a phone', () => {
    const who = 'arn:aws:sts::111111111111:assumed-role/soar-observe/soar-observe';
    const why = 'because no identity-based policy allows the ec2:DescribeInstances action';
    const ec2 = `You are not authorized to perform this operation. User: ${who} is not authorized to perform: ec2:DescribeInstances ${why}`;
    expect(mapped(anAwsError('UnauthorizedOperation', 403, ec2)).message).toContain(
      `exports: ec2:DescribeInstances is refused to role soar-observe (UnauthorizedOperation: ${who} ${why}); check`,
    );
    const user = 'arn:aws:iam::111111111111:user/soar-observe';
    const sts = `User: ${user} is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::1:role/r`;
    expect(mapped(anAwsError('AccessDenied', 403, sts)).message).toContain(
      `sts:AssumeRole is refused to ${user} (AccessDenied: ${user} on resource: arn:aws:iam::1:role/r)`,
    );
  });

  it('does not pass off as AWS’s words what the SDK says of an answer without any', () => {
    const head = anAwsError('Unknown', 403, 'UnknownError');
    expect(mapped(head).message).toContain('exports: HTTP 403; check that the role');
  });

  it('lets a failure of ours and the abort of a cancelled activity through', () => {
    const ours = ApplicationFailure.nonRetryable('x', 'AwsNotFound');
    const abort = Object.assign(new Error('aborted'), { name: 'AbortError' });
    expect(toFailure(what, ours)).toBe(ours);
    expect(toFailure(what, abort)).toBe(abort);
  });

  it('keeps signed requests, session tokens and secret keys out of message and cause', () => {
    const token = 'IQoJb3JpZ2luX2VjE'.repeat(12);
    const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
    const failure = mapped(
      anAwsError('SignatureDoesNotMatch', 403, `should have been x-amz-security-token:${token} key ${secret} end`),
    );
    for (const text of [failure.message, failure.cause?.message, failure.cause?.stack]) {
      expect(text).not.toContain(token);
      expect(text).not.toContain(secret);
    }
    expect(failure.message).toContain('end');
  });

  it('keeps the names of roles and sessions readable', () => {
    const arn = 'arn:aws:sts::111111111111:assumed-role/BackupAutomationRole2026/nightly-session-0001';
    expect(mapped(anAwsError('AccessDenied', 403, `User: ${arn} is not authorized`)).message).toContain(arn);
  });
});

describe('waiting', () => {
  const delayAt = async (attempt: number, error: () => unknown): Promise<number> => {
    const environment = new MockActivityEnvironment({ attempt });
    const failure: unknown = await environment.run(() => Promise.resolve(error()));
    return (failure as ApplicationFailure).nextRetryDelay as number;
  };

  it('waits longer for a throttled call with every attempt, at random within half', async () => {
    const throttled = () => mapped(anAwsError('SlowDown', 503));
    const first = await delayAt(1, throttled);
    const fifth = await delayAt(5, throttled);
    const hundredth = await delayAt(100, throttled);
    expect(first).toBeGreaterThanOrEqual(500);
    expect(first).toBeLessThanOrEqual(1_000);
    expect(fifth).toBeGreaterThanOrEqual(8_000);
    expect(fifth).toBeLessThanOrEqual(16_000);
    expect(hundredth).toBeLessThanOrEqual(60_000);
  });

  it('asks again later for what is not finished, without calling it an error', async () => {
    const failure = notYet('export task export-i-1 is active');
    expect(failure).toMatchObject({ type: 'NotYet', nonRetryable: false, category: 'BENIGN' });
    expect(await delayAt(30, () => notYet('x'))).toBeLessThanOrEqual(300_000);
  });
});

describe('absence', () => {
  it('is a value where it is expected', async () => {
    const missing = aws(what, () => Promise.reject(anAwsError('NoSuchBucketPolicy', 404)));
    await expect(unlessAbsent(missing, null)).resolves.toBeNull();
  });

  it('is a gap where AWS refuses, and a failure where it is only busy', async () => {
    const gaps: Gap[] = [];
    const refused = aws(what, () => Promise.reject(anAwsError('AccessDenied', 403)));
    await expect(orGap(gaps, 'bucket policy', null, refused)).resolves.toBeNull();
    expect(gaps).toEqual([
      { what: 'bucket policy', why: expect.stringMatching(/^AwsAccessDenied: reading/) as string },
    ]);

    const busy = aws(what, () => Promise.reject(anAwsError('SlowDown', 503)));
    await expect(orGap(gaps, 'bucket policy', null, busy)).rejects.toMatchObject({ type: 'AwsThrottled' });
  });
});
