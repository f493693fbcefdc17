import { DeleteRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { failureTypes } from '../../../src/domain/failures.ts';
import { policyText } from '../../../src/lab/account.ts';
import { eventName } from '../../../src/lab/aws/operation.ts';
import { ended } from '../act.ts';
import { applied, check, containRole, expectApplied, expectUntouched, refused, start, type Cell } from '../cell.ts';
import type { Fault } from '../fault.ts';

/** The contain role lacks the permission; once it has it, the same act is done. */
export const accessDenied: Fault = {
  name: 'access denied',
  atEachCall: false,
  kills: false,
  run: async (cell) => {
    const allow = await refuse(cell);
    await expectUntouched(cell, cell.before);
    await allow();
    return `refused, then ${await expectApplied(cell, await ended(await start(cell, '-again')))}`;
  },
};

/** The same at a later call: what was done before stays, is not done again, and can be undone. */
export const accessDeniedHalfWay: Fault = {
  name: 'access denied half-way',
  atEachCall: true,
  kills: false,
  notApplicable: ({ row, call }) =>
    callsBefore(row, call).length === 0 ? 'nothing is done before the call that is refused' : null,
  run: async (cell) => {
    const { row, call } = cell;
    const allow = await refuse(cell);
    const [made, before] = [await applied(cell), callsBefore(row, call)].map((list) => list.sort());
    check(String(made) === String(before), `AWS applied ${String(made)} instead of ${String(before)}`);
    await allow();
    return `refused after ${String(before)}, then ${await expectApplied(cell, await ended(await start(cell, '-again')))}`;
  },
};

/** Calls that are done when this one is refused: those before the first one that needs the same permission. */
const callsBefore = ({ calls, service }: Cell['row'], call: Cell['call']): string[] => {
  const permission = ({ action, operation }: Cell['call']) => action ?? `${service}:${operation}`;
  const first = calls.findIndex((other) => permission(other) === permission(call));
  return calls.slice(0, first).map(({ operation }) => eventName(operation));
};

/** Runs the act without the permission for the call; answers with how the role gets it back. */
async function refuse(cell: Cell): Promise<() => Promise<unknown>> {
  const { world, row, scene, call, name } = cell;
  const { iam } = (scene.role?.of ?? world.foundation.victim).admin;
  const roleName = containRole(cell).split('/').at(-1) ?? '';
  const action = call.action ?? `${row.service}:${call.operation}`;
  const policy = { RoleName: roleName, PolicyName: name };
  const document = policyText({ Effect: 'Deny', Action: action, Resource: scene.arn });
  await iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: document }));
  const { failure, attempts } = await ended(await start(cell));
  check(String(await refused(cell)) === eventName(call.operation), `the lab did not refuse ${call.operation}`);
  check(failure !== null, 'the act did not fail');
  for (const word of [failureTypes.accessDenied, action, roleName]) {
    check(failure.includes(word), `what people read does not name ${word}: ${failure}`);
  }
  check(attempts === 1, `it was tried ${attempts} times`);
  return () => iam.send(new DeleteRolePolicyCommand(policy));
}
