import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import {
  CreatePolicyCommand,
  AttachPolicyCommand,
  DetachPolicyCommand,
  ListPoliciesCommand,
  ListPoliciesForTargetCommand,
} from '@aws-sdk/client-organizations';
import {
  PutConfigRuleCommand,
  PutConfigurationRecorderCommand,
  StartConfigurationRecorderCommand,
} from '@aws-sdk/client-config-service';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import { containActivities, type ContainActivities } from '../../activities/contain.ts';
import { observeActivities, type ObserveActivities } from '../../activities/observe.ts';
import type { SetAccountScp } from '../../src/domain/acts/acts.ts';
import { containmentPlan } from '../../src/domain/plan/containment-plan.ts';
import { scpName } from '../../src/domain/acts/created-names.ts';
import { invert } from '../../src/domain/acts/invert.ts';
import { allow } from '../../src/lab/account.ts';
import { codeOf, region } from '../../src/lab/clients.ts';
import { anAlert, aPlanInput, aPolicy } from '../support/builders.ts';
import { incidentKey, named, sharedWorld } from './activities-world.ts';

const world = sharedWorld();
const foundation = () => world().foundation;
let contain: ContainActivities;
let observe: ObserveActivities;
beforeEach(async () => {
  contain = containActivities(world().containing, { protected: { principals: [], buckets: [] } });
  observe = observeActivities(world().observing);
  await world().lab.control.clearFaults();
});

const codeFrom = (call: Promise<unknown>): Promise<string> => call.then(() => 'worked', codeOf);
const Filter = 'SERVICE_CONTROL_POLICY';

/** As the plan makes it, from what AWS says of the account. */
async function isolation(targetAccount = foundation().victim.id): Promise<SetAccountScp> {
  const { management } = foundation();
  const policyNames = [scpName(incidentKey, 'isolate', targetAccount)];
  const place = { accountId: management.id, region };
  const accountScps = await observe.describeAccountScps({ ...place, targetAccount, policyNames });
  const { actions } = containmentPlan(
    aPlanInput({
      alert: anAlert({ account: targetAccount, recipientAccount: targetAccount, region }),
      incidentKey,
      severity: 'high',
      accountScps,
      policy: aPolicy({
        responders: ['arn:aws:iam::*:role/soar-*'],
        organisation: { managementAccount: management.id, isolation: 'always', reviewAfter: 1, denyExports: false },
      }),
    }),
  );
  return actions.find(({ id }) => id === 'isolate-account')!.input as SetAccountScp;
}

async function attachedTo(TargetId: string): Promise<string[]> {
  const { organizations } = foundation().management.admin;
  const { Policies = [] } = await organizations.send(new ListPoliciesForTargetCommand({ TargetId, Filter }));
  return Policies.map(({ Name = '' }) => Name);
}

async function somebodysPolicy(name: string): Promise<string> {
  const Content = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: 'a:b', Resource: '*' }],
  });
  const made = { Name: name, Description: 'by somebody else', Content, Type: Filter } as const;
  const { Policy } = await foundation().management.admin.organizations.send(new CreatePolicyCommand(made));
  return Policy?.PolicySummary?.Id ?? '';
}

describe('an isolated account', () => {
  it('is shut to everybody in it but responders, other accounts are not, and the undo opens it again', async () => {
    const { victim, forensics } = foundation();
    const policy = [allow(['ec2:*', 's3:*'])];
    const mallory = await victim.user(named('mallory'), { policy });
    const outside = await forensics.user(named('colleague'), { policy });
    const tries = async () => [
      await codeFrom(mallory.clients.ec2.send(new DescribeInstancesCommand({}))),
      await codeFrom(mallory.clients.s3.send(new ListBucketsCommand({}))),
      await codeFrom(outside.clients.s3.send(new ListBucketsCommand({}))),
    ];
    expect(await tries()).toEqual(['worked', 'worked', 'worked']);

    const input = await isolation();
    expect(await contain.setAccountScp(input)).toMatchObject({ status: 'applied' });
    expect(await tries()).toEqual(['UnauthorizedOperation', 'AccessDenied', 'worked']);
    // Whoever responds goes on: as observer, and as the role that acts in the account.
    await observe.describeConfig({ accountId: victim.id, region });
    const rule = { source: 'CLOUD_TRAIL_ENABLED', description: 'finds that no trail is on' };
    const watch = { act: 'putConfigRule' as const, incidentKey, accountId: victim.id, region };
    const within = { ...watch, ruleName: named('soar-trail'), before: null, after: rule };
    expect(await contain.putConfigRule(within)).toMatchObject({ status: 'applied' });
    expect(await observe.checkAct(input)).toMatchObject({ standing: 'done' });

    expect(await contain.setAccountScp(input)).toMatchObject({ status: 'already' });
    expect(await contain.setAccountScp(invert(input) as SetAccountScp)).toMatchObject({ status: 'applied' });
    expect(await tries()).toEqual(['worked', 'worked', 'worked']);
    expect(await attachedTo(victim.id)).toEqual(['FullAWSAccess']);
    const all = await foundation().management.admin.organizations.send(new ListPoliciesCommand({ Filter }));
    expect(all.Policies?.map(({ Name }) => Name)).not.toContain(input.policyName);
  });

  it('is not touched when its policy was changed since, and not opened when somebody else changed it', async () => {
    const input = await isolation('710000000001');
    const { organizations } = foundation().management.admin;
    const PolicyId = await somebodysPolicy(input.policyName);
    await organizations.send(new AttachPolicyCommand({ PolicyId, TargetId: input.targetAccount }));
    expect(await contain.setAccountScp(input)).toMatchObject({ status: 'changed' });
    expect(await contain.setAccountScp(invert(input) as SetAccountScp)).toMatchObject({ status: 'changed' });
    expect(await attachedTo(input.targetAccount)).toEqual(['FullAWSAccess', input.policyName]);
  });

  it('drifts when somebody detaches the policy, and is mended by attaching it again', async () => {
    const input = await isolation('710000000002');
    await contain.setAccountScp(input);
    const { organizations } = foundation().management.admin;
    const { Policies = [] } = await organizations.send(new ListPoliciesCommand({ Filter }));
    const PolicyId = Policies.find(({ Name }) => Name === input.policyName)?.Id;
    await organizations.send(new DetachPolicyCommand({ PolicyId, TargetId: input.targetAccount }));
    expect(await observe.checkAct(input)).toMatchObject({ standing: 'ready' });
    expect(await contain.setAccountScp(await isolation('710000000002'))).toMatchObject({ status: 'applied' });
    expect(await attachedTo(input.targetAccount)).toContain(input.policyName);
  });

  it('is refused in words, and nothing is left behind, where AWS allows no further policy', async () => {
    const input = await isolation('710000000003');
    const { organizations } = foundation().management.admin;
    for (let n = 0; n < 4; n++) {
      const PolicyId = await somebodysPolicy(named('guardrail'));
      await organizations.send(new AttachPolicyCommand({ PolicyId, TargetId: input.targetAccount }));
    }
    await expect(contain.setAccountScp(input)).rejects.toMatchObject({
      type: 'AwsRejected',
      message: expect.stringContaining('has 5 service control policies') as string,
    });
    const all = await organizations.send(new ListPoliciesCommand({ Filter }));
    expect(all.Policies?.map(({ Name }) => Name)).not.toContain(input.policyName);
  });

  it('is gone when it does not belong to the organisation', async () => {
    const input = { ...(await isolation('710000000004')), targetAccount: foundation().outsider.id };
    expect(await contain.setAccountScp(input)).toMatchObject({
      status: 'gone',
      detail: `account ${foundation().outsider.id} is not in this organisation`,
    });
  });

  it('is never the management account, whatever was approved', async () => {
    const { management } = foundation();
    const input = { ...(await isolation('710000000005')), targetAccount: management.id };
    await expect(contain.setAccountScp(input)).rejects.toMatchObject({ type: 'ResourceProtected' });
    expect(await attachedTo(management.id)).toEqual(['FullAWSAccess']);
  });

  it('is reached by roles of the management account alone', async () => {
    const { victim } = foundation();
    const input = { ...(await isolation('710000000006')), accountId: victim.id };
    await expect(contain.setAccountScp(input)).rejects.toMatchObject({ type: 'AwsAccessDenied' });
  });
});

describe('AWS Config in an account', () => {
  it('is read with its recorder and its rules', async () => {
    const { victim } = foundation();
    const { config } = victim.admin;
    const place = { accountId: victim.id, region };
    expect(await observe.describeConfig(place)).toMatchObject({ recording: false });
    const recorder = { name: 'default', roleARN: victim.roleArn('config') };
    await config.send(new PutConfigurationRecorderCommand({ ConfigurationRecorder: recorder }));
    expect(await observe.describeConfig(place)).toMatchObject({ recording: false });
    await config.send(new StartConfigurationRecorderCommand({ ConfigurationRecorderName: 'default' }));
    const ConfigRuleName = named('theirs');
    const Source = { Owner: 'AWS' as const, SourceIdentifier: 'S3_BUCKET_ACL_PROHIBITED' };
    await config.send(new PutConfigRuleCommand({ ConfigRule: { ConfigRuleName, Source } }));
    const facts = await observe.describeConfig(place);
    expect(facts.recording).toBe(true);
    expect(facts.rules).toContainEqual({ name: ConfigRuleName, source: 'S3_BUCKET_ACL_PROHIBITED', description: '' });
  });

  it('gets a rule by its act, once, and loses it by the undo', async () => {
    const place = { accountId: foundation().victim.id, region };
    const after = { source: 'S3_BUCKET_ACL_PROHIBITED', description: 'finds buckets with ACL grants' };
    const ruleName = named('soar-acl');
    const input = { ...place, act: 'putConfigRule' as const, incidentKey, ruleName, before: null, after };
    const found = async () => (await observe.describeConfig(place)).rules.find(({ name }) => name === ruleName);
    expect(await contain.putConfigRule(input)).toMatchObject({ status: 'applied' });
    expect(await found()).toEqual({ name: ruleName, ...after });
    expect(await contain.putConfigRule(input)).toMatchObject({ status: 'already' });
    expect(await observe.checkAct(input)).toMatchObject({ standing: 'done' });
    expect(await contain.putConfigRule({ ...input, before: after, after: null })).toMatchObject({ status: 'applied' });
    expect(await found()).toBeUndefined();
  });
});
