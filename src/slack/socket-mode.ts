import { setTimeout as sleep } from 'node:timers/promises';
import { LogLevel, SocketModeClient } from '@slack/socket-mode';
import type { InteractionAnswer } from './interactions.ts';

/**
 * The same interactions through a connection that we open, for those whom Slack cannot reach. It is opened again whenever
 * it breaks; what is not acknowledged, Slack shows to the person as an error.
 */
export function startSocketMode(options: {
  appToken: string;
  apiUrl?: string;
  handle: (payload: unknown) => Promise<InteractionAnswer>;
  log: (line: string) => void;
  /** Between two attempts, longer with each that fails. */
  pauseMs?: { first: number; longest: number };
}): { stop: () => Promise<void> } {
  const { appToken, apiUrl, handle, log, pauseMs = { first: 1000, longest: 60_000 } } = options;
  const client = new SocketModeClient({
    appToken,
    logLevel: LogLevel.ERROR,
    // The library's own way gives up where Slack refuses the token, in a promise that nobody looks at, which ends the
    // process, and after an outage of a day it waits for hours more.
    autoReconnectEnabled: false,
    clientOptions: {
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      timeout: 10_000,
      ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    },
  });
  const running = new Set<Promise<void>>();
  client.on('interactive', (event: { ack: (body?: object) => Promise<void>; body: unknown }) => {
    const work = answer(event).catch((error: unknown) => log(`Socket Mode: ${messageOf(error)}`));
    running.add(work);
    void work.finally(() => running.delete(work));
  });
  const answer = async ({ ack, body }: { ack: (body?: object) => Promise<void>; body: unknown }): Promise<void> => {
    const handled = await handle(body);
    if (handled.result === 'ok') await ack(handled.body);
  };

  const stopping = new AbortController();
  // Not waited for: alerts and the CLI need no Slack.
  void stayConnected(client, stopping.signal, log, pauseMs);
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
      await client.disconnect();
    },
  };
}

/** Never fails: what does not work is said once, and tried again. */
async function stayConnected(
  client: SocketModeClient,
  stopped: AbortSignal,
  log: (line: string) => void,
  { first, longest }: { first: number; longest: number },
): Promise<void> {
  let told = '';
  const tell = (line: string): void => {
    if (line !== told) log(line);
    told = line;
  };
  const over = (): boolean => stopped.aborted;
  for (let failures = 0; !over(); failures++) {
    const broken = Promise.withResolvers<unknown>();
    client.once('disconnected', broken.resolve);
    try {
      await client.start();
      tell('Socket Mode is connected');
      failures = 0;
      if (over()) await client.disconnect();
      await broken.promise;
    } catch (error) {
      tell(
        `Socket Mode cannot connect: ${messageOf(error)}; nobody can decide in Slack until it does: it is tried again, ` +
          'a token that Slack refuses has to be replaced where slack.appToken points',
      );
    } finally {
      client.off('disconnected', broken.resolve);
    }
    const pause = Math.min(longest, first * 2 ** Math.min(failures, 20));
    await sleep(pause, undefined, { signal: stopped }).catch(() => {});
  }
}

/** The library rejects with nothing where the connection is closed before Slack has said hello. */
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'the connection was closed');
