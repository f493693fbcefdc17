import { configuredTarget, connectTemporal } from './connect.ts';
import type { ConnectOptions, TemporalConnection } from './connect.ts';
import { startDevServer } from './dev-server.ts';
import type { DevServerOptions } from './dev-server.ts';

export interface TemporalInUse extends TemporalConnection {
  /** True when it is a dev server that was started for this process. */
  startedHere: boolean;
  uiUrl?: string;
  /** Closes the connection, and the server if it is ours. */
  stop: () => Promise<void>;
}

/** Somebody's server when one is configured, else a dev server of our own. */
export async function temporalFor(
  options: DevServerOptions & Pick<ConnectOptions, 'client' | 'dataConverter'>,
): Promise<TemporalInUse> {
  const { client, dataConverter, ...devServer } = options;
  const ours = { ...(client ? { client } : {}), ...(dataConverter ? { dataConverter } : {}) };
  const target = configuredTarget();
  if (target.addressConfigured) {
    const connected = await connectTemporal({ target, ...ours });
    options.progress(`using Temporal at ${connected.address}, namespace ${connected.namespace}`);
    return { ...connected, startedHere: false, stop: connected.close };
  }
  const server = await startDevServer({ namespace: target.namespace, ...devServer });
  const { address, namespace, uiUrl } = server;
  const connected = await connectTemporal({
    target: { namespace, nativeConnectionOptions: { address } },
    ...ours,
  });
  options.progress(`started a Temporal dev server at ${address}${uiUrl ? `, Temporal UI at ${uiUrl}` : ''}`);
  return {
    ...connected,
    startedHere: true,
    ...(uiUrl ? { uiUrl } : {}),
    stop: async () => {
      await connected.close();
      await server.stop();
    },
  };
}
