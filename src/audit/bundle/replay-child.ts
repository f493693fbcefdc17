/**
 * Replays the history that comes in on standard input on the code that comes with it, and answers on descriptor 3. A process of its own, started without
 * leave to write, to start processes or to see the environment: the code may be years old, and it is somebody else's file.
 */
import { writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { quietTemporal } from '../../temporal/quiet.ts';
import type { HistoryFile } from '../history-file.ts';
import { replayHistory } from '../replay.ts';

const { history, code } = JSON.parse(await text(process.stdin)) as { history: HistoryFile; code: string };
quietTemporal('ERROR');
const result = await replayHistory(historyFromJSON(history.history), history, code);
// The SDK logs on standard output.
writeFileSync(3, JSON.stringify(result));
