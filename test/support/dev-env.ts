import { TestWorkflowEnvironment } from '@temporalio/testing';
import { startDevServer } from '../../src/temporal/dev-server.ts';
import { attributeTypes } from '../../src/temporal/search-attributes.ts';
import type { SearchAttributeTypes } from '../../src/temporal/search-attributes.ts';
import { searchAttributes } from '../../workflows/messages.ts';
import { quietTemporal } from '../../src/temporal/quiet.ts';
import { shared } from './shared.ts';

export interface DevEnvOptions {
  /** Ours, unless a test is about others. */
  searchAttributes?: SearchAttributeTypes;
  ui?: boolean;
  dbFile?: string;
  dynamicConfig?: Record<string, string>;
}

export type DevEnv = TestWorkflowEnvironment & { uiUrl?: string };

/** The SDK's test environment on a real dev server, started the way the product starts it: it ends with the test process. */
async function createDevEnv(options: DevEnvOptions = {}): Promise<DevEnv> {
  quietTemporal('WARN');
  const server = await startDevServer({
    searchAttributes: attributeTypes(searchAttributes),
    progress: (line) => console.log(line),
    ...options,
  });
  const env: DevEnv = await TestWorkflowEnvironment.createFromExistingServer(server);
  const disconnect = env.teardown.bind(env);
  return Object.assign(env, {
    ...(server.uiUrl ? { uiUrl: server.uiUrl } : {}),
    teardown: async () => {
      await disconnect();
      await server.stop();
    },
  });
}

/** A dev server for the tests of this file. */
export const useDevEnv = (options?: DevEnvOptions): (() => DevEnv) =>
  shared(
    () => createDevEnv(options),
    (env) => env.teardown(),
  );
