import { CreateTrailCommand, StartLoggingCommand } from '@aws-sdk/client-cloudtrail';
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { ListUsersCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { randomBytes } from 'node:crypto';
import { forensicsBucketPolicy } from '../../activities/aws/permissions/bucket-policy.ts';
import type { RoleName } from '../../activities/aws/permissions/permission.ts';
import type { Names } from '../../activities/aws/permissions/resources.ts';
import { roleStatements } from '../../activities/aws/permissions/role.ts';
import { roleNames, trustOf } from '../../activities/aws/permissions/trust.ts';
import { allow, LabAccount, policyText, type Caller } from './account.ts';
import { FORENSICS, MANAGEMENT, OUTSIDER, VICTIM, type AwsLab } from './aws/aws-lab.ts';
import { region, type Credentials } from './clients.ts';

export interface AccountRoles {
  observe: string;
  contain: string;
  detect: string;
}

/** What stands in the cloud before anything happens: accounts, our roles, the buckets that we write to, a trail. */
export interface Foundation {
  victim: LabAccount;
  forensics: LabAccount;
  outsider: LabAccount;
  /** Of the organisation that the first two belong to. */
  management: LabAccount;
  /** That of the keys is not made: the lab's incidents are in the clear. */
  buckets: { forensics: string; evidence: string; trail: string; keys: string };
  /** By account: incidents happen in the one, copies are looked after in the other. */
  roles: {
    victim: AccountRoles;
    forensics: AccountRoles;
    evidence: string;
    evidenceIndex: string;
    evidenceObserved: string;
    evidenceFigures: string;
    /** In the management account. */
    organisation: { observe: string; contain: string };
  };
  /** What each process logs in with; each may assume its own roles and nothing else (P12). */
  baseUsers: Record<'observe' | 'contain' | 'detect' | 'notify' | 'intake' | 'figures', Credentials>;
  externalId: string;
  /** May export wherever the bucket lets the service in. */
  exporter: Caller;
  monitoringTarget: string;
}

/** Where in its bucket the evidence lies. */
export const evidencePrefix = 'incidents';
const buckets = {
  forensics: 'acme-forensics-copies',
  evidence: 'acme-incident-evidence',
  trail: 'acme-trail-logs',
  keys: 'acme-incident-keys',
};

export async function buildFoundation(lab: AwsLab): Promise<Foundation> {
  const account = (id: string) => new LabAccount(lab, id);
  const [victim, forensics] = [account(VICTIM), account(FORENSICS)];
  const [outsider, management] = [account(OUTSIDER), account(MANAGEMENT)];
  const externalId = randomBytes(12).toString('hex');
  const rolesOf = (account: LabAccount): AccountRoles => ({
    observe: account.roleArn(roleNames.observe),
    contain: account.roleArn(roleNames.contain),
    detect: account.roleArn(roleNames.detect),
  });
  const roles = {
    victim: rolesOf(victim),
    forensics: rolesOf(forensics),
    evidence: forensics.roleArn(roleNames.evidence),
    evidenceIndex: forensics.roleArn(roleNames.evidenceIndex),
    evidenceObserved: forensics.roleArn(roleNames.evidenceObserved),
    evidenceFigures: forensics.roleArn(roleNames.evidenceFigures),
    organisation: {
      observe: management.roleArn(roleNames.organisation),
      contain: management.roleArn(roleNames.isolate),
    },
  };
  const observe = await baseUser(
    forensics,
    'soar-observe',
    roles.victim.observe,
    roles.forensics.observe,
    roles.organisation.observe,
    roles.evidenceObserved,
  );
  const contain = await baseUser(
    forensics,
    'soar-contain',
    roles.victim.contain,
    roles.forensics.contain,
    roles.organisation.contain,
  );
  const detect = await baseUser(
    forensics,
    'soar-detect',
    roles.victim.detect,
    roles.forensics.detect,
    roles.evidenceObserved,
  );
  const notify = await baseUser(forensics, 'soar-notify', roles.evidence, roles.evidenceIndex);
  const intake = await baseUser(forensics, 'soar-intake', roles.evidenceIndex);
  const figures = await baseUser(forensics, 'soar-figures', roles.evidenceFigures);

  const deploy = (account: LabAccount, role: RoleName, ...workers: Caller[]) =>
    account.role(
      roleNames[role],
      trustOf(
        role,
        workers.map(({ arn }) => arn),
        externalId,
      ),
      role,
      ...roleStatements(role, namesIn(account)),
    );
  for (const account of [victim, forensics]) {
    await deploy(account, 'observe', observe);
    await deploy(account, 'contain', contain);
    await deploy(account, 'detect', detect);
  }
  await deploy(forensics, 'evidence', notify);
  await deploy(forensics, 'evidenceIndex', intake, notify);
  await deploy(forensics, 'evidenceObserved', observe, detect);
  await deploy(forensics, 'evidenceFigures', figures);
  await deploy(management, 'organisation', observe);
  await deploy(management, 'isolate', contain);

  await createBucket(forensics.admin.s3, buckets.evidence);
  await forensicsBucket(forensics, victim.id);
  await startTrail(victim);
  await ordinaryLife(victim);
  return {
    victim,
    forensics,
    outsider,
    management,
    buckets,
    roles,
    baseUsers: {
      observe: observe.credentials,
      contain: contain.credentials,
      detect: detect.credentials,
      notify: notify.credentials,
      intake: intake.credentials,
      figures: figures.credentials,
    },
    externalId,
    exporter: await victim.user('erik.berg', { policy: [allow('ec2:CreateInstanceExportTask')] }),
    monitoringTarget: `arn:aws:sns:${region}:${victim.id}:security-events`,
  };
}

export const namesIn = ({ id }: LabAccount): Names => ({
  partition: 'aws',
  account: id,
  forensicsBucket: buckets.forensics,
  evidenceBucket: buckets.evidence,
  evidencePrefix,
  observedBuckets: '*',
  masterKey: `arn:aws:kms:*:${id}:key/*`,
  keyBucket: buckets.keys,
  keyPrefix: 'keys',
});

const baseUser = (account: LabAccount, name: string, ...roleArns: string[]): Promise<Caller> =>
  account.user(name, { policy: [allow('sts:AssumeRole', roleArns)] });

export const createBucket = (s3: S3Client, name: string) =>
  s3.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: { LocationConstraint: region } }));

/** Another account's role writes here and can read back what it wrote; nobody else of that account can. */
async function forensicsBucket(forensics: LabAccount, victimId: string): Promise<void> {
  const { s3 } = forensics.admin;
  await createBucket(s3, buckets.forensics);
  await s3.send(
    new PutBucketVersioningCommand({ Bucket: buckets.forensics, VersioningConfiguration: { Status: 'Enabled' } }),
  );
  const Policy = policyText(...forensicsBucketPolicy(namesIn(forensics), [victimId]));
  await s3.send(new PutBucketPolicyCommand({ Bucket: buckets.forensics, Policy }));
}

async function startTrail({ admin }: LabAccount): Promise<void> {
  await createBucket(admin.s3, buckets.trail);
  const Policy = policyText({
    Sid: 'TrailWrites',
    Effect: 'Allow',
    Principal: { Service: 'cloudtrail.amazonaws.com' },
    Action: ['s3:GetBucketAcl', 's3:PutObject'],
    Resource: [`arn:aws:s3:::${buckets.trail}`, `arn:aws:s3:::${buckets.trail}/*`],
  });
  await admin.s3.send(new PutBucketPolicyCommand({ Bucket: buckets.trail, Policy }));
  const trail = { Name: 'organisation', S3BucketName: buckets.trail, IsMultiRegionTrail: true };
  await admin.cloudTrail.send(new CreateTrailCommand(trail));
  await admin.cloudTrail.send(new StartLoggingCommand({ Name: trail.Name }));
}

/** What happens in an account on any morning, so that the playbook has to find its actor among others. */
async function ordinaryLife(victim: LabAccount): Promise<void> {
  const policy = [allow(['ec2:Describe*', 's3:ListAllMyBuckets', 's3:*Object', 'iam:ListUsers'])];
  const people = [
    await victim.user('ivan.petrov', { policy }),
    await victim.user('judy.chen', { policy, sourceAddress: '198.51.100.31' }),
    await victim.user('ci-deploy', { policy, sourceAddress: '203.0.113.80' }),
  ];
  await createBucket(victim.admin.s3, 'acme-build-artefacts');
  for (const { name, clients } of people) {
    const artefact = { Bucket: 'acme-build-artefacts', Key: `${name}/build.log` };
    await clients.ec2.send(new DescribeInstancesCommand({}));
    await clients.s3.send(new ListBucketsCommand({}));
    await clients.s3.send(new PutObjectCommand({ ...artefact, Body: 'ok\n' }));
    await clients.s3.send(new GetObjectCommand(artefact));
    await clients.iam.send(new ListUsersCommand({}));
  }
}
