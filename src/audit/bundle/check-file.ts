import { historyFromJSON, type History } from '@temporalio/common/lib/proto-utils.js';
import { sameJson } from '../../domain/digest.ts';
import { historyFileOf, type HistoryFile, historyContent } from '../history-file.ts';
import { asFields, hasEnded, type HistoryEvent } from './history-events.ts';
import { names, type Manifest } from './manifest.ts';
import { payloadWrong } from './payload-form.ts';

/**
 * The history as Temporal's own reader has it, or what is wrong with how it is written down. It is of the run that the manifest names, and holds what
 * Temporal's form of a history has and nothing beside it: whoever reads the file with tools of their own reads what was
 * checked.
 */
export function readAsWritten(
  content: Buffer,
  file: HistoryFile,
  events: HistoryEvent[],
  { runId, closed }: Manifest,
): { decoded: History } | { wrong: string } {
  const run = runOf(events);
  if (run !== runId) return { wrong: `it is of run ${String(run)}, and not of ${runId}` };
  if (!closed && hasEnded(events)) {
    return { wrong: `it ends with event ${events.length}, and ${names.manifest} says that the incident is still open` };
  }
  for (const [index, event] of eventsOf(file).entries()) {
    const wrong = payloadWrong(event);
    if (wrong !== null) return { wrong: `event ${index + 1} ${wrong}` };
  }
  const decoded = historyFromJSON(file.history);
  const known = historyFileOf(file, decoded);
  return content.equals(historyContent(known)) ? { decoded } : { wrong: notOurs(file, known) };
}

/** A reset gives the events that it keeps to a run of another id. */
function runOf(events: HistoryEvent[]): unknown {
  const resets = events.flatMap(({ kind, attributes }) => (kind === 'workflowTaskFailed' ? [attributes.newRunId] : []));
  return resets.findLast((id) => typeof id === 'string' && id !== '') ?? events[0]?.attributes.originalExecutionRunId;
}

/** The first place that Temporal's form does not have; the rest is a matter of spelling. */
function notOurs(file: HistoryFile, known: HistoryFile): string {
  const knownEvents = eventsOf(known);
  const at = eventsOf(file).findIndex((event, index) => !sameJson(event, knownEvents[index]));
  return at === -1
    ? `${names.history} is not written as histories are written here`
    : `event ${at + 1} holds what no event of its type has`;
}

const eventsOf = ({ history }: HistoryFile): unknown[] => asFields(history).events as unknown[];
