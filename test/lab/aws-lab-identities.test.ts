import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  ListPolicyVersionsCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  SetDefaultPolicyVersionCommand,
  SimulatePrincipalPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  type Credentials as Issued,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FORENSICS, startAwsLab, VICTIM, type AwsLab } from '../../src/lab/aws/aws-lab.ts';
import { allow, createUser, labClients, policy, type Credentials } from './support/scene.ts';

let lab: AwsLab;
beforeAll(async () => {
  lab = await startAwsLab();
});
afterAll(() => lab.stop());
beforeEach(() => lab.control.reset());

const root = () => labClients(lab, lab.root(VICTIM));
const session = (issued: Issued | undefined): Credentials => ({
  accessKeyId: issued!.AccessKeyId!,
  secretAccessKey: issued!.SecretAccessKey!,
  sessionToken: issued!.SessionToken!,
});
const describeInstances = (credentials: Credentials) =>
  labClients(lab, credentials).ec2.send(new DescribeInstancesCommand({}));
const deny = (...actions: string[]) => ({ Effect: 'Deny', Action: actions, Resource: '*' });
const putUserPolicy = (name: string, ...statements: object[]) =>
  root().iam.send(
    new PutUserPolicyCommand({ UserName: name, PolicyName: 'soar', PolicyDocument: policy(...statements) }),
  );

describe('the session of an IAM user', () => {
  let key: Credentials;
  let temporary: Credentials;
  beforeEach(async () => {
    key = await createUser(lab, VICTIM, 'mallory', allow('ec2:*', 's3:*', 'iam:*', 'sts:*'));
    temporary = session((await labClients(lab, key).sts.send(new GetSessionTokenCommand({}))).Credentials);
  });
  const deactivate = () =>
    root().iam.send(
      new UpdateAccessKeyCommand({ UserName: 'mallory', AccessKeyId: key.accessKeyId, Status: 'Inactive' }),
    );

  it('carries the policies of its user', async () => {
    await describeInstances(temporary);
    await putUserPolicy('mallory', deny('ec2:DescribeInstances'));
    await expect(describeInstances(temporary)).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
  });

  it('outlives its key, which every service refuses in its own words', async () => {
    await deactivate();
    await expect(describeInstances(key)).rejects.toMatchObject({ name: 'AuthFailure' });
    const { s3, iam, sts } = labClients(lab, key);
    await expect(s3.send(new ListBucketsCommand({}))).rejects.toMatchObject({ name: 'InvalidAccessKeyId' });
    await expect(iam.send(new GetUserCommand({}))).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    await describeInstances(temporary);
  });

  it('is stopped by a deny on the user, which leaves only GetCallerIdentity', async () => {
    await deactivate();
    await putUserPolicy('mallory', deny('*'));
    await expect(describeInstances(temporary)).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
    const { s3, iam, sts } = labClients(lab, temporary);
    await expect(s3.send(new ListBucketsCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(iam.send(new GetUserCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
    expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(`arn:aws:iam::${VICTIM}:user/mallory`);
  });
});

describe('a role', () => {
  const roleArn = `arn:aws:iam::${VICTIM}:role/responder`;
  const trust = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${FORENSICS}:user/worker` },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: { 'sts:ExternalId': 'soar-1' } },
  };
  let worker: Credentials;
  beforeEach(async () => {
    worker = await createUser(lab, FORENSICS, 'worker', allow('sts:AssumeRole'));
    await root().iam.send(new CreateRoleCommand({ RoleName: 'responder', AssumeRolePolicyDocument: policy(trust) }));
    await putRolePolicy('access', allow('ec2:*'));
  });
  const putRolePolicy = (name: string, ...statements: object[]) =>
    root().iam.send(
      new PutRolePolicyCommand({ RoleName: 'responder', PolicyName: name, PolicyDocument: policy(...statements) }),
    );
  const assume = async (more: { ExternalId?: string; Policy?: string }, as = worker) => {
    const command = new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'incident-1', ...more });
    return session((await labClients(lab, as).sts.send(command)).Credentials);
  };

  it('is assumed across accounts only with its external id, under the session name given', async () => {
    const denied = { name: 'AccessDenied' };
    await expect(assume({})).rejects.toMatchObject(denied);
    await expect(assume({ ExternalId: 'soar-2' })).rejects.toMatchObject(denied);
    const other = await createUser(lab, FORENSICS, 'other', allow('sts:*'));
    await expect(assume({ ExternalId: 'soar-1' }, other)).rejects.toMatchObject(denied);

    const assumed = await assume({ ExternalId: 'soar-1' });
    const { Arn } = await labClients(lab, assumed).sts.send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe(`arn:aws:sts::${VICTIM}:assumed-role/responder/incident-1`);
    await describeInstances(assumed);
    const records = await lab.control.trail({ eventName: 'AssumeRole', accountId: VICTIM });
    expect(records.at(-1)!.userIdentity).toMatchObject({ type: 'AWSAccount', accountId: FORENSICS });
  });

  it('gives a session no more than its session policy', async () => {
    const limited = await assume({ ExternalId: 'soar-1', Policy: policy(allow('ec2:DescribeVolumes')) });
    await expect(describeInstances(limited)).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
  });

  it('revokes its older sessions by the time of their token, and none that comes later', async () => {
    const older = await assume({ ExternalId: 'soar-1' });
    // Issue times are whole seconds.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const Condition = { DateLessThan: { 'aws:TokenIssueTime': new Date().toISOString() } };
    await putRolePolicy('AWSRevokeOlderSessions', { ...deny('*'), Condition });
    await expect(describeInstances(older)).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await describeInstances(await assume({ ExternalId: 'soar-1' }));
  });

  it('keeps its inline policies to the letter', async () => {
    const document = `{ "Version": "2012-10-17",\n "Statement": [ ${JSON.stringify(allow('s3:Get+Object %20 "ä"'))} ] }`;
    const named = { RoleName: 'responder', PolicyName: 'odd' };
    const { iam } = root();
    await iam.send(new PutRolePolicyCommand({ ...named, PolicyDocument: document }));
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand(named));
    expect(decodeURIComponent(PolicyDocument!)).toBe(document);
    await iam.send(new DeleteRolePolicyCommand(named));
    await expect(iam.send(new GetRolePolicyCommand(named))).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });
});

describe('what a user may do', () => {
  const user = async () => createUser(lab, VICTIM, 'ann');
  const createPolicy = async (name: string, ...statements: object[]) => {
    const command = new CreatePolicyCommand({ PolicyName: name, PolicyDocument: policy(...statements) });
    return (await root().iam.send(command)).Policy!.Arn!;
  };

  it('follows from its group', async () => {
    const ann = await user();
    await root().iam.send(new CreateGroupCommand({ GroupName: 'ops' }));
    await root().iam.send(new AddUserToGroupCommand({ GroupName: 'ops', UserName: 'ann' }));
    await expect(describeInstances(ann)).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
    const inline = { GroupName: 'ops', PolicyName: 'p', PolicyDocument: policy(allow('ec2:*')) };
    await root().iam.send(new PutGroupPolicyCommand(inline));
    await describeInstances(ann);
  });

  it('follows from the default version of an attached policy, of which there are at most five', async () => {
    const ann = await user();
    const { iam } = root();
    const PolicyArn = await createPolicy('ops', allow('ec2:*'));
    await iam.send(new AttachUserPolicyCommand({ UserName: 'ann', PolicyArn }));
    await describeInstances(ann);

    const next = { PolicyArn, PolicyDocument: policy(deny('ec2:*')) };
    await iam.send(new CreatePolicyVersionCommand({ ...next, SetAsDefault: true }));
    await expect(describeInstances(ann)).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
    await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
    await describeInstances(ann);

    for (let n = 0; n < 3; n++) await iam.send(new CreatePolicyVersionCommand(next));
    await expect(iam.send(new CreatePolicyVersionCommand(next))).rejects.toMatchObject({
      name: 'LimitExceededException',
    });
    expect((await iam.send(new ListPolicyVersionsCommand({ PolicyArn }))).Versions).toHaveLength(5);
  });

  it('is limited by its permissions boundary', async () => {
    const ann = await createUser(lab, VICTIM, 'ann', allow('*'));
    const PermissionsBoundary = await createPolicy('boundary', allow('s3:*'));
    await root().iam.send(new PutUserPermissionsBoundaryCommand({ UserName: 'ann', PermissionsBoundary }));
    await expect(describeInstances(ann)).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
    await labClients(lab, ann).s3.send(new ListBucketsCommand({}));
  });

  it('can be simulated', async () => {
    await createUser(lab, VICTIM, 'ann', allow('ec2:Describe*'), deny('ec2:DescribeVolumes'));
    const { EvaluationResults } = await root().iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: `arn:aws:iam::${VICTIM}:user/ann`,
        ActionNames: ['ec2:DescribeInstances', 'ec2:DescribeVolumes', 'ec2:CreateInstanceExportTask'],
      }),
    );
    expect(EvaluationResults!.map(({ EvalDecision }) => EvalDecision)).toEqual([
      'allowed',
      'explicitDeny',
      'implicitDeny',
    ]);
  });

  it('keeps an inline policy to the letter', async () => {
    await user();
    await putUserPolicy('ann', allow('ec2:*'));
    const named = { UserName: 'ann', PolicyName: 'soar' };
    const { PolicyDocument } = await root().iam.send(new GetUserPolicyCommand(named));
    expect(decodeURIComponent(PolicyDocument!)).toBe(policy(allow('ec2:*')));
  });
});
