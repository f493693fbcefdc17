import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { sameJson } from '../../domain/digest.ts';
import { historyFileOf, type HistoryFile } from '../history-file.ts';
import { asFields, hasEnded, type HistoryEvent } from './history-events.ts';
import { historyContent, names, type Manifest } from './manifest.ts';

/**
 * What is wrong with how the history is written down, or null. It is of the run that the manifest names, and holds what
 * Temporal's form of a history has and nothing beside it: whoever reads the file with tools of their own reads what was
 * checked.
 */
export function wrongFile(
  content: Buffer,
  file: HistoryFile,
  events: HistoryEvent[],
  { runId, closed }: Manifest,
): string | null {
  const run = runOf(events);
  if (run !== runId) return `it is of run ${String(run)}, and not of ${runId}`;
  if (!closed && hasEnded(events)) {
    return `it ends with event ${events.length}, and ${names.manifest} says that the incident is still open`;
  }
  return content.equals(historyContent(rewritten(file))) ? null : notOurs(file);
}

/** A reset gives the events that it keeps to a run of another id. */
function runOf(events: HistoryEvent[]): unknown {
  const resets = events.flatMap(({ kind, attributes }) => (kind === 'workflowTaskFailed' ? [attributes.newRunId] : []));
  return resets.findLast((id) => typeof id === 'string' && id !== '') ?? events[0]?.attributes.originalExecutionRunId;
}

const rewritten = ({ workflowId, runId, closed, history }: HistoryFile): HistoryFile =>
  historyFileOf({ workflowId, runId, closed }, historyFromJSON(history));

/** The first place that Temporal's form does not have; the rest is a matter of spelling. */
function notOurs(file: HistoryFile): string {
  const known = eventsOf(rewritten(file));
  const at = eventsOf(file).findIndex((event, index) => !sameJson(event, known[index]));
  return at === -1
    ? `${names.history} is not written as histories are written here`
    : `event ${at + 1} holds what no event of its type has`;
}

const eventsOf = ({ history }: HistoryFile): unknown[] => asFields(history).events as unknown[];
