import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LineCounter, parseDocument } from 'yaml';
import { ConfigInvalid, type ConfigProblem } from '../config/config-invalid.ts';
import { problemsOf, withLine } from '../config/problem-lines.ts';
import { yamlProblems } from '../config/yaml-problems.ts';
import { concealingCalls } from './concealing-calls.ts';
import { failureCauses } from './failure-causes.ts';
import { hostingNetworks } from './hosting-networks.ts';
import { noise } from './noise.ts';
import { severity } from './severity.ts';
import type { DataTable } from './table.ts';
import { thresholds } from './thresholds.ts';

/** What an analyst edits, one file each. */
export const dataTables: DataTable[] = [severity, failureCauses, concealingCalls, hostingNetworks, thresholds, noise];

const repository = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(repository, 'workflows/ec2-vm-export/data');

export const fileOf = ({ name }: DataTable): string => join(folder, `${name}.yaml`);
export const tableOf = (file: string): DataTable | undefined =>
  dataTables.find(({ name }) => basename(file) === `${name}.yaml`);
export const moduleFile = ({ name }: DataTable): string => join(repository, 'src/domain/data', `${name}.ts`);
export const schemaFile = ({ name }: DataTable): string => join(folder, 'schema', `${name}.schema.json`);

/** The module that a table's text makes; throws `ConfigInvalid` with everything that is wrong, and where. */
export function readTable(table: DataTable, text: string, file: string): { module: string; cases: number } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) throw new ConfigInvalid(file, yamlProblems(document.errors, lines));
  const judged = table.judge(document.toJS({ maxAliasCount: 20 }));
  const problems = 'issues' in judged ? judged.issues.flatMap(problemsOf) : judged.problems;
  if (problems.length > 0) {
    throw new ConfigInvalid(
      file,
      problems.map((problem) => withLine(problem, document, lines)),
    );
  }
  if ('issues' in judged) throw new ConfigInvalid(file, [{ path: '', message: 'cannot be read' }]);
  return { module: judged.module, cases: judged.cases };
}

export function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    const problem: ConfigProblem = { path: '', message: `cannot be read (${code})` };
    throw new ConfigInvalid(file, [problem], { cause: error });
  }
}
