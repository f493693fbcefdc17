import { LogLevel, SocketModeClient } from '@slack/socket-mode';
import type { InteractionAnswer } from './interactions.ts';

/**
 * The same interactions through a connection that we open, for those whom Slack cannot reach. It opens again by itself
 * when it breaks; what is not acknowledged, Slack shows to the person as an error.
 */
export function startSocketMode(options: {
  appToken: string;
  apiUrl?: string;
  handle: (payload: unknown) => Promise<InteractionAnswer>;
  log: (line: string) => void;
}): { stop: () => Promise<void> } {
  const { appToken, apiUrl, handle, log } = options;
  const client = new SocketModeClient({
    appToken,
    logLevel: LogLevel.ERROR,
    ...(apiUrl === undefined ? {} : { clientOptions: { slackApiUrl: apiUrl } }),
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
  // Not waited for: alerts and the CLI need no Slack.
  client.start().then(
    () => log('Socket Mode is connected'),
    (error: unknown) =>
      log(`Socket Mode cannot connect: ${messageOf(error)}; nobody can decide in Slack before the intake starts again`),
  );
  return {
    stop: async () => {
      await Promise.all(running);
      await client.disconnect();
    },
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
