import { readHistoryFile } from '../../src/audit/history-file.ts';
import { replayHistory, type ReplayResult } from '../../src/audit/replay.ts';
import { auditCode } from '../../src/audit/workflow-code.ts';

/** Replays a stored history on the workflow code that is here. */
export async function replayHistoryFile(file: string): Promise<ReplayResult> {
  const { decoded, workflowId, closed } = await readHistoryFile(file);
  return replayHistory(decoded, { workflowId, closed }, (await auditCode()).code);
}
