import { describe, expect, it } from 'vitest';
import { groups } from '../../bench/groups.ts';
import { smallest } from '../../bench/sizes.ts';

/** As small as it gets: what is measured is of no interest here. */
const figures: Record<string, string[]> = {
  intake: ['alert POST to 202, p50', 'alert POST to 202, p99'],
  decision: ['accepted decision to first act, p50', 'accepted decision to first act, p99'],
  playbook: [
    'incidents, whole playbook',
    'events of an incident',
    'payloads of an incident',
    'billable actions of an incident',
  ],
  storm: ['alert to approval request, within a storm of 2'],
  parked: [
    "worker's memory, 2 parked, over half of them",
    "server's memory, 2 parked",
    'decision on any of 2 parked, p99',
    'worker ready from cold',
    'first decision after the worker restarted',
  ],
};

describe('the bench', () => {
  it.each(Object.entries(figures))('measures %s beside the bare thing', async (group, names) => {
    const address = process.env['TEMPORAL_ADDRESS'];
    const measured = await groups[group]!.measure(smallest, () => undefined);
    expect(measured.figures.map(({ name }) => name)).toEqual(names);
    for (const { name, limit, ratio } of measured.figures) {
      expect(limit, name).toBeGreaterThan(0);
      expect(ratio, name).toBeGreaterThan(0);
      expect(ratio, name).toBeLessThan(Infinity);
    }
    // Whoever measures next finds no server that is gone.
    expect(process.env['TEMPORAL_ADDRESS']).toBe(address);
  });
});
