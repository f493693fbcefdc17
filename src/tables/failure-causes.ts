import { z } from 'zod';
import { failureCause } from '../domain/findings/failure-cause.ts';
import { cases, line } from './shapes.ts';
import { casesOf, dataTable, wrongCases, type TableProblem } from './table.ts';
import type { FailureCause } from '../domain/data/rows.ts';

const code = z.string().regex(/^[A-Z][A-Za-z0-9]*(\.[A-Za-z]+){0,2}$/, 'must be an error code');
const bareCode = code.refine((text) => !/^(Client|Server)\./.test(text), 'is written without Client. and Server.');

const row = z.strictObject({
  codes: z.array(bareCode).min(1),
  message: line.exactOptional(),
  cause: line,
  fix: line,
  stopped: z.boolean(),
  ...cases(z.strictObject({ code, message: line.exactOptional() })),
});
const schema = z.strictObject({ rows: z.array(row).min(1) });
type Table = z.infer<typeof schema>;

const causesOf = ({ rows }: Table): FailureCause[] => rows.map(({ fires: _, quiet: __, ...cause }) => cause);

function problemsOf(table: Table): TableProblem[] {
  const causes = causesOf(table);
  return table.rows.flatMap((one, at) => [
    ...wrongCases(one, ['rows', at], (call) => failureCause(call.code, call.message, causes) === causes[at]),
    ...one.codes.flatMap((name, number) =>
      failureCause(name, one.message, causes) === causes[at]
        ? []
        : [{ path: ['rows', at, 'codes', number], message: 'an earlier row has this code and takes it' }],
    ),
  ]);
}

export const failureCauses = dataTable({
  name: 'failure-causes',
  about:
    'Why a call to export failed, by its error code, with what to propose (S27); the first row that matches is taken.',
  schema,
  problems: problemsOf,
  cases: ({ rows }) => casesOf(rows),
  imports: "import type { FailureCause } from './rows.ts';",
  constant: 'failureCauses: FailureCause[]',
  value: causesOf,
});
