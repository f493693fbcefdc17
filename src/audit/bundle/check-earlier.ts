import { earlierNamed } from '../earlier.ts';
import { fails, holds, type Check } from './checks.ts';
import type { HistoryEvent } from './history-events.ts';
import type { EarlierRecord, Manifest } from './manifest.ts';

/** What the history goes back to is named, so that nobody takes a part for the whole: a reset run, an undo, a successor. */
export function checkEarlier({ workflowId, runId, earlier }: Manifest, events: HistoryEvent[]): Check {
  const expected = earlierNamed(events, { workflowId, runId });
  if (!earlier) return holds('earlier', 'this form of bundle names no earlier records');
  for (const record of expected) {
    const named = earlier.find((one) => one.relation === record.relation && one.workflowId === record.workflowId);
    if (!named || (record.runId !== null && named.runId !== record.runId)) {
      return fails('earlier', `the manifest does not say ${words(record)}`);
    }
  }
  const extra = earlier.find(
    (one, index) =>
      !expected.some(({ relation, workflowId: of }) => relation === one.relation && of === one.workflowId) ||
      earlier.findIndex(({ relation }) => relation === one.relation) < index,
  );
  if (extra) return fails('earlier', `${words(extra)}, says the manifest and not the history`);
  return holds('earlier', earlier.map(wordsOf).join('; ') || 'nothing came before');
}

const words = ({ relation, workflowId, runId }: Omit<EarlierRecord, 'history'>): string =>
  `${relation} ${workflowId}${runId === null ? '' : `, run ${runId}`}`;

const wordsOf = (record: EarlierRecord): string =>
  `${words(record)} (${record.history === null ? 'Temporal no longer had it' : 'sealed in a file of its own'})`;
