import { expect, it } from 'vitest';
import { groups } from '../../bench/groups.ts';
import { smallest } from '../../bench/sizes.ts';

it('the bench measures incidents against the AWS lab, in which no fact is asked for twice', async () => {
  const { figures, notes } = await groups['lab']!.measure(smallest, () => undefined);
  expect(figures.map(({ name }) => name)).toEqual([
    'incidents against the AWS lab',
    'alert to approval request, idle machine',
    'AWS calls until people are asked',
  ]);
  for (const { name, ratio } of figures) expect(ratio, name).toBeGreaterThan(0);
  expect(notes.filter((note) => note.startsWith('asked more than once'))).toEqual([]);
  expect(figures[2]).toMatchObject({ ratio: 1, ok: true });
}, 240_000);
