import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { S3Client } from '@aws-sdk/client-s3';
import { S3ControlClient, type S3ControlClientConfig } from '@aws-sdk/client-s3-control';
import { SSMClient } from '@aws-sdk/client-ssm';
import { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import type { ActInput } from '../../src/domain/acts/acts.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import type { AwsPlace } from '../ec2/contract.ts';
import { placed } from './error-place.ts';
import { failure } from './failures.ts';
import { sharedPace, type Pace, type Paces } from './pace.ts';
import { recentlyUsed } from './recently-used.ts';
import { actSession, type Session } from './session.ts';
import { beWitnessed } from './witness.ts';

/** How AWS is reached, whoever is asking. */
export interface AwsConnection {
  /** Instead of AWS's own; for a private endpoint or a stand-in. */
  endpoint?: string;
  forcePathStyle?: boolean;
  /** Proves to the roles that it is us who assume them. */
  externalId?: string;
  /** Profile of the shared AWS configuration for the base credentials; else the default chain. */
  profile?: string;
}

/** Which roles a worker works under: one purpose per process, so that who observes cannot change anything (P12). */
export interface AwsSettings extends AwsConnection {
  purpose: 'observe' | 'contain';
  accounts: { id: string; roles: { observe: string; contain: string } }[];
  /** The management account of the organisation, with roles that reach nothing but service control policies. */
  organisation?: { account: string; roles: { observe: string; contain: string } };
  /** Of one account, by each worker. */
  requestsPerSecond?: Paces;
}

/** One client per system, account, Region and session, made at first use and kept. */
export interface AwsClients {
  cloudtrail(place: AwsPlace): CloudTrailClient;
  cloudwatch(place: AwsPlace): CloudWatchClient;
  config(place: AwsPlace): ConfigServiceClient;
  ec2(place: AwsPlace): EC2Client;
  eventbridge(place: AwsPlace): EventBridgeClient;
  iam(place: AwsPlace): IAMClient;
  /** Of the management account. */
  organizations(place: AwsPlace): OrganizationsClient;
  s3(place: AwsPlace): S3Client;
  /** Access points, which S3 keeps by account and not by bucket. */
  s3control(place: AwsPlace): S3ControlClient;
  ssm(place: AwsPlace): SSMClient;
  /** The role that these clients work under in the account, for people who have to give it a permission. */
  role(accountId: string): string;
  /** The same in a session for this act alone, where the role acts; who only reads has no need of one. */
  forAct(input: ActInput): AwsClients;
}

/** The SDK tries twice at most, within these times: further attempts are Temporal's, where people can see them. */
const patience = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
};

/** What every client of one role shares; the SDK asks for new credentials before these expire. */
export function clientConfig(
  connection: AwsConnection,
  region: string,
  roleArn: string | null,
  { name, policy }: Session,
) {
  const { endpoint, externalId, profile } = connection;
  const common = { ...patience, region, ...(endpoint === undefined ? {} : { endpoint }) };
  const base = fromNodeProviderChain(profile === undefined ? {} : { profile });
  if (roleArn === null) return { ...common, credentials: base };
  return {
    ...common,
    credentials: fromTemporaryCredentials({
      masterCredentials: base,
      params: {
        RoleArn: roleArn,
        RoleSessionName: name,
        ...(policy === undefined ? {} : { Policy: policy }),
        ...(externalId === undefined ? {} : { ExternalId: externalId }),
      },
      clientConfig: common,
    }),
  };
}

/** More acts than a worker runs at a time: none loses its clients while it runs, and what is over is forgotten. */
const mostActs = 100;

export function awsClients(settings: AwsSettings): AwsClients {
  const role = (accountId: string): string => {
    const account = settings.accounts.find(({ id }) => id === accountId);
    if (account) return account.roles[settings.purpose];
    const message = `account ${accountId} is not in the configuration; add it with its roles to read or contain it`;
    throw failure(failureTypes.accessDenied, message);
  };
  const organisationRole = (accountId: string): string => {
    const { organisation } = settings;
    if (organisation?.account === accountId) return organisation.roles[settings.purpose];
    const message = `account ${accountId} is not the management account of the configuration (organisation.management)`;
    throw failure(failureTypes.accessDenied, message);
  };
  const roles = { account: role, organisation: organisationRole };
  const pace = sharedPace(settings.requestsPerSecond);
  const acts = recentlyUsed<SessionClients>(mostActs, ({ destroy }) => destroy());
  const standing = sessionClients(settings, roles, pace, { name: `soar-${settings.purpose}` });
  const forAct = (input: ActInput): AwsClients => {
    if (settings.purpose === 'observe') return clients;
    const session = actSession(input, (input.act === 'setAccountScp' ? organisationRole : role)(input.accountId));
    const key = `${session.name} ${session.policy ?? ''}`;
    return { ...acts(key, () => sessionClients(settings, roles, pace, session)).clients, role, forAct };
  };
  const clients: AwsClients = { ...standing.clients, role, forAct };
  return clients;
}

interface SessionClients {
  clients: Omit<AwsClients, 'role' | 'forAct'>;
  destroy: () => void;
}

interface Roles {
  account: AwsClients['role'];
  organisation: AwsClients['role'];
}

function sessionClients(settings: AwsSettings, roles: Roles, pace: Pace, session: Session): SessionClients {
  const made = new Map<string, { destroy: () => void }>();
  const configFor = ({ accountId, region }: AwsPlace, of: keyof Roles) => {
    const config = { ...clientConfig(settings, region, roles[of](accountId), session), retryMode: 'adaptive' };
    // Who acts tries once: what the SDK repeats on its own would be done without reading the target again (P3).
    return settings.purpose === 'contain' ? { ...config, maxAttempts: 1 } : config;
  };
  const kept =
    <C extends { destroy: () => void } & Parameters<typeof beWitnessed>[0]>(
      system: string,
      create: (config: ReturnType<typeof configFor>, place: AwsPlace) => C,
      of: keyof Roles = 'account',
    ) =>
    (place: AwsPlace): C => {
      const key = `${system}/${where(place)}`;
      const existing = made.get(key) as C | undefined;
      if (existing !== undefined) return existing;
      const client = placed(create(configFor(place, of), place), place);
      // What is changed is on record by what was approved; what is read, by what was answered.
      if (settings.purpose === 'observe') beWitnessed(client, system);
      made.set(key, client);
      return client;
    };
  return {
    clients: {
      // LookupEvents shares 2 requests/s with everybody in the account: losing a page is dearer than waiting for it.
      cloudtrail: kept(
        'cloudtrail',
        (config) => new CloudTrailClient({ ...config, retryMode: 'standard', maxAttempts: 5 }),
      ),
      cloudwatch: kept('cloudwatch', (config, place) =>
        pace.keep(new CloudWatchClient(config), 'cloudwatch', where(place)),
      ),
      config: kept('config', (config, place) => pace.keep(new ConfigServiceClient(config), 'config', where(place))),
      ec2: kept('ec2', (config, place) => pace.keep(new EC2Client(config), 'ec2', where(place))),
      eventbridge: kept('eventbridge', (config, place) =>
        pace.keep(new EventBridgeClient(config), 'eventbridge', where(place)),
      ),
      // IAM is one for all Regions.
      iam: kept('iam', (config, { accountId }) => pace.keep(new IAMClient(config), 'iam', accountId)),
      // One for all Regions, too.
      organizations: kept(
        'organizations',
        (config, { accountId }) => pace.keep(new OrganizationsClient(config), 'organizations', accountId),
        'organisation',
      ),
      s3: kept('s3', (config, place) => pace.keep(s3Client(settings, config), 's3', where(place))),
      ssm: kept('ssm', (config, place) => pace.keep(new SSMClient(config), 'ssm', where(place))),
      s3control: kept('s3control', (config, place) =>
        pace.keep(s3ControlClient(settings, config), 's3control', where(place)),
      ),
    },
    destroy: () => {
      for (const client of made.values()) client.destroy();
    },
  };
}

const where = ({ accountId, region }: AwsPlace): string => `${accountId}/${region}`;

export const s3Client = (connection: AwsConnection, config: ReturnType<typeof clientConfig>): S3Client =>
  new S3Client({
    ...config,
    forcePathStyle: connection.forcePathStyle ?? false,
    // Log and export buckets are looked up by name; S3 answers where they really are.
    followRegionRedirects: true,
  });

/**
 * The SDK puts the account before the endpoint's host name, where no endpoint of one's own has to have a name. Requests
 * carry the account in a header all the same, so with `forcePathStyle` the endpoint is taken as it is.
 */
export function s3ControlClient(
  { endpoint, forcePathStyle }: AwsConnection,
  config: S3ControlClientConfig & { region: string },
): S3ControlClient {
  if (endpoint === undefined || forcePathStyle !== true) return new S3ControlClient(config);
  const signed = {
    name: 'sigv4',
    signingName: 's3',
    signingRegion: config.region,
    disableDoubleEncoding: true,
    properties: {},
  };
  const asItIs = { url: new URL(endpoint), headers: {}, properties: { authSchemes: [signed] } };
  return new S3ControlClient({ ...config, endpointProvider: () => asItIs });
}
