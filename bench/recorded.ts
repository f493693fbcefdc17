import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readHistoryFile } from '../src/audit/history-file.ts';
import { historyOf } from './incident-history.ts';

const histories = fileURLToPath(new URL('../test/replay/histories/', import.meta.url));

/** What the recorded incidents cost, a line each: the demo's, with Slack, two rechecks and four looks at what was contained. */
export async function recordedCosts(): Promise<string[]> {
  const files = (await readdir(histories)).sort();
  return Promise.all(
    files.map(async (name) => {
      const { decoded } = await readHistoryFile(join(histories, name));
      const { events, activities, payloadBytes, actions, actionsByPhase } = historyOf(decoded.events ?? []);
      const phases = Object.entries(actionsByPhase).map(([phase, count]) => `${phase} ${count}`);
      return (
        `${basename(name, '.json')}: ${events.length} events, ${activities.size} activities, ` +
        `${Math.round(payloadBytes / 1024)} KiB of payloads, ${actions} billable actions (${phases.join(', ')})`
      );
    }),
  );
}
