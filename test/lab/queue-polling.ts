import type { Client } from '@temporalio/client';
import { sqsQueue } from '../../activities/sqs/queue.ts';
import { queueSettings } from '../../src/config/aws-settings.ts';
import type { SoarConfig } from '../../src/config/load-config.ts';
import { intakeContext } from '../../src/intake/context.ts';
import { deadLetterFolder } from '../../src/intake/dead-letters.ts';
import { openIncident } from '../../src/intake/open-incident.ts';
import { pollQueue } from '../../src/intake/queue-door.ts';

export interface Polling {
  lines: string[];
  stop: () => Promise<void>;
}

/** Polls the queues of a configuration as the worker does, only less patiently. */
export function pollQuickly(config: SoarConfig, client: Client, hiddenSeconds = 60): Polling {
  const lines: string[] = [];
  const stopped = new AbortController();
  const context = intakeContext(config, client);
  const door = {
    open: (alert: Parameters<typeof openIncident>[1]) => openIncident(context, alert),
    keep: deadLetterFolder(config.intake).keep,
    healthy: () =>
      client.withDeadline(Date.now() + 1000, () =>
        client.workflowService.describeNamespace({ namespace: client.options.namespace }),
      ),
    log: (line: string) => lines.push(line),
    waits: { hiddenSeconds, pauseMs: { first: 100, longest: 1000 }, putBackMs: { first: 1000, longest: 2000 } },
  };
  const polling = Promise.all(queueSettings(config).map((queue) => pollQueue(sqsQueue(queue), door, stopped.signal)));
  return {
    lines,
    stop: async () => {
      stopped.abort();
      await polling;
    },
  };
}
