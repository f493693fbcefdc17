import { z } from 'zod';
import { rentsOut } from '../domain/findings/geography.ts';
import { cases, line } from './shapes.ts';
import { casesOf, dataTable, twice, wrongCases, type TableProblem } from './table.ts';

const word = line.refine((text) => text === text.toLowerCase() && text.trim().length > 2, {
  error: 'must be three letters or more, in lower case: it is looked for anywhere in a name',
});
const schema = z.strictObject({
  rows: z.array(z.strictObject({ word, ...cases(line) })).min(1),
  nobodyRents: z.array(line).min(1),
});

const problemsOf = ({ rows, nobodyRents }: z.infer<typeof schema>): TableProblem[] => [
  ...twice(
    rows.map((row) => row.word),
    'word',
  ),
  ...rows.flatMap((row, at) => [
    ...wrongCases(row, ['rows', at], (network) => rentsOut(network, [row.word])),
    ...nobodyRents
      .filter((network) => rentsOut(network, [row.word]))
      .map((network) => ({ path: ['rows', at, 'word'], message: `matches ${network}, which nobodyRents names` })),
  ]),
];

export const hostingNetworks = dataTable({
  name: 'hosting-networks',
  about: 'Words in the names of networks (autonomous systems) that rent out machines (S90).',
  schema,
  problems: problemsOf,
  cases: ({ rows, nobodyRents }) => casesOf(rows) + nobodyRents.length,
  constant: 'hostingNetworks: string[]',
  value: ({ rows }) => rows.map((row) => row.word),
});
