import { ed25519 } from '@noble/curves/ed25519.js';
import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { freePorts } from '../temporal/free-port.ts';
import type { AwsLab } from './aws/aws-lab.ts';
import { region, type Credentials } from './clients.ts';
import { incidentsChannel, members } from './slack-workspace.ts';
import { evidencePrefix, type Foundation } from './foundation.ts';

/** Files for people and processes that work against the lab: the same ones that an installation has. */
export interface LabFiles {
  folder: string;
  config: string;
  awsCredentials: string;
  awsConfig: string;
  /** Who may decide, and where each one's personal token lies. */
  approvers: { id: string; token: string; tokenFile: string }[];
  intakeToken: string;
  gatewayUrl: string;
}

export interface LabConfigOptions {
  /** When recovery is checked again. */
  rechecks: string[];
  uiUrl?: string;
  /** Whether incidents propose to isolate their account; without it they do not. */
  isolation?: 'never' | 'always';
  /** Where people are told and asked; nowhere without it. */
  slack?: { apiUrl: string; botToken: string; signingSecret: string };
  /** Further sections of soar.yaml, as they stand there. */
  sections?: Record<string, unknown>;
}

/** Names that the allow-list and others go by. Patterns, because runs that share a lab give each name a suffix. */
export const backupRole = 'vm-backup';
export const backupBucket = 'acme-vm-backups';
const backupNetwork = '198.51.100.0/24';
export const exporterRole = 'platform-engineer';

/** Writes soar.yaml with its secrets and the AWS files with one profile per worker into a folder that only we can read. */
export async function writeLabFiles(lab: AwsLab, foundation: Foundation, options: LabConfigOptions): Promise<LabFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'soar-lab-'));
  await chmod(folder, 0o700);
  const write = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  const secret = async (name: string, text = randomBytes(24).toString('hex')): Promise<string> => {
    await write(name, `${text}\n`);
    return text;
  };

  const signingKey = await secret('gateway.key', randomBytes(32).toString('hex'));
  const intakeToken = await secret('intake.token');
  await secret('codes.secret');
  await secret('correlation.key');
  await secret('external-id', foundation.externalId);
  const approvers = await Promise.all(
    ['alice', 'bob'].map(async (id) => ({
      id,
      token: await secret(`${id}.token`),
      tokenFile: join(folder, `${id}.token`),
    })),
  );
  const { slack } = options;
  if (slack) {
    await secret('slack.bot-token', slack.botToken);
    await secret('slack.signing-secret', slack.signingSecret);
  }
  const [port = 0] = await freePorts(1);

  const settings = {
    ...cloud(lab, foundation, options.isolation ?? 'never'),
    temporal: options.uiUrl === undefined ? {} : { uiUrl: options.uiUrl },
    intake: {
      port,
      bearerTokens: ['file:intake.token'],
      correlationKey: 'file:correlation.key',
      requestsPerMinute: 10_000,
    },
    gateway: { keyId: 'lab', signingKey: 'file:gateway.key', codeSecret: 'file:codes.secret' },
    approvals: {
      gatewayKeys: { lab: Buffer.from(ed25519.getPublicKey(Buffer.from(signingKey, 'hex'))).toString('hex') },
      approvers: approvers.map(({ id, token }) => ({
        id,
        name: id,
        principals: [`arn:aws:iam::*:user/${id}`],
        token: `sha256:${createHash('sha256').update(token).digest('hex')}`,
        ...(slack ? { slack: members[id] } : {}),
      })),
      remindAfter: '1m',
      escalateAfter: '2m',
      dueAfter: '10m',
    },
    ...(slack && {
      slack: {
        botToken: 'file:slack.bot-token',
        signingSecret: 'file:slack.signing-secret',
        apiUrl: slack.apiUrl,
        channel: incidentsChannel,
      },
    }),
    ...judgement(foundation),
    // The lab applies changes at once and its trail has no lag; a second, because records have no fractions of one.
    containment: { checks: ['2s', '4s'], propagation: '1s', logLag: '1ms' },
    rotation: { wait: '1s', remind: '1s' },
    rechecks: options.rechecks,
    ...options.sections,
  };
  return {
    folder,
    config: await write('soar.yaml', stringify(settings)),
    awsCredentials: await write('aws-credentials', awsCredentials(lab, foundation)),
    awsConfig: await write('aws-config', awsConfig(lab)),
    approvers,
    intakeToken,
    gatewayUrl: `http://127.0.0.1:${port}`,
  };
}

/** Where things are. */
const cloud = (
  lab: AwsLab,
  { victim, forensics, management, buckets, roles, monitoringTarget }: Foundation,
  isolation: 'never' | 'always',
) => ({
  accounts: [
    {
      id: victim.id,
      name: 'shop',
      sensitivity: 'medium',
      environment: 'mixed',
      regions: [region],
      roles: roles.victim,
    },
    // Copies are looked after in their own account, under its own roles.
    {
      id: forensics.id,
      name: 'forensics',
      sensitivity: 'high',
      environment: 'production',
      regions: [region],
      roles: roles.forensics,
    },
  ],
  organisation: {
    accounts: [victim.id, forensics.id],
    management: { account: management.id, roles: roles.organisation },
    isolation,
  },
  forensics: { account: forensics.id, region, bucket: buckets.forensics, prefix: 'exports' },
  evidence: {
    bucket: buckets.evidence,
    region,
    role: roles.evidence,
    readRole: roles.evidenceIndex,
    observeRole: roles.evidenceObserved,
    figuresRole: roles.evidenceFigures,
    account: forensics.id,
    prefix: evidencePrefix,
  },
  aws: {
    endpoint: lab.endpoint,
    forcePathStyle: true,
    externalId: 'file:external-id',
    // The lab has no limits, unless a test sets one.
    lookupsPerSecond: 1_000,
    requestsPerSecond: { ec2: 1_000, eventbridge: 1_000, iam: 1_000, ssm: 1_000 },
    profiles: {
      observe: 'soar-observe',
      contain: 'soar-contain',
      notify: 'soar-notify',
      intake: 'soar-intake',
      detect: 'soar-detect',
      figures: 'soar-figures',
    },
  },
  monitoring: { targetArn: monitoringTarget },
});

/** What is normal here. */
const judgement = ({ victim }: Foundation) => ({
  allowList: [
    {
      id: 'nightly-backup',
      owner: 'platform team',
      reason: 'nightly export of the build machines',
      expires: '2099-12-31',
      role: `${victim.roleArn(backupRole)}*`,
      buckets: [`${backupBucket}*`],
      networks: [backupNetwork],
      environments: ['development', 'test'],
    },
  ],
  authorisedExporters: [`${victim.roleArn(exporterRole)}*`],
  usualBuckets: ['acme-*'],
  runningExport: 'cancel',
  // One setting of the whole account: stories that share a lab would find it changed by another.
  encryptNewVolumes: false,
  // Each claim of the scenarios rests on one act; a lock, or a bucket without ACLs, would make several of them true.
  lockBucket: 'never',
  enforceOwnership: false,
});

const profile = (name: string, { accessKeyId, secretAccessKey }: Credentials): string =>
  `[${name}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;

const labProfiles = (foundation: Foundation) => [foundation.victim, foundation.forensics, foundation.outsider];

/** One profile per worker, and the accounts' root users for looking around. */
const awsCredentials = (lab: AwsLab, foundation: Foundation): string =>
  [
    profile('soar-observe', foundation.baseUsers.observe),
    profile('soar-contain', foundation.baseUsers.contain),
    profile('soar-detect', foundation.baseUsers.detect),
    profile('soar-notify', foundation.baseUsers.notify),
    profile('soar-intake', foundation.baseUsers.intake),
    profile('soar-figures', foundation.baseUsers.figures),
    ...labProfiles(foundation).map(({ id }, index) => profile(adminProfiles[index] ?? id, lab.root(id))),
  ].join('\n');

export const adminProfiles = ['lab-victim', 'lab-forensics', 'lab-outsider'];

/** The endpoint for the AWS command line; our workers have it from soar.yaml. */
const awsConfig = ({ endpoint }: AwsLab): string =>
  adminProfiles
    .map(
      (name) => `[profile ${name}]\nregion = ${region}\nendpoint_url = ${endpoint}\ns3 =\n  addressing_style = path\n`,
    )
    .join('\n');

/** Lets the AWS SDK of this process read the lab's files, and nothing of whoever runs it. Returns the undo. */
export function useAwsFiles({ awsCredentials, awsConfig }: Pick<LabFiles, 'awsCredentials' | 'awsConfig'>): () => void {
  const wanted: Record<string, string | undefined> = {
    AWS_SHARED_CREDENTIALS_FILE: awsCredentials,
    AWS_CONFIG_FILE: awsConfig,
    AWS_PROFILE: undefined,
    AWS_ACCESS_KEY_ID: undefined,
    AWS_SECRET_ACCESS_KEY: undefined,
    AWS_SESSION_TOKEN: undefined,
    // Any metadata service of this machine is not ours to ask.
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const before = Object.fromEntries(Object.keys(wanted).map((name) => [name, process.env[name]]));
  const set = (values: Record<string, string | undefined>) => {
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  };
  set(wanted);
  return () => set(before);
}
