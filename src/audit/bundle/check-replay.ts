import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import type { HistoryFile } from '../history-file.ts';
import type { ReplayResult } from '../replay.ts';
import { fails, holds, type Check } from './checks.ts';
import { confined } from './confined.ts';

const child = fileURLToPath(new URL('replay-child.ts', import.meta.url));

/** A history as its file has it, and as Temporal's own reader has that. */
export interface ReadHistory extends HistoryFile {
  decoded: History;
}
/** How a history is replayed; null with the reason: the replay did not end. */
export type Replay = (history: ReadHistory, code: string) => Promise<{ result: ReplayResult | null; problem: string }>;

/** The code of the bundle does again what the history says that it did, payload by payload. */
export async function checkReplay(history: ReadHistory, code: string, replay: Replay): Promise<Check> {
  const { result, problem } = await replay(history, code);
  if (!result) return fails('replay', `the replay did not end: ${problem}`);
  return result.matches
    ? holds('replay', `${result.compared} commands and results, all as recorded`)
    : fails('replay', result.differences[0] ?? 'it differs');
}

/** In a process of its own, for one history. */
export const replayedApart = async (history: HistoryFile, code: string, patience?: number): ReturnType<Replay> => {
  const { input, answer, problem } = confined(child, patience);
  const { format, workflowId, runId, closed, history: asWritten } = history;
  input.end(JSON.stringify({ history: { format, workflowId, runId, closed, history: asWritten }, code }));
  const [out, said] = await Promise.all([text(answer), problem]);
  try {
    return { result: JSON.parse(out) as ReplayResult, problem: said };
  } catch {
    return { result: null, problem: said };
  }
};
