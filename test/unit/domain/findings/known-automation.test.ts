import { describe, expect, it } from 'vitest';
import { knownAutomation } from '../../../../src/domain/findings/known-automation.ts';
import { aCaseFile, aFailedAlert, anAlert, aTrail, aTrailEvent, ids, without } from '../../../support/builders.ts';
import type { CaseFile } from '../../../../src/domain/findings/case-file.ts';

const agent = 'aws-cli/2.15.0 Python/3.11';
const refused = { ...aFailedAlert(), userAgent: agent };
const call = (changes: Parameters<typeof aTrailEvent>[0] = {}) =>
  aTrailEvent({
    ...{ eventName: refused.eventName, readOnly: false, userAgent: agent, errorCode: refused.errorCode },
    ...{ eventId: `at ${changes.time ?? ''}`, time: '2026-01-10T03:00:00Z', principalArn: ids.userArn },
    ...changes,
  } as Parameters<typeof aTrailEvent>[0]);
const asked = (changes: Partial<CaseFile>) => knownAutomation(aCaseFile({ alert: refused, ...changes }));

describe('known automation', () => {
  it('is the same call, caller, user agent and error before, since when and how often; never a proof', () => {
    const exportTrail = aTrail([call({ time: '2026-02-10T03:00:00Z' }), call()]);
    expect(asked({ exportTrail })).toMatchObject({ answer: 'yes', confidence: 'low', source: 'CloudTrail' });
    const { detail } = asked({ exportTrail });
    expect(detail).toMatch(/^2 call\(s\) refused with .*first at 2026-01-10.* last at 2026-02-10.*no proof/);
  });

  it('of a call that succeeded is one that succeeded', () => {
    const alert = { ...anAlert(), userAgent: agent };
    const exportTrail = aTrail([without(call({ eventName: alert.eventName }), 'errorCode')]);
    expect(asked({ alert, exportTrail })).toMatchObject({ answer: 'yes' });
    expect(asked({ alert, exportTrail: aTrail([call({ eventName: alert.eventName })]) })).toMatchObject({
      answer: 'no',
      detail: expect.stringContaining('1 call(s) of another user agent or end') as string,
    });
  });

  it.each([
    ['another user agent', { userAgent: 'Boto3/1.34' }],
    ['another end', { errorCode: 'Client.DryRunOperation' }],
    ['another call', { eventName: 'CreateStoreImageTask' }],
    ['somebody else', { accessKeyId: 'AKIAOTHER', principalArn: 'arn:aws:iam::111111111111:user/other' }],
    ['the last day, which may be this attempt', { time: '2026-03-02T09:00:00Z' }],
  ])('is not shown by %s', (_what, changes) => {
    expect(asked({ exportTrail: aTrail([call(changes)]) }).answer).toBe('no');
  });

  it('is not known where the trail was not read to its end, or the alert names no user agent', () => {
    expect(asked({ exportTrail: null }).answer).toBe('unknown');
    expect(asked({ exportTrail: aTrail([], { truncated: true }) }).answer).toBe('unknown');
    expect(asked({ alert: without(refused, 'userAgent') }).whyUnknown).toBe('the alert names no user agent');
  });
});
