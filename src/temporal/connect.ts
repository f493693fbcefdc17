import {
  Client,
  Connection,
  defaultGrpcRetryOptions,
  isGrpcServiceError,
  makeGrpcRetryInterceptor,
} from '@temporalio/client';
import type { ClientOptions } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { NativeConnectionOptions } from '@temporalio/worker';
import { hasStatus, hasStatusCode } from './grpc-status.ts';
import { TemporalConfigInvalid, TemporalUnreachable } from './unreachable.ts';

/** Where Temporal is and how to log in: what a client needs as well as a worker. */
export interface TemporalTarget {
  namespace: string;
  /** For `NativeConnection.connect` in a worker. */
  nativeConnectionOptions: NativeConnectionOptions & { address: string };
}

export interface TemporalConnection extends TemporalTarget {
  address: string;
  client: Client;
  connection: Connection;
  /** How payloads are encrypted, for workers; absent: they are not. */
  dataConverter?: DataConverter;
  close: () => Promise<void>;
}

export interface ConnectOptions {
  /** Without it: what the standard Temporal environment configuration says. */
  target?: TemporalTarget;
  /** How payloads are encrypted. */
  dataConverter?: DataConverter;
  /** Interceptors and the like. */
  client?: Omit<ClientOptions, 'connection' | 'namespace' | 'dataConverter'>;
  /** How long to try; 10 s without it. */
  connectTimeoutMs?: number;
  /** Somebody waits for our answer: where nothing listens at Temporal's address, calls fail after about three seconds. */
  callersWait?: boolean;
}

/** Temporal's own default. */
const defaultAddress = 'localhost:7233';

/**
 * Reads address, namespace, TLS and API key from variables and profile file, as every Temporal tool does. Where no address
 * is configured, commands that may start a server of our own.
 */
export function configuredTarget(): TemporalTarget & { addressConfigured: boolean } {
  let config;
  try {
    config = loadClientConnectConfig();
  } catch (error) {
    throw new TemporalConfigInvalid(`Temporal environment configuration: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const { address } = config.connectionOptions;
  if (address?.includes('://')) {
    throw new TemporalConfigInvalid(
      `Temporal's address (TEMPORAL_ADDRESS, or that of the profile) is host and port, such as localhost:7233, and not ${address}`,
    );
  }
  return {
    namespace: config.namespace ?? 'default',
    nativeConnectionOptions: { ...config.connectionOptions, address: address ?? defaultAddress },
    addressConfigured: address !== undefined && address !== '',
  };
}

const usual = defaultGrpcRetryOptions();
/** The pauses before them add up to three seconds, in which a frontend can be started again. */
const mostAttempts = 6;
/** A server that is slow, or says that it is busy, is given all of its deadline: asking it again would be more work for it. */
const giveUpSoon = makeGrpcRetryInterceptor({
  ...usual,
  retryableDecider: (attempt, status) =>
    usual.retryableDecider(attempt, status) && (!hasStatusCode(status, 'unavailable') || attempt < mostAttempts),
});

/** A client on a server that answers and has the namespace. */
export async function connectTemporal(options: ConnectOptions = {}): Promise<TemporalConnection> {
  const { namespace, nativeConnectionOptions } = options.target ?? configuredTarget();
  const { address, tls, apiKey, metadata } = nativeConnectionOptions;
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({
      address,
      connectTimeout: options.connectTimeoutMs ?? 10_000,
      // Once it is back it is found soon: without a bound the pauses between two looks grow to minutes.
      channelArgs: { 'grpc.max_reconnect_backoff_ms': 5000 },
      ...(options.callersWait ? { interceptors: [giveUpSoon] } : {}),
      ...(tls === undefined ? {} : { tls }),
      ...(apiKey === undefined ? {} : { apiKey }),
      ...(metadata === undefined ? {} : { metadata }),
    });
    await connection.workflowService.describeNamespace({ namespace });
  } catch (error) {
    await connection?.close();
    throw new TemporalUnreachable(address, reasonOf(error, namespace, tls ? 'with' : 'without'), { cause: error });
  }
  const opened = connection;
  const encryption = options.dataConverter ? { dataConverter: options.dataConverter } : {};
  return {
    address,
    namespace,
    nativeConnectionOptions,
    connection: opened,
    client: new Client({ ...options.client, ...encryption, connection: opened, namespace }),
    ...encryption,
    close: () => opened.close(),
  };
}

function reasonOf(error: unknown, namespace: string, tls: 'with' | 'without'): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (hasStatus(cause, 'notFound')) {
    return `namespace ${namespace} does not exist: check TEMPORAL_NAMESPACE, or create it: temporal operator namespace create -n ${namespace}`;
  }
  const detail =
    isGrpcServiceError(cause) && cause.details ? cause.details : cause instanceof Error ? cause.message : String(cause);
  return hasStatus(cause, 'unauthenticated', 'permissionDenied')
    ? `login refused (${detail}); check TEMPORAL_API_KEY or the TLS certificate`
    : `${detail}; is a server up there, ${tls} TLS? TEMPORAL_ADDRESS says where it is`;
}
