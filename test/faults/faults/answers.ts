import { failureTypes, type FailureType } from '../../../src/domain/failures.ts';
import type { FaultRule } from '../../../src/lab/aws/faults.ts';
import { ended } from '../act.ts';
import { check, containRole, expectApplied, start, type Cell } from '../cell.ts';
import type { Fault } from '../fault.ts';

const fired = async ({ world, scene }: Cell, names: string, kind: FaultRule['kind']): Promise<string[]> =>
  (await world.lab.control.firedFaults())
    .filter((fault) => fault.kind === kind && (fault.names === names || fault.names === scene.names))
    .map(({ operation }) => operation);

/** The call is answered like this once, and the attempt after that brings the act to its end. */
const answered = (name: string, rule: Pick<FaultRule, 'kind' | 'status'>, type: FailureType): Fault => ({
  name,
  atEachCall: true,
  kills: false,
  run: async (cell) => {
    const { world, row, call, names } = cell;
    const target = { service: row.service, operation: call.operation, names, principalArn: containRole(cell) };
    await world.lab.control.fault({ ...target, ...rule });
    const end = await ended(await start(cell));
    check((await fired(cell, names, rule.kind)).length === 1, `the lab did not let ${call.operation} fail`);
    check(end.attempts === 2 && end.retriedFor === type, `attempt ${end.attempts} after ${end.retriedFor}`);
    return expectApplied(cell, end);
  },
});

export const throttled = answered('throttled', { kind: 'throttle' }, failureTypes.throttled);
export const failing = answered('5xx', { kind: 'error', status: 503 }, failureTypes.unavailable);
export const resetAfter = answered('connection reset after apply', { kind: 'resetAfter' }, failureTypes.unavailable);

/** Longer than one attempt waits for a change to show, also on a busy machine. */
const staleMs = 20_000;

/** AWS confirms the change, and its reads show the old state for a while. */
export const staleReads: Fault = {
  name: 'stale reads',
  atEachCall: false,
  kills: false,
  notApplicable: ({ row }) => row.consistent ?? null,
  run: async (cell) => {
    const { world, row, scene } = cell;
    const { operation = '' } = row.calls.at(-1) ?? {};
    const target = { service: row.service, operation, names: scene.names, principalArn: containRole(cell) };
    await world.lab.control.fault({ ...target, kind: 'stale', ms: staleMs, times: row.calls.length });
    const end = await ended(await start(cell));
    const reads = (await fired(cell, scene.names, 'stale')).filter((fault) => fault !== operation);
    check(reads.length > 0, `no read after ${operation} showed the old state`);
    check(
      end.attempts > 1 && end.retriedFor === failureTypes.notYet,
      `attempt ${end.attempts} after ${end.retriedFor}`,
    );
    return expectApplied({ ...cell, call: { operation } }, end);
  },
};
