import { FakeWorld } from '../test/support/fake-world.ts';
import type { Event, IncidentHistory, RanActivity } from './incident-history.ts';

/** An activity as a bare workflow needs it: how much goes in and comes out. */
export type BareActivity = Pick<RanActivity, 'input' | 'output' | 'took'>;
/** What is done at once; the next round begins when all of it has ended. */
export type Round = BareActivity[];
/** Rounds up to the point where the playbook waits for somebody, or for a time. */
export interface Stretch {
  rounds: Round[];
  then: 'decision' | 'end';
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
};

/** The least that a workflow has to do that asks the same, answers the same and waits as often. */
export function arrangementOf({ events, activities }: IncidentHistory): Stretch[] {
  const { contain } = new FakeWorld();
  const stretches: Stretch[] = [];
  let levels = new Map<number, Round>();
  let acting = 0;
  const end = (then: Stretch['then']) => {
    const rounds = [...levels].sort(([a], [b]) => a - b).map(([, round]) => round);
    if (rounds.length > 0 || then === 'decision') stretches.push({ rounds, then });
    levels = new Map();
    acting = 0;
  };
  for (const event of events) {
    if (isDecision(event)) end('decision');
    const activity = activities.get(event.id);
    if (!activity) continue;
    const { name, input, output, took } = activity;
    // Acts first: what is asked afterwards is asked about a changed world.
    const level = name in contain ? ++acting : acting + 1 + (after[name] ?? 0);
    levels.set(level, [...(levels.get(level) ?? []), { input, output, took }]);
  }
  end('end');
  return stretches;
}

const isDecision = ({ kind }: Event): boolean => kind === 'workflowExecutionUpdateAccepted';

/** Milliseconds that the longest chain of these reads takes: in each round, the slowest. */
export const criticalPath = ({ rounds }: Stretch): number =>
  rounds.reduce((sum, round) => sum + Math.max(...round.map(({ took }) => took)), 0);
