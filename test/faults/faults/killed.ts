import type { BarrierRule } from '../../../src/lab/aws/barriers.ts';
import { ended } from '../act.ts';
import { check, containRole, expectApplied, start } from '../cell.ts';
import type { Fault } from '../fault.ts';

/** SIGKILL while the call is held in the lab; another worker takes the act over once the heartbeats stop. */
const killed = (name: string, held: Pick<BarrierRule, 'when' | 'lose'>): Fault => ({
  name,
  atEachCall: true,
  kills: true,
  run: async (cell, killTogether) => {
    const { world, row, call, names } = cell;
    const target = { service: row.service, operation: call.operation, names, principalArn: containRole(cell) };
    const barrier = await world.lab.control.barrier({ ...target, ...held });
    const running = await start(cell);
    const end = ended(running);
    const first = await Promise.race([barrier.reached().then(() => 'held'), end.then(() => 'ended')]);
    if (first === 'ended') await barrier.release();
    check(first === 'held', `the act ended before ${call.operation} could be held`);
    await killTogether();
    const { attempts, retriedFor } = await end;
    // A busy machine can be late with a heartbeat of the attempts that follow, too: each is another takeover.
    check(attempts >= 2 && /heartbeat/i.test(retriedFor ?? ''), `attempt ${attempts} after ${retriedFor}, no takeover`);
    return expectApplied(cell, await end);
  },
});

export const killedBefore = killed('killed before the call', { when: 'before', lose: true });
export const killedAfter = killed('killed after the call was applied', { when: 'after' });
