import { readFile } from 'node:fs/promises';
import { historyFromJSON, historyToJSON, type History } from '@temporalio/common/lib/proto-utils.js';
import { canonicalJson } from '../domain/digest.ts';
import { names, jsonFile } from './bundle/manifest.ts';
import { filesOf } from './bundle/tar.ts';

const historyFormat = 'temporal-soar-history/1';

/** A workflow's history in a file: canonical JSON, so that one history is one text. */
export interface HistoryFile {
  format: typeof historyFormat;
  workflowId: string;
  runId: string;
  /** False when the incident was still open as it was exported. */
  closed: boolean;
  /** As Temporal's own tools write it. */
  history: unknown;
}

/** The server sends map fields in any order; the canonical form has one. */
export const historyText = (file: HistoryFile): string => canonicalJson(file) + '\n';

export const historyFileOf = (
  { workflowId, runId, closed }: Pick<HistoryFile, 'workflowId' | 'runId' | 'closed'>,
  history: History,
): HistoryFile => ({
  format: historyFormat,
  workflowId,
  runId,
  closed,
  history: JSON.parse(historyToJSON(history)) as unknown,
});

/** The file is not a history that we wrote, or cannot be read at all. */
export class NotAHistoryFile extends Error {
  override readonly name = 'NotAHistoryFile';
}

export async function readHistoryFile(path: string): Promise<HistoryFile & { decoded: History }> {
  const text = (await contentOf(path)).toString();
  let file: HistoryFile;
  try {
    file = JSON.parse(text) as HistoryFile;
  } catch (error) {
    throw new NotAHistoryFile(`${path} is not JSON`, { cause: error });
  }
  if ((file.format as string) !== historyFormat) {
    throw new NotAHistoryFile(`${path} is not a ${historyFormat} file; write one with: soar audit export INCIDENT`);
  }
  try {
    return { ...file, decoded: historyFromJSON(file.history) };
  } catch (error) {
    throw new NotAHistoryFile(`${path}: the history cannot be read`, { cause: error });
  }
}

/** The history in either kind of file: as it was exported, or sealed with the rest. Whether it is true is not looked at. */
export async function readRecordedHistory(path: string): Promise<HistoryFile> {
  const content = await contentOf(path);
  if (content[0] === '{'.charCodeAt(0)) return (await readHistoryFile(path)) satisfies HistoryFile;
  try {
    const history = filesOf(content).find((file) => file.path === names.history);
    return JSON.parse(history?.content.toString() ?? '') as HistoryFile;
  } catch (error) {
    throw new NotAHistoryFile(`${path} is neither a history nor a bundle of ours`, { cause: error });
  }
}

export const historyContent = (history: HistoryFile): Buffer => jsonFile(names.history, history).content;

async function contentOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new NotAHistoryFile(`${path} cannot be read (${code})`, { cause: error });
  }
}
