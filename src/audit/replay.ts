import type { History } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { sameJson } from '../domain/digest.ts';
import { readHistoryFile } from './history-file.ts';
import { issuedActs, recordedActs, type Act } from './recorded-commands.ts';
import type { IssuedCommand } from './replay-interceptors.ts';
import { auditCode, runnable } from './workflow-code.ts';

export interface ReplayResult {
  /** Every act of the replayed code equals the recorded one. */
  matches: boolean;
  workflowId: string;
  /** How many acts were compared: activities, timers, search attributes, update answers, the result. */
  compared: number;
  /** The first differences, in words. */
  differences: string[];
}

const kinds: Act['kind'][] = ['activity', 'timer', 'search attributes', 'update', 'result'];
/** Replays a stored history on the workflow code that is here. */
export async function replayHistoryFile(file: string): Promise<ReplayResult> {
  const { decoded, workflowId, closed } = await readHistoryFile(file);
  return replayHistory(decoded, { workflowId, closed }, (await auditCode()).code);
}

/**
 * Replays a history on some workflow code and compares every command's payload and the result. The SDK's own replay
 * notices changed kinds and order only.
 */
export async function replayHistory(
  decoded: History,
  { workflowId, closed }: { workflowId: string; closed: boolean },
  code: string,
): Promise<ReplayResult> {
  const issued: Act[] = [];
  const differences: string[] = [];
  try {
    await Worker.runReplayHistory(
      {
        workflowBundle: runnable(code),
        sinks: {
          audit: {
            commands: {
              fn: (_info: unknown, commands: IssuedCommand[]) => void issued.push(...issuedActs(commands)),
              callDuringReplay: true,
            },
          },
        },
      },
      decoded,
      workflowId,
    );
  } catch (error) {
    differences.push(`the replay itself fails: ${(error as Error).message}`);
  }
  const recorded = recordedActs(decoded);
  for (const kind of kinds) differences.push(...compare(kind, recorded, issued, closed));
  return {
    matches: differences.length === 0,
    workflowId,
    compared: recorded.length,
    differences: differences.slice(0, 20),
  };
}

/** Updates finish in any order and are compared by id; everything else in the order of its kind. */
function compare(kind: Act['kind'], recorded: Act[], issued: Act[], closed: boolean): string[] {
  const expected = recorded.filter((act) => act.kind === kind);
  const actual = issued.filter((act) => act.kind === kind);
  const differences: string[] = [];
  expected.forEach((act, index) => {
    const other = kind === 'update' ? actual.find(({ name }) => name === act.name) : actual[index];
    const label = `${kind} ${index + 1} (${act.name})`;
    if (!other) differences.push(`${label} is in the history but the code does not issue it`);
    else if (kind !== 'timer' && other.name !== act.name) differences.push(`${label}: the code issues ${other.name}`);
    else if (!sameJson(other.content, act.content))
      differences.push(`${label} has other contents than the code gives it`);
  });
  // An open incident may have been exported between a command and its event.
  if (closed && actual.length > expected.length) {
    differences.push(`the code issues ${actual.length - expected.length} more of kind ${kind} than the history has`);
  }
  return differences;
}
