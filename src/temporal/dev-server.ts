import { Connection } from '@temporalio/client';
import { freePorts } from './free-port.ts';
import { startOwned } from './owned-process.ts';
import type { Progress } from './run-command.ts';
import { searchAttributeFlags } from './search-attributes.ts';
import type { SearchAttributeTypes } from './search-attributes.ts';
import { resolveTemporalCli } from './temporal-cli.ts';

export interface DevServerOptions {
  searchAttributes: SearchAttributeTypes;
  progress: Progress;
  /** Serve Temporal UI as well. */
  ui?: boolean;
  /** Keep state in this SQLite file; without it, everything is gone when the server ends. */
  dbFile?: string;
  namespace?: string;
  /** Settings of the server, by name; values as JSON has them. */
  dynamicConfig?: Record<string, string | number | boolean>;
}

export interface DevServer {
  address: string;
  namespace: string;
  uiUrl?: string;
  /** Of the process that holds it. */
  pid: number | undefined;
  stop: () => Promise<void>;
}

const host = '127.0.0.1';
const startSeconds = 30;

const defaults = {
  // Timers fire up to a second sooner than with the default.
  'history.timerProcessorMaxTimeShift': '1ms',
  // One account's storm does not take all workers.
  'matching.enableFairness': true,
  'matching.useNewMatcher': true,
};

class EndedEarly extends Error {
  override readonly name = 'EndedEarly';
}

/** A Temporal dev server of our own on free ports, ready to be used; it ends with this process. */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(options);
    } catch (error) {
      // Between looking for a free port and listening on it, somebody else may take it: the server then ends at once.
      // It looks for some ports itself, and panics when it loses them.
      if (attempt === 3 || !(error instanceof EndedEarly)) throw error;
    }
  }
}

async function startOnce(options: DevServerOptions): Promise<DevServer> {
  const { searchAttributes, progress, ui = false, dbFile, namespace = 'default', dynamicConfig = {} } = options;
  const binary = await resolveTemporalCli(progress);
  const [port = 0, uiPort = 0] = await freePorts(2);
  const args = [
    ...['server', 'start-dev', '--ip', host, '--port', String(port), '--namespace', namespace, '--log-level', 'error'],
    ...(ui ? ['--ui-port', String(uiPort)] : ['--headless']),
    ...Object.entries({ ...defaults, ...dynamicConfig }).flatMap(([name, value]) => [
      '--dynamic-config-value',
      `${name}=${JSON.stringify(value)}`,
    ]),
    // Several times faster than the defaults; still nothing is lost when the server is killed.
    ...(dbFile ? ['--db-filename', dbFile] : []),
    ...(dbFile ? ['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal'] : []),
    ...searchAttributeFlags(searchAttributes),
  ];
  const server = startOwned(binary, args, dbFile ? 'TERM' : 'KILL');
  const address = `${host}:${port}`;
  const early = await Promise.race([server.ended, answers(address, namespace)]);
  if (early !== 'ready') {
    await server.stop();
    const message = `the Temporal dev server ${early}:\n${server.output()}`;
    throw early.startsWith('ended') ? new EndedEarly(message) : new Error(message);
  }
  return {
    address,
    namespace,
    pid: server.pid,
    ...(ui ? { uiUrl: `http://${host}:${uiPort}` } : {}),
    stop: () => server.stop(),
  };
}

/** Waits until the namespace answers: the port opens a little earlier. */
async function answers(address: string, namespace: string): Promise<string> {
  const connection = Connection.lazy({ address });
  const deadline = Date.now() + startSeconds * 1000;
  try {
    while (Date.now() < deadline) {
      try {
        await connection.withDeadline(Date.now() + 2000, () =>
          connection.workflowService.listWorkflowExecutions({ namespace, pageSize: 1 }),
        );
        return 'ready';
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    return `did not answer within ${startSeconds} s`;
  } finally {
    await connection.close();
  }
}
