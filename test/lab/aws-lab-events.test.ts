import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startAwsLab, VICTIM, type AwsLab } from '../../src/lab/aws/aws-lab.ts';
import { createUser, labClients } from './support/scene.ts';

let lab: AwsLab;
beforeAll(async () => {
  lab = await startAwsLab();
});
afterAll(() => lab.stop());
beforeEach(() => lab.control.reset());

const PATTERN = JSON.stringify({
  source: ['aws.ec2'],
  'detail-type': ['AWS API Call via CloudTrail'],
  detail: { eventName: ['CreateInstanceExportTask', 'ExportImage', 'CreateStoreImageTask'] },
});

/** SNS and SQS have no client here; for root, ministack does not check the signature. */
async function query(service: string, form: Record<string, string>): Promise<string> {
  const scope = `Credential=${VICTIM}/20260101/us-east-1/${service}/aws4_request`;
  const headers = {
    authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=00`,
    'content-type': 'application/x-www-form-urlencoded',
  };
  const response = await fetch(lab.endpoint, { method: 'POST', headers, body: new URLSearchParams(form) });
  return response.text();
}

it('a rule with a queue as its target can be put, read and taken away', async () => {
  expect(await query('sqs', { Action: 'CreateQueue', QueueName: 'alerts', Version: '2012-11-05' })).toContain('alerts');
  const { events } = labClients(lab, lab.root(VICTIM));
  const { RuleArn } = await events.send(new PutRuleCommand({ Name: 'exports', EventPattern: PATTERN }));
  const Arn = `arn:aws:sqs:us-east-1:${VICTIM}:alerts`;
  const put = await events.send(new PutTargetsCommand({ Rule: 'exports', Targets: [{ Id: 'soar', Arn }] }));
  expect(put.FailedEntryCount).toBe(0);

  const rule = await events.send(new DescribeRuleCommand({ Name: 'exports' }));
  expect(rule).toMatchObject({ Arn: RuleArn, EventPattern: PATTERN, State: 'ENABLED' });
  const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: 'exports' }));
  expect(Targets).toMatchObject([{ Id: 'soar', Arn }]);

  await expect(events.send(new DeleteRuleCommand({ Name: 'exports' }))).rejects.toMatchObject({
    name: 'ValidationException',
  });
  await events.send(new RemoveTargetsCommand({ Rule: 'exports', Ids: ['soar'] }));
  await events.send(new DeleteRuleCommand({ Name: 'exports' }));
  await expect(events.send(new DescribeRuleCommand({ Name: 'exports' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

it('a topic can be created as a target', async () => {
  const created = await query('sns', { Action: 'CreateTopic', Name: 'alerts', Version: '2010-03-31' });
  expect(created).toContain(`arn:aws:sns:us-east-1:${VICTIM}:alerts`);
});

it('a pattern can be tested against an event', async () => {
  const { events } = labClients(lab, lab.root(VICTIM));
  const event = (eventName: string) =>
    JSON.stringify({
      id: '1',
      source: 'aws.ec2',
      'detail-type': 'AWS API Call via CloudTrail',
      account: VICTIM,
      time: '2026-01-01T00:00:00Z',
      region: 'us-east-1',
      resources: [],
      detail: { eventName },
    });
  const test = async (eventName: string) =>
    (await events.send(new TestEventPatternCommand({ EventPattern: PATTERN, Event: event(eventName) }))).Result;
  expect(await test('ExportImage')).toBe(true);
  expect(await test('RunInstances')).toBe(false);
});

it('rules are authorised by IAM', async () => {
  const { events } = labClients(lab, await createUser(lab, VICTIM, 'powerless'));
  const put = events.send(new PutRuleCommand({ Name: 'exports', EventPattern: PATTERN }));
  await expect(put).rejects.toMatchObject({ name: 'AccessDeniedException' });
});
