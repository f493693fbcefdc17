import type { Target } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { eventBridgeContain } from '../../../../activities/eventbridge/contain.ts';
import type { PutEventRule } from '../../../../src/domain/acts/acts.ts';
import { awsDouble, place, throwing } from '../aws-double.ts';

const watching = { eventPattern: '{}', description: 'd', targetArn: 'arn:aws:sns:eu-west-1:111111111111:t' };
const put: PutEventRule = {
  ...place,
  act: 'putEventRule',
  incidentKey: 'VMX-ABCDEFGHIJ',
  ruleName: 'soar-monitor',
  before: null,
  after: watching,
};

describe('putting an event rule', () => {
  it('writes the target alone where an earlier attempt has written the rule', async () => {
    const Targets: Target[] = [];
    const { clients, calls } = awsDouble({
      DescribeRule: () => ({ EventPattern: '{}', Description: 'd', State: 'ENABLED' }),
      ListTargetsByRule: () => ({ Targets }),
      PutTargets: () => {
        Targets.push({ Id: 'soar-monitor', Arn: watching.targetArn });
        return {};
      },
    });
    expect(await eventBridgeContain(clients).putEventRule(put)).toMatchObject({ status: 'applied' });
    expect(calls.filter((call) => call.startsWith('Put'))).toEqual(['PutTargets']);
  });

  it.each([
    ['disabled', { EventPattern: '{}', Description: 'd', State: 'DISABLED' }],
    ['of another pattern', { EventPattern: '{"source":[]}', Description: 'd', State: 'ENABLED' }],
  ])('writes the rule, too, where it is %s', async (_, rule) => {
    const { clients, calls } = awsDouble({
      DescribeRule: () => rule,
      ListTargetsByRule: () => ({ Targets: [] }),
      PutRule: throwing('InternalException', 500),
    });
    const before = { eventPattern: rule.EventPattern, description: 'd', targetArn: '' };
    await expect(eventBridgeContain(clients).putEventRule({ ...put, before })).rejects.toMatchObject({
      type: 'AwsUnavailable',
    });
    expect(calls).not.toContain('PutTargets');
  });

  it('takes its target from a rule before it deletes it: EventBridge deletes none that has one', async () => {
    let rule: object | null = { EventPattern: '{}', Description: 'd', State: 'ENABLED' };
    let Targets: Target[] = [{ Id: 'soar-monitor', Arn: watching.targetArn }];
    const { clients, calls } = awsDouble({
      DescribeRule: () => rule ?? throwing('ResourceNotFoundException', 400)(),
      ListTargetsByRule: () => ({ Targets }),
      RemoveTargets: () => {
        Targets = [];
        return {};
      },
      DeleteRule: () => {
        rule = null;
        return {};
      },
    });
    const undone = eventBridgeContain(clients).putEventRule({ ...put, before: watching, after: null });
    expect(await undone).toMatchObject({ status: 'applied' });
    expect(calls.filter((call) => /^(Remove|Delete)/.test(call))).toEqual(['RemoveTargets', 'DeleteRule']);
  });

  it('fails for good when EventBridge takes the rule but refuses its target', async () => {
    const refused = eventBridgeContain(
      awsDouble({
        DescribeRule: throwing('ResourceNotFoundException', 400),
        PutRule: () => ({}),
        PutTargets: () => ({ FailedEntryCount: 1, FailedEntries: [{ ErrorCode: 'AccessDenied', ErrorMessage: 'no' }] }),
      }).clients,
    ).putEventRule(put);
    await expect(refused).rejects.toMatchObject({
      type: 'AwsRejected',
      message: expect.stringContaining('AccessDenied (no)') as string,
    });
  });
});
