import { describe, expect, it } from 'vitest';
import { eventBridgeContain } from '../../../../activities/eventbridge/contain.ts';
import { awsDouble, place, throwing } from '../aws-double.ts';

describe('putting an event rule', () => {
  it('fails for good when EventBridge takes the rule but refuses its target', async () => {
    const refused = eventBridgeContain(
      awsDouble({
        DescribeRule: throwing('ResourceNotFoundException', 400),
        PutRule: () => ({}),
        PutTargets: () => ({ FailedEntryCount: 1, FailedEntries: [{ ErrorCode: 'AccessDenied', ErrorMessage: 'no' }] }),
      }).clients,
    ).putEventRule({
      ...place,
      act: 'putEventRule',
      incidentKey: 'VMX-ABCDEFGHIJ',
      ruleName: 'soar-monitor',
      before: null,
      after: { eventPattern: '{}', description: 'd', targetArn: 'arn:aws:sns:eu-west-1:111111111111:t' },
    });
    await expect(refused).rejects.toMatchObject({
      type: 'AwsRejected',
      message: expect.stringContaining('AccessDenied (no)') as string,
    });
  });
});
