import { z } from 'zod';
import { concealmentIn } from '../domain/findings/concealment.ts';
import { callName, cases, line } from './shapes.ts';
import { casesOf, dataTable, twice, wrongCases, type TableProblem } from './table.ts';
import type { ConcealingCall } from '../domain/data/rows.ts';
import type { TrailEvent, TrailFacts } from '../domain/findings/trail-facts.ts';

const call = z.strictObject({
  by: z.enum(['actor', 'somebody', 'responder']),
  bucket: z.enum(['logs', 'other']).exactOptional(),
  failed: z.boolean().exactOptional(),
  recording: z.enum(['less', 'not less', 'unknown']).exactOptional(),
});
const row = z
  .strictObject({
    call: callName,
    what: line,
    by: z.enum(['anybody', 'actor']),
    on: z.enum(['log buckets', 'log buckets unless the actor']).exactOptional(),
    ...cases(call),
  })
  .refine(({ by, on }) => by === 'anybody' || on === undefined, {
    path: ['on'],
    error: 'is for calls by anybody: those of the actor count on any bucket',
  });
const schema = z.strictObject({ rows: z.array(row).min(1) });
type Table = z.infer<typeof schema>;

const callsOf = ({ rows }: Table): ConcealingCall[] =>
  rows.map(({ fires: _, quiet: __, what: ___, ...concealing }) => concealing);

const responder = 'arn:aws:iam::111111111111:role/responder';
const moment = '2026-01-01T00:00:00Z';
const trailOf = (events: TrailEvent[]): TrailFacts => ({
  ...{
    from: moment,
    to: moment,
    regions: [],
    events,
    total: events.length,
    truncated: false,
    countByName: {},
    gaps: [],
  },
  changesLeftOut: 0,
});

/** Whether such a call counts as concealment, in an account of which everything was read. */
function counts(
  table: ConcealingCall[],
  name: string,
  { by, bucket, failed, recording }: z.infer<typeof call>,
): boolean {
  const event: TrailEvent = {
    ...{ eventId: 'case', time: moment, eventName: name, eventSource: '', region: '', readOnly: false },
    resources: bucket === undefined ? [] : [`the-${bucket}`],
    ...(failed === true ? { errorCode: 'AccessDenied' } : {}),
    ...(by === 'responder' ? { principalArn: responder } : {}),
    ...(recording === undefined ? {} : { recording: { effect: recording, what: 'the case' } }),
  };
  const looked = table.some((one) => one.call === name && one.by === 'anybody');
  const blinding = {
    trail: trailOf(by !== 'actor' && looked ? [event] : []),
    logBuckets: ['the-logs'],
    responders: [responder],
  };
  return concealmentIn({ actorTrail: trailOf(by === 'actor' ? [event] : []), blinding }, table).value === 'yes';
}

function problemsOf(table: Table): TableProblem[] {
  const calls = callsOf(table);
  return [
    ...twice(
      table.rows.map((one) => one.call),
      'call',
    ),
    ...table.rows.flatMap((one, at) => wrongCases(one, ['rows', at], (made) => counts(calls, one.call, made))),
  ];
}

export const concealingCalls = dataTable({
  name: 'concealing-calls',
  about: 'Calls that blind those who watch, or let traces expire (S61).',
  schema,
  problems: problemsOf,
  cases: ({ rows }) => casesOf(rows),
  imports: "import type { ConcealingCall } from './rows.ts';",
  constant: 'concealing: ConcealingCall[]',
  value: callsOf,
});
