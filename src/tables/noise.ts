import { z } from 'zod';
import { isListed } from '../domain/findings/noise.ts';
import { callName, cases, line, service } from './shapes.ts';
import { casesOf, dataTable, wrongCases, type TableProblem } from './table.ts';
import type { NoiseRow } from '../domain/data/rows.ts';

const action = z.string().regex(/^(Describe|Get|List|Search|View|Lookup|Batch(Get|Describe))[A-Za-z0-9*]{0,80}$/, {
  error: 'must be a call that reads, such as DescribeRegions or List*',
});
const row = z.strictObject({
  service,
  actions: z.array(action).min(1),
  agent: line.exactOptional(),
  why: line,
  ...cases(z.strictObject({ action: callName, agent: line.exactOptional() })),
});
const schema = z.strictObject({
  rows: z.array(row).min(1),
  never: z.array(z.strictObject({ service, action: callName })).min(1),
});
type Table = z.infer<typeof schema>;

const rowOf = ({ service: of, actions, agent }: Table['rows'][number]): NoiseRow => ({
  ...{ service: of, actions },
  ...(agent === undefined ? {} : { agent }),
});

const problemsOf = ({ rows, never }: Table): TableProblem[] =>
  rows.flatMap((one, at) => [
    ...wrongCases(one, ['rows', at], ({ action: eventName, agent }) =>
      isListed(
        { eventSource: one.service, eventName, ...(agent === undefined ? {} : { userAgent: agent }) },
        rowOf(one),
      ),
    ),
    ...never
      .filter((call) => isListed({ eventSource: call.service, eventName: call.action }, { ...rowOf(one), agent: '*' }))
      .map((call) => ({ path: ['rows', at, 'actions'], message: `matches ${call.action}, which never names` })),
  ]);

export const noise = dataTable({
  name: 'noise',
  about: 'Calls that say nothing about what somebody wanted (S72).',
  schema,
  problems: problemsOf,
  cases: ({ rows, never }) => casesOf(rows) + never.length,
  imports: "import type { NoiseRow } from './rows.ts';",
  constant: 'noise: NoiseRow[]',
  value: ({ rows }) => rows.map(rowOf),
});
