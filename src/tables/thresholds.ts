import { z } from 'zod';
import { longestRun } from '../domain/findings/denied-run.ts';
import { isImpossible } from '../domain/findings/geography.ts';
import { cases, duration } from './shapes.ts';
import { casesOf, dataTable, wrongCases, type TableProblem } from './table.ts';

const minutes = z.array(z.number().min(0).max(1_440)).min(1);
const schema = z.strictObject({
  deniedRun: z.strictObject({ calls: z.int().min(2).max(1_000), within: duration, ...cases(minutes) }),
  travel: z.strictObject({
    kilometresPerHour: z.number().positive(),
    leastKilometres: z.number().positive(),
    ...cases(z.strictObject({ kilometres: z.number().min(0), hours: z.number().min(0) })),
  }),
});

const callAt = (minute: number) => ({ time: new Date(minute * 60_000).toISOString() });

const problemsOf = ({ deniedRun, travel }: z.infer<typeof schema>): TableProblem[] => [
  ...wrongCases(
    deniedRun,
    ['deniedRun'],
    (refused) => longestRun(refused.map(callAt), deniedRun.within).length >= deniedRun.calls,
  ),
  ...wrongCases(travel, ['travel'], (journey) => isImpossible(journey, travel)),
];

export const thresholds = dataTable({
  name: 'thresholds',
  about: 'When something counts as unusual; the code has durations in milliseconds.',
  schema,
  problems: problemsOf,
  cases: ({ deniedRun, travel }) => casesOf([deniedRun, travel]),
  constant: 'thresholds',
  value: ({ deniedRun: { calls, within }, travel: { kilometresPerHour, leastKilometres } }) => ({
    deniedRun: { calls, within },
    travel: { kilometresPerHour, leastKilometres },
  }),
});
