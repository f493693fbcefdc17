import { describe, expect, it } from 'vitest';
import type { Compared } from '../../eval/compare.ts';
import { startEvalWorld } from '../../eval/eval-world.ts';
import { evaluate } from '../../eval/evaluate.ts';
import { readExpected } from '../../eval/expected.ts';
import { quietTemporal } from '../../src/temporal/quiet.ts';
import { shared } from '../support/shared.ts';

const pairs = readExpected();

/** The same evaluation that `npm run eval` prints: all scenes in one lab, side by side. */
const compared = shared(async () => {
  quietTemporal('ERROR');
  const world = await startEvalWorld(() => undefined);
  const { scenarios } = await evaluate(world, pairs, () => undefined).finally(() => world.stop());
  return new Map<string, Compared>(scenarios.map((scenario) => [scenario.name, scenario]));
});

describe('the evaluation', () => {
  it.each(pairs.flatMap(({ name, twin }) => [name, twin.name]))('of %s misses nothing and invents nothing', (name) => {
    expect(compared().get(name)).toMatchObject({ missed: [], invented: [] });
  });
});
