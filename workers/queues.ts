import { sqsQueue } from '../activities/sqs/queue.ts';
import { queueSettings } from '../src/config/aws-settings.ts';
import { intakeContext } from '../src/intake/context.ts';
import { openIncident } from '../src/intake/open-incident.ts';
import { playbooksOf } from '../src/intake/route.ts';
import { pollQueue } from '../src/intake/queue-door.ts';
import { configuredLetters } from '../src/intake/sealed-letters.ts';
import { ableToOpen } from '../src/temporal/health.ts';
import { log } from '../src/temporal/log.ts';
import type { WorkerContext } from './context.ts';

/** Polls every queue of the configuration until told to stop; undefined: there is none. */
export function queuePolling({
  config,
  temporal,
}: WorkerContext): ((stopped: AbortSignal) => Promise<void>) | undefined {
  const queues = queueSettings(config).map(sqsQueue);
  if (queues.length === 0) return undefined;
  const context = intakeContext(config, temporal.client);
  const door = {
    open: (alert: Parameters<typeof openIncident>[1]) => openIncident(context, alert),
    playbooks: playbooksOf(config),
    keep: configuredLetters(config).keep,
    healthy: ableToOpen(temporal),
    log,
  };
  return async (stopped) => {
    await Promise.all(queues.map((queue) => pollQueue(queue, door, stopped)));
  };
}
