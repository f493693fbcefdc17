import { FakeWorld } from '../test/support/fake-world.ts';
import type { Event, IncidentHistory, RanActivity } from './incident-history.ts';

/** An activity as a bare workflow needs it: how much goes in and comes out. */
export type BareActivity = Pick<RanActivity, 'input' | 'output' | 'took'>;
/** Milliseconds until AWS has spread a change, or until a fix has held for a while. */
export interface Wait {
  wait: number;
}
/** What is done at once; the next round begins when all of it has ended. */
export type Round = (BareActivity | Wait)[];
/** Rounds up to the point where the playbook waits for somebody. */
export interface Stretch {
  rounds: Round[];
  then: 'decision' | 'end';
}
/** The least that a workflow has to do that is told the same, asks the same, answers the same and waits as often. */
export interface Arrangement {
  stretches: Stretch[];
  /** Bytes that it is started with, and that it ends with. */
  input: number;
  output: number;
}

/**
 * Reads that can only be asked once another has answered; what is not named needs nothing of its phase. Acts and what
 * follows them go one after the other, in the order in which people approved them.
 */
const after: Record<string, number> = {
  // Bucket and key of a failed export are known from its task alone.
  describeBucket: 1,
  describeExportObject: 1,
  // Where the logs lie is a setting of the bucket.
  readAccessLogs: 2,
  // Who took which session is known from what the access key did.
  describePrincipal: 1,
  rolesTrusting: 2,
  policyUsers: 2,
  serviceCredentials: 2,
  // The addresses are those of the trail and of the access logs.
  locate: 3,
};
/** What tells of all that came before: the plan that people decide on, the events that are kept, the report. */
const ofEverything: ReadonlySet<string> = new Set(['openRequest', 'indexEvents', 'storeReport']);
/** Who may decide is read when somebody decides; nothing is done before (P7). */
const beforeActs = 'readApprovers';

export function arrangementOf({ events, activities, waits, input, output }: IncidentHistory): Arrangement {
  const { contain } = new FakeWorld();
  const stretches: Stretch[] = [];
  let levels = new Map<number, Round>();
  /** The last level after which the world is another. */
  let changed = 0;
  const put = (level: number, what: Round[number]) => levels.set(level, [...(levels.get(level) ?? []), what]);
  const end = (then: Stretch['then']) => {
    const rounds = [...levels].sort(([a], [b]) => a - b).map(([, round]) => round);
    if (rounds.length > 0 || then === 'decision') stretches.push({ rounds, then });
    levels = new Map();
    changed = 0;
  };
  for (const event of events) {
    if (isDecision(event)) end('decision');
    const wait = waits.get(event.id);
    // Beside what is read meanwhile; what is asked once it is over needs all of it.
    if (wait !== undefined) put(++changed, { wait });
    const activity = activities.get(event.id);
    if (!activity) continue;
    const { name, ...sizes } = activity;
    if (ofEverything.has(name)) put(Math.max(changed, ...levels.keys()) + 1, sizes);
    // Acts first: what is asked afterwards is asked about a changed world.
    else if (name in contain || name === beforeActs) put(++changed, sizes);
    else put(changed + 1 + (after[name] ?? 0), sizes);
  }
  end('end');
  return { stretches, input, output };
}

const isDecision = ({ kind }: Event): boolean => kind === 'workflowExecutionUpdateAccepted';

/** Milliseconds that the longest chain of these reads takes: in each round, the slowest. What only waits is not in it. */
export const criticalPath = ({ rounds }: Stretch): number =>
  rounds.reduce((sum, round) => sum + Math.max(0, ...round.map((one) => ('wait' in one ? 0 : one.took))), 0);
