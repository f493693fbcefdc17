import { expect, it } from 'vitest';
import { setEvidence } from '../../../bench/evidence.ts';
import { FakeWorld } from '../../support/fake-world.ts';

it('sixteen times the evidence is sixteen times of everything that is found', () => {
  const counts = (factor: number) => {
    const world = new FakeWorld();
    setEvidence(world, factor);
    const { trail, reads, copies, instance } = world;
    return [trail.events.length, reads.reads.length, copies.length, instance.volumes.length];
  };
  const [once, more] = [counts(1), counts(16)];
  expect(more).toEqual(once.map((count) => 16 * count));
  expect(Math.min(...once)).toBeGreaterThan(0);
});
