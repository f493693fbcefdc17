import { describe, expect, it } from 'vitest';
import { quietTemporal } from '../../../src/temporal/quiet.ts';
import type { Fault } from '../../faults/fault.ts';
import { runMatrix } from '../../faults/matrix.ts';
import { rows } from '../../faults/rows.ts';
import { startFaultWorld } from '../../faults/world.ts';
import { shared } from '../../support/shared.ts';

/** P4, act by act: these columns of the matrix that `npm run test:faults` prints. Gives the world that they are run in. */
export function matrixOf(faults: readonly Fault[]) {
  const world = shared(
    () => {
      quietTemporal('ERROR');
      return startFaultWorld(() => undefined);
    },
    (started) => started.stop(),
  );
  describe('every act comes to its right end', () => {
    it.each(faults)('when the fault is: $name', async (fault) => {
      const cells = await runMatrix(world(), { faults: [fault] });
      expect(cells.filter(({ ok }) => !ok)).toEqual([]);
      expect(cells.map(({ activity }) => activity)).toEqual(Object.keys(rows));
    });
  });
  return world;
}
