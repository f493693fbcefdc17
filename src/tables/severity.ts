import { z } from 'zod';
import { assess } from '../domain/severity/assess.ts';
import type { SeverityFacts } from '../domain/severity/assessment.ts';
import { severityAnswers } from '../domain/severity/severity-answers.ts';
import type { SeverityRow } from '../domain/severity/severity-table.ts';
import { cases, line } from './shapes.ts';
import { casesOf, dataTable, wrongCases, type TableProblem } from './table.ts';

type Question = keyof typeof severityAnswers;
const questions = Object.entries(severityAnswers) as [Question, { asks: string; answers: readonly string[] }][];

/** One answer for each question that is named. */
const answers = z.strictObject(
  Object.fromEntries(
    questions.map(([name, { asks, answers: all }]) => [name, z.enum(all).describe(asks).exactOptional()]),
  ),
);
/** One or several answers, each of which will do. */
const condition = z
  .strictObject(
    Object.fromEntries(
      questions.map(([name, { asks, answers: all }]) => {
        const one = z.enum(all);
        return [
          name,
          z
            .union([one, z.array(one).min(1)])
            .describe(asks)
            .exactOptional(),
        ];
      }),
    ),
  )
  .refine((named) => Object.keys(named).length > 0, 'must name a question');

type Answers = Partial<Record<string, string>>;
type Condition = Partial<Record<string, string | string[]>>;

const row = z.strictObject({
  id: z.string().regex(/^S\d{1,3}$/, 'must be the number of a criterion, such as S57'),
  level: z.enum(['high', 'medium', 'low', 'raise', 'lower']),
  criterion: line,
  any: z.array(condition).min(1),
  ...cases(answers),
});
const schema = z.strictObject({
  rows: z.array(row).min(1),
  examples: z.array(z.strictObject({ what: line, answers, severity: z.enum(['high', 'medium', 'low']) })).min(1),
});
type Table = z.infer<typeof schema>;
type Row = Table['rows'][number];

const alternativesOf = ({ id, level, criterion, any }: Row): SeverityRow[] =>
  (any as Condition[]).map((named) => ({
    ...{ id, level, criterion },
    when: Object.entries(named).map(([fact, is = []]) => ({ fact: fact as Question, is: [is].flat() })),
  }));

/** Questions that a case does not name are unknown. */
const factsOf = (given: Answers): SeverityFacts =>
  Object.fromEntries(
    questions.map(([name]) => [name, { value: given[name] ?? 'unknown', evidence: '' }]),
  ) as unknown as SeverityFacts;

const isMet = (table: SeverityRow[], given: Answers): boolean => assess(factsOf(given), table).met.length > 0;

function problemsOf({ rows, examples }: Table): TableProblem[] {
  const all = rows.flatMap(alternativesOf);
  return [
    ...rows.flatMap((one, at) => [
      ...wrongCases(one, ['rows', at], (given) => isMet(alternativesOf(one), given)),
      ...untried(one, at),
      ...lowering(one, at),
    ]),
    ...examples.flatMap((example, at) => {
      const { severity } = assess(factsOf(example.answers), all);
      const message = `the table says ${severity} of: ${example.what}`;
      return severity === example.severity ? [] : [{ path: ['examples', at, 'severity'], message }];
    }),
  ];
}

const untried = (one: Row, at: number): TableProblem[] =>
  alternativesOf(one).flatMap((alternative, number) =>
    one.fires.some((given) => isMet([alternative], given))
      ? []
      : [{ path: ['rows', at, 'any', number], message: 'no case under fires meets this alternative' }],
  );

/** What is not known never lowers a severity (P8). */
const lowering = ({ level, any }: Row, at: number): TableProblem[] =>
  level !== 'low' && level !== 'lower'
    ? []
    : (any as Condition[]).flatMap((named, number) =>
        Object.entries(named).flatMap(([question, is = []]) =>
          [is].flat().includes('unknown')
            ? [{ path: ['rows', at, 'any', number, question], message: 'unknown must not lower a severity' }]
            : [],
        ),
      );

export const severity = dataTable({
  name: 'severity',
  about: 'The criteria of severity (S57–S67) with the two that adjust the result; rows of one number are alternatives.',
  schema,
  problems: problemsOf,
  cases: ({ rows, examples }) => casesOf(rows) + examples.length,
  imports: "import type { SeverityRow } from '../severity/severity-table.ts';",
  constant: 'severityTable: SeverityRow[]',
  value: ({ rows }) => rows.flatMap(alternativesOf),
});
