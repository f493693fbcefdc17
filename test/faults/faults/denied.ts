import { DeleteRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { failureTypes } from '../../../src/domain/failures.ts';
import { policyText } from '../../../src/lab/account.ts';
import { ended } from '../act.ts';
import { check, containRole, expectApplied, expectUntouched, refused, start } from '../cell.ts';
import type { Fault } from '../fault.ts';

/** The contain role lacks the permission; once it has it, the same act is done. */
export const accessDenied: Fault = {
  name: 'access denied',
  atEachCall: false,
  kills: false,
  run: async (cell) => {
    const { world, row, scene, call, name, before } = cell;
    const { iam } = (scene.role?.of ?? world.foundation.victim).admin;
    const roleName = containRole(cell).split('/').at(-1) ?? '';
    const action = call.action ?? `${row.service}:${call.operation}`;
    const policy = { RoleName: roleName, PolicyName: name };
    const document = policyText({ Effect: 'Deny', Action: action, Resource: scene.arn });
    await iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: document }));
    const { failure, attempts } = await ended(await start(cell));
    check(String(await refused(cell)) === call.operation, `the lab did not refuse ${call.operation}`);
    check(failure !== null, 'the act did not fail');
    for (const word of [failureTypes.accessDenied, action, roleName]) {
      check(failure.includes(word), `what people read does not name ${word}: ${failure}`);
    }
    check(attempts === 1, `it was tried ${attempts} times`);
    await expectUntouched(cell, before);

    await iam.send(new DeleteRolePolicyCommand(policy));
    return `refused, then ${await expectApplied(cell, await ended(await start(cell, '-again')))}`;
  },
};
