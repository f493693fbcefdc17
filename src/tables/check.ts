import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { ConfigInvalid } from '../config/config-invalid.ts';
import { dataTables, fileOf, moduleFile, readTable, schemaFile, tableOf, textOf } from './files.ts';

export interface CheckedTable {
  file: string;
  /** Cases that were tried; none where the table cannot be read. */
  cases: number;
  /** Each with file and line. */
  problems: string[];
  /** Whether the code has what the file says; a table elsewhere is a draft, of which that is not asked. */
  inForce: boolean;
}

/** Checks tables by their names; all of the repository's where none is named. */
export const checkTables = (files: string[]): CheckedTable[] =>
  (files.length > 0 ? files : dataTables.map(fileOf)).map(checkTable);

function checkTable(file: string): CheckedTable {
  const table = tableOf(file);
  try {
    if (!table) {
      const names = dataTables.map(({ name }) => `${name}.yaml`).join(', ');
      throw new ConfigInvalid(file, [{ path: '', message: `${basename(file)} is no table; there are ${names}` }]);
    }
    const { module, cases } = readTable(table, textOf(file), file);
    const inForce =
      file !== fileOf(table) || (holds(moduleFile(table), module) && holds(schemaFile(table), table.jsonSchema()));
    return { file, cases, problems: [], inForce };
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error;
    return { file, cases: 0, problems: error.message.split('\n'), inForce: false };
  }
}

function holds(file: string, content: string): boolean {
  try {
    return readFileSync(file, 'utf8') === content;
  } catch {
    return false;
  }
}
