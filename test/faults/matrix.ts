import type { ActName } from '../../src/domain/acts/acts.ts';
import { prepare } from './cell.ts';
import type { Fault } from './fault.ts';
import { faults as allFaults } from './faults.ts';
import type { Row } from './row.ts';
import { rows as allRows } from './rows.ts';
import { Together } from './together.ts';
import type { FaultWorld } from './world.ts';

export interface CellResult {
  activity: string;
  fault: string;
  ok: boolean;
  detail: string;
}

export interface MatrixOptions {
  rows?: Partial<Record<ActName, Row>>;
  faults?: Fault[];
  /** Told about each cell once it is known. */
  onCell?: (cell: CellResult) => void;
}

/** As many acts as a contain worker runs at a time: all of them can be held at their calls. */
const mostHeld = 10;

/** Every act with every fault: the cells of a fault at the same time, some at a time, the faults one after the other. */
export async function runMatrix(world: FaultWorld, options: MatrixOptions = {}): Promise<CellResult[]> {
  const { rows = allRows, faults = allFaults, onCell } = options;
  const cells: CellResult[] = [];
  for (const fault of faults) {
    const trials = Object.entries(rows).flatMap(([activity, row]) => trialsOf(activity, row, fault));
    const results: Pick<CellResult, 'ok' | 'detail'>[] = [];
    for (let begun = 0; begun < trials.length; begun += mostHeld) {
      const batch = trials.slice(begun, begun + mostHeld);
      const together = new Together(batch.length, () => world.replaceWorkers());
      results.push(...(await Promise.all(batch.map((trial) => tryOut(world, fault, trial, together)))));
    }
    for (const activity of Object.keys(rows)) {
      const own = results.filter((_, index) => trials[index]?.activity === activity);
      const cell = { activity, fault: fault.name, ok: own.every(({ ok }) => ok), detail: detailOf(own) };
      cells.push(cell);
      onCell?.(cell);
    }
  }
  return cells;
}

/** One act, with the fault at one of its calls. */
interface Trial {
  activity: string;
  row: Row;
  call: number;
}

const trialsOf = (activity: string, row: Row, { atEachCall }: Fault): Trial[] =>
  row.calls.slice(0, atEachCall ? undefined : 1).map((_, call) => ({ activity, row, call }));

let made = 0;

async function tryOut(
  world: FaultWorld,
  fault: Fault,
  { row, call }: Trial,
  together: Together,
): Promise<Pick<CellResult, 'ok' | 'detail'>> {
  const place = together.place();
  try {
    const name = `fault-${String(++made).padStart(4, '0')}`;
    const cell = await prepare(world, row, name, call);
    const reason = fault.notApplicable?.(cell) ?? null;
    if (reason !== null) return { ok: true, detail: `${notApplicable}${reason}` };
    return { ok: true, detail: await fault.run(cell, place.arrive) };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) };
  } finally {
    // Who ended early is not waited for.
    place.leave();
  }
}

/** What was not right, or else what was tried; why nothing was only where that is so of each call. */
export function detailOf(results: Pick<CellResult, 'ok' | 'detail'>[]): string {
  const wrong = results.filter(({ ok }) => !ok);
  const tried = results.filter(({ detail }) => !isNotApplicable(detail));
  const told = [wrong, tried].find((some) => some.length > 0) ?? results;
  return [...new Set(told.map(({ detail }) => detail))].join(' | ');
}

const notApplicable = 'not applicable: ';
export const isNotApplicable = (detail: string): boolean => detail.startsWith(notApplicable);
