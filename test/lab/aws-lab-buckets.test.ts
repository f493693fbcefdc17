import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAclCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  HeadObjectCommand,
  PutBucketAclCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  type ObjectOwnership,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OUTSIDER, startAwsLab, VICTIM, type AwsLab } from '../../src/lab/aws/aws-lab.ts';
import { allow, createUser, labClients, policy, vmExportStatement, type Credentials } from './support/scene.ts';
import { vmExportCanonicalId } from '../../src/lab/aws/vm-export-canonical-ids.ts';

const KEY = 'vms/export-i-1.ova';
const RESPONDER = `arn:aws:iam::${VICTIM}:role/soar/responder`;

let lab: AwsLab;
beforeAll(async () => {
  lab = await startAwsLab();
});
afterAll(() => lab.stop());
beforeEach(async () => {
  await lab.control.reset();
  await root().s3.send(new CreateBucketCommand({ Bucket: 'exports' }));
  await root().s3.send(new PutObjectCommand({ Bucket: 'exports', Key: KEY, Body: 'image' }));
});

const root = () => labClients(lab, lab.root(VICTIM));
const putPolicy = (...statements: object[]) =>
  root().s3.send(new PutBucketPolicyCommand({ Bucket: 'exports', Policy: policy(...statements) }));
const get = (credentials: Credentials) =>
  labClients(lab, credentials).s3.send(new GetObjectCommand({ Bucket: 'exports', Key: KEY }));
const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } };
const lockedButFor = (...arns: string[]) => ({
  Sid: 'SoarLock',
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::exports/vms/*',
  Condition: { ArnNotLike: { 'aws:PrincipalArn': arns } },
});
const toOutsider = {
  Sid: 'Leak',
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${OUTSIDER}:root` },
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::exports/*',
};

/** A session of a role in any account that may do everything with S3. */
async function roleSession(accountId: string, roleName: string, path = '/'): Promise<Credentials> {
  const { iam } = labClients(lab, lab.root(accountId));
  const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: 'sts:AssumeRole' };
  await iam.send(new CreateRoleCommand({ RoleName: roleName, Path: path, AssumeRolePolicyDocument: policy(trust) }));
  const access = { RoleName: roleName, PolicyName: 'access', PolicyDocument: policy(allow('s3:*')) };
  await iam.send(new PutRolePolicyCommand(access));
  const user = await createUser(lab, accountId, `${roleName}-user`, allow('sts:*'));
  const RoleArn = `arn:aws:iam::${accountId}:role${path}${roleName}`;
  const { Credentials: issued } = await labClients(lab, user).sts.send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: 'incident-1' }),
  );
  return {
    accessKeyId: issued!.AccessKeyId!,
    secretAccessKey: issued!.SecretAccessKey!,
    sessionToken: issued!.SessionToken!,
  };
}

describe('a bucket', () => {
  it('can be deleted', async () => {
    await root().s3.send(new CreateBucketCommand({ Bucket: 'short-lived' }));
    await root().s3.send(new DeleteBucketCommand({ Bucket: 'short-lived' }));
    const reading = root().s3.send(new GetBucketAclCommand({ Bucket: 'short-lived' }));
    await expect(reading).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });
});

describe('a deny with an exception by aws:PrincipalArn', () => {
  it('spares the sessions of the role that it names, and nobody else', async () => {
    const responder = await roleSession(VICTIM, 'responder', '/soar/');
    const other = await roleSession(VICTIM, 'other');
    const user = await createUser(lab, VICTIM, 'ann', allow('s3:*'));
    await putPolicy(lockedButFor(RESPONDER));
    await get(responder);
    await expect(get(other)).rejects.toMatchObject(denied);
    await expect(get(user)).rejects.toMatchObject(denied);
  });

  it('spares a role of another account too, and stops its own account from there', async () => {
    const collector = await roleSession(OUTSIDER, 'collector');
    const thief = await createUser(lab, OUTSIDER, 'thief', allow('s3:*'));
    await putPolicy(toOutsider, lockedButFor(`arn:aws:iam::${OUTSIDER}:role/collector`));
    await get(collector);
    await expect(get(thief)).rejects.toMatchObject(denied);
  });
});

describe('an outside account', () => {
  it('reads what the bucket policy and its own allow, until the statement is gone', async () => {
    const thief = await createUser(lab, OUTSIDER, 'thief', allow('s3:*'));
    const powerless = await createUser(lab, OUTSIDER, 'powerless');
    await expect(get(thief)).rejects.toMatchObject(denied);
    await putPolicy(toOutsider);
    await get(thief);
    await expect(get(powerless)).rejects.toMatchObject(denied);
    const head = new HeadObjectCommand({ Bucket: 'exports', Key: KEY });
    await labClients(lab, thief).s3.send(head);

    await root().s3.send(new DeleteBucketPolicyCommand({ Bucket: 'exports' }));
    await expect(get(thief)).rejects.toMatchObject(denied);
    await expect(labClients(lab, thief).s3.send(head)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  });

  it('is stopped by a deny on the prefix while the statement stays', async () => {
    const thief = await createUser(lab, OUTSIDER, 'thief', allow('s3:*'));
    await putPolicy(toOutsider, lockedButFor(RESPONDER));
    await expect(get(thief)).rejects.toMatchObject(denied);
    await root().s3.send(new PutObjectCommand({ Bucket: 'exports', Key: 'other', Body: 'x' }));
    await labClients(lab, thief).s3.send(new GetObjectCommand({ Bucket: 'exports', Key: 'other' }));
  });

  it('may be one user or one role only', async () => {
    const thief = await createUser(lab, OUTSIDER, 'thief', allow('s3:*'));
    const role = await roleSession(OUTSIDER, 'collector');
    await putPolicy({ ...toOutsider, Principal: { AWS: `arn:aws:iam::${OUTSIDER}:role/collector` } });
    await get(role);
    await expect(get(thief)).rejects.toMatchObject(denied);
  });

  it('is not stopped by Block Public Access', async () => {
    const thief = await createUser(lab, OUTSIDER, 'thief', allow('s3:*'));
    await putPolicy(toOutsider);
    await get(thief);
    const { PublicAccessBlockConfiguration } = await root().s3.send(
      new GetPublicAccessBlockCommand({ Bucket: 'exports' }),
    );
    expect(PublicAccessBlockConfiguration?.RestrictPublicBuckets).toBe(true);
  });
});

it('a deny that exempts AWS services hits users, with or without IfExists', async () => {
  const user = await createUser(lab, VICTIM, 'ann', allow('s3:*'));
  for (const operator of ['Bool', 'BoolIfExists']) {
    await putPolicy({ ...lockedButFor(), Condition: { [operator]: { 'aws:PrincipalIsAWSService': 'false' } } });
    await expect(get(user)).rejects.toMatchObject(denied);
  }
});

describe('a policy that requires TLS', () => {
  it('does not stop the lab, which stands for AWS behind TLS', async () => {
    const Condition = { Bool: { 'aws:SecureTransport': 'false' } };
    await putPolicy({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::exports/*', Condition });
    await get(await createUser(lab, VICTIM, 'ann', allow('s3:*')));
  });
});

describe('the ACL of a bucket', () => {
  const own = (ObjectOwnership: ObjectOwnership) =>
    root().s3.send(
      new PutBucketOwnershipControlsCommand({ Bucket: 'exports', OwnershipControls: { Rules: [{ ObjectOwnership }] } }),
    );
  const id = vmExportCanonicalId('us-east-1');
  const grant = () =>
    root().s3.send(new PutBucketAclCommand({ Bucket: 'exports', GrantWrite: `id=${id}`, GrantReadACP: `id=${id}` }));

  it.each(['ObjectWriter', 'BucketOwnerPreferred'] as const)('can be granted under %s', async (ownership) => {
    await own(ownership);
    await grant();
    const { Grants } = await root().s3.send(new GetBucketAclCommand({ Bucket: 'exports' }));
    const granted = Grants!.filter(({ Grantee }) => Grantee!.ID === id).map(({ Permission }) => Permission);
    expect(granted.sort()).toEqual(['READ_ACP', 'WRITE']);
  });

  it('can be set as a document, as an undo does', async () => {
    await own('ObjectWriter');
    const before = await root().s3.send(new GetBucketAclCommand({ Bucket: 'exports' }));
    await grant();
    const AccessControlPolicy = { Owner: before.Owner, Grants: before.Grants };
    await root().s3.send(new PutBucketAclCommand({ Bucket: 'exports', AccessControlPolicy }));
    expect((await root().s3.send(new GetBucketAclCommand({ Bucket: 'exports' }))).Grants).toEqual(before.Grants);
  });

  it('is refused under BucketOwnerEnforced, which buckets start with', async () => {
    const { OwnershipControls } = await root().s3.send(new GetBucketOwnershipControlsCommand({ Bucket: 'exports' }));
    expect(OwnershipControls!.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
    await expect(grant()).rejects.toMatchObject({ name: 'AccessControlListNotSupported' });
  });

  it('must lose its grants before ownership can be enforced again', async () => {
    await own('ObjectWriter');
    await grant();
    await expect(own('BucketOwnerEnforced')).rejects.toMatchObject({ name: 'InvalidBucketAclWithObjectOwnership' });
  });
});

describe('the settings of a bucket', () => {
  it('keep Block Public Access as put', async () => {
    const configuration = {
      BlockPublicAcls: true,
      IgnorePublicAcls: false,
      BlockPublicPolicy: false,
      RestrictPublicBuckets: true,
    };
    const put = { Bucket: 'exports', PublicAccessBlockConfiguration: configuration };
    await root().s3.send(new PutPublicAccessBlockCommand(put));
    const { PublicAccessBlockConfiguration } = await root().s3.send(
      new GetPublicAccessBlockCommand({ Bucket: 'exports' }),
    );
    expect(PublicAccessBlockConfiguration).toEqual(configuration);
    await root().s3.send(new DeletePublicAccessBlockCommand({ Bucket: 'exports' }));
    await expect(root().s3.send(new GetPublicAccessBlockCommand({ Bucket: 'exports' }))).rejects.toMatchObject({
      name: 'NoSuchPublicAccessBlockConfiguration',
    });
  });

  it('keep a policy to the letter', async () => {
    await putPolicy(vmExportStatement('exports'), lockedButFor(RESPONDER));
    const { Policy } = await root().s3.send(new GetBucketPolicyCommand({ Bucket: 'exports' }));
    expect(Policy).toBe(policy(vmExportStatement('exports'), lockedButFor(RESPONDER)));
  });

  it('tell whether the policy is public', async () => {
    const status = async () => {
      const { PolicyStatus } = await root().s3.send(new GetBucketPolicyStatusCommand({ Bucket: 'exports' }));
      return PolicyStatus!.IsPublic;
    };
    await expect(status()).rejects.toMatchObject({ name: 'NoSuchBucketPolicy' });
    await putPolicy(toOutsider);
    expect(await status()).toBe(false);
    await root().s3.send(new DeletePublicAccessBlockCommand({ Bucket: 'exports' }));
    await putPolicy({ ...toOutsider, Principal: '*' });
    expect(await status()).toBe(true);
    const nobody = await createUser(lab, VICTIM, 'nobody');
    const asked = labClients(lab, nobody).s3.send(new GetBucketPolicyStatusCommand({ Bucket: 'exports' }));
    await expect(asked).rejects.toMatchObject(denied);
  });
});
