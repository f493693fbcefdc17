import { canonicalJson } from '../../../src/domain/digest.ts';
import type { ActStatus } from '../../../src/domain/acts/acts.ts';
import { ended } from '../act.ts';
import { check, expectUntouched, start, type Cell } from '../cell.ts';
import type { Fault } from '../fault.ts';

/** The world moved on between plan and act: nothing is written, and the end says what was found. */
async function expectEnd(cell: Cell, status: ActStatus): Promise<string> {
  const { scene, before } = cell;
  const standing = await scene.state();
  check(canonicalJson(standing) !== canonicalJson(before), 'the target was not changed');
  const { result, failure, attempts } = await ended(await start(cell));
  check(result !== null, `it failed: ${failure ?? ''}`);
  check(result.status === status, `it is ${result.status}: ${result.detail}`);
  check(attempts === 1, `it was tried ${attempts} times`);
  await expectUntouched(cell, standing);
  return result.detail;
}

export const changed: Fault = {
  name: 'changed since plan',
  atEachCall: false,
  kills: false,
  notApplicable: ({ scene: { change } }) => (typeof change === 'string' ? change : null),
  run: async (cell) => {
    const { change } = cell.scene;
    if (typeof change !== 'string') await change();
    return expectEnd(cell, 'changed');
  },
};

export const gone: Fault = {
  name: 'gone',
  atEachCall: false,
  kills: false,
  notApplicable: ({ scene: { remove } }) => (typeof remove === 'string' ? remove : null),
  run: async (cell) => {
    const { remove } = cell.scene;
    if (typeof remove !== 'string') await remove();
    return expectEnd(cell, 'gone');
  },
};
