import { DescribeRuleCommand, ListTargetsByRuleCommand, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { region } from '../../../src/lab/clients.ts';
import { incidentKey, unlessNone, type Row } from '../row.ts';

/** Rule and target are two calls. */
export const putEventRule: Row = {
  service: 'events',
  calls: [{ operation: 'PutRule' }, { operation: 'PutTargets' }],
  noInverse: null,
  scene: ({ foundation: { victim, monitoringTarget } }, name) => {
    // The role may touch no rules of other names.
    const ruleName = `soar-${name}`;
    const { events } = victim.admin;
    const after = {
      eventPattern: '{"source":["aws.ec2"],"detail":{"eventName":["ExportImage"]}}',
      description: 'watches exports',
      targetArn: monitoringTarget,
    };
    return Promise.resolve({
      input: {
        act: 'putEventRule',
        incidentKey,
        accountId: victim.id,
        region,
        ruleName,
        before: null,
        after,
      },
      names: ruleName,
      arn: `arn:aws:events:${region}:${victim.id}:rule/${ruleName}`,
      state: async () => {
        const rule = await unlessNone(events.send(new DescribeRuleCommand({ Name: ruleName })));
        const targets = await unlessNone(events.send(new ListTargetsByRuleCommand({ Rule: ruleName })));
        const targetArns = (targets?.Targets ?? []).map(({ Arn = '' }) => Arn);
        return rule && { pattern: rule.EventPattern ?? '', description: rule.Description ?? '', targetArns };
      },
      after: () => ({
        pattern: after.eventPattern,
        description: after.description,
        targetArns: [after.targetArn],
      }),
      change: () => events.send(new PutRuleCommand({ Name: ruleName, EventPattern: '{"source":["aws.s3"]}' })),
      remove: 'the plan creates the rule: there is none yet that could be gone',
    });
  },
};
