import { invert } from '../../src/domain/acts/invert.ts';
import { canonicalJson } from '../../src/domain/digest.ts';
import type { Json } from '../../src/domain/json.ts';
import { eventName } from '../../src/lab/aws/operation.ts';
import { ended, startAct, type Ended, type RunningAct } from './act.ts';
import type { Call, Row, Scene } from './row.ts';
import type { FaultWorld } from './world.ts';

/** One act on a target of its own, with a fault at one of its calls. */
export interface Cell {
  world: FaultWorld;
  row: Row;
  scene: Scene;
  name: string;
  /** Where the fault strikes. */
  call: Call;
  /** What that call names. */
  names: string;
  /** What stands before the act. */
  before: Json;
}

export async function prepare(world: FaultWorld, row: Row, name: string, index: number): Promise<Cell> {
  const scene = await row.scene(world, name);
  const call = row.calls[index];
  if (!call) throw new Error(`the row has no call ${index}`);
  const names = scene.callNames?.[index] ?? scene.names;
  return { world, row, scene, name, call, names, before: await scene.state() };
}

/** Whose calls the fault strikes. */
export const containRole = ({ world, scene }: Pick<Cell, 'world' | 'scene'>): string =>
  scene.role?.arn ?? world.foundation.roles.victim.contain;

export const start = ({ world, name, scene }: Cell, suffix = ''): Promise<RunningAct> =>
  startAct(world, `${name}${suffix}`, scene.input);

export function check(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

/** Lists of strings and objects as one line. */
const shown = (value: Json): string => canonicalJson(value);

async function checkState({ scene }: Cell, expected: Json, what: string): Promise<void> {
  const found = shown(await scene.state());
  check(found === shown(expected), `${what}: AWS holds ${found} instead of ${shown(expected)}`);
}

/** The calls of the contain role on this target that are no reads, as the lab's trail has them. */
async function changes(cell: Cell, refused: boolean): Promise<string[]> {
  const { world, scene } = cell;
  const records = await world.lab.control.trail({ principalArn: containRole(cell) });
  return (
    records
      .filter(({ readOnly, errorCode }) => !readOnly && (errorCode !== undefined) === refused)
      // A call between accounts is recorded in both.
      .filter(({ recipientAccountId }) => recipientAccountId === scene.input.accountId)
      .filter((record) => JSON.stringify(record).includes(scene.names))
      .filter(({ awsRegion }) => scene.onlyIn === undefined || awsRegion === scene.onlyIn)
      .map(({ eventName }) => eventName)
  );
}
export const applied = (cell: Cell): Promise<string[]> => changes(cell, false);
export const refused = (cell: Cell): Promise<string[]> => changes(cell, true);

/**
 * The right end of an act that a fault interrupted: the state is as planned and came about by one set of calls, and the
 * inverse act restores what was before.
 */
export async function expectApplied(cell: Cell, { result, failure, attempts, retriedFor }: Ended): Promise<string> {
  const { row, scene, call } = cell;
  check(result !== null, `it failed: ${failure ?? ''}`);
  check(result.status === 'applied' || result.status === 'already', `it is ${result.status}: ${result.detail}`);
  await checkState(cell, scene.after(result.observed ?? {}), 'the act');
  const called = row.calls.map(({ operation }) => eventName(operation));
  const [made, needed] = [await applied(cell), called].map((list) => list.sort());
  check(String(made) === String(needed), `AWS applied ${String(made)} instead of ${String(needed)}`);
  const undone = await undo(cell, result.observed);
  return `${call.operation}: ${result.status} at attempt ${attempts}${retriedFor === null ? '' : ` after ${retriedFor}`}; ${undone}`;
}

async function undo(cell: Cell, observed: Record<string, string> | undefined): Promise<string> {
  const { world, row, scene, name, before } = cell;
  const inverse = invert(scene.input, observed);
  if (inverse === null || row.noInverse !== null) {
    check(inverse === null && row.noInverse !== null, 'the row is wrong about whether there is an inverse act');
    return `no inverse: ${row.noInverse}`;
  }
  const { result, failure } = await ended(await startAct(world, `${name}-undo`, inverse));
  check(result !== null, `the inverse act failed: ${failure ?? ''}`);
  check(result.status === 'applied', `the inverse act is ${result.status}: ${result.detail}`);
  await checkState(cell, before, 'the inverse act');
  return 'undone';
}

export async function expectUntouched(cell: Cell, standing: Json): Promise<void> {
  const made = await applied(cell);
  check(made.length === 0, `AWS applied ${made.join(', ')}, and nothing should have been`);
  await checkState(cell, standing, 'nothing was to change');
}
