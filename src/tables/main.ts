import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { dataTables, fileOf, moduleFile, readTable, schemaFile, textOf } from './files.ts';

/** `npm run data`: writes what the code imports, and what editors check by, from the files that people edit. */
const written = dataTables.flatMap((table): [string, string][] => [
  [moduleFile(table), readTable(table, textOf(fileOf(table)), fileOf(table)).module],
  [schemaFile(table), table.jsonSchema()],
]);
for (const [path, content] of written) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
