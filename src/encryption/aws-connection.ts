import type { AwsEndpoint } from '../config/aws-settings.ts';

/** How KMS and the bucket of keys are reached. */
export interface KeysConnection extends AwsEndpoint {
  /** Assumed for both; absent: the process's own credentials. */
  role?: string;
}

/** A payload waits for its key, and a workflow task for its payloads: better to fail soon, and let Temporal try again. */
const patience = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
};

/** What clients are made with. Who keeps keys in a folder does not load the SDK. */
export async function clientConfig({ endpoint, externalId, profile, role }: KeysConnection, region: string) {
  const { fromNodeProviderChain, fromTemporaryCredentials } = await import('@aws-sdk/credential-providers');
  const common = { ...patience, region, ...(endpoint === undefined ? {} : { endpoint }) };
  const base = fromNodeProviderChain(profile === undefined ? {} : { profile });
  if (role === undefined) return { ...common, credentials: base };
  return {
    ...common,
    credentials: fromTemporaryCredentials({
      masterCredentials: base,
      params: {
        RoleArn: role,
        RoleSessionName: 'soar-data-keys',
        ...(externalId === undefined ? {} : { ExternalId: externalId }),
      },
      clientConfig: common,
    }),
  };
}
