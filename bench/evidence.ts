import { anInstance, aRead, aTrail, aTrailEvent, ids, someReads } from '../test/support/builders.ts';
import type { FakeWorld } from '../test/support/fake-world.ts';

/** What an ordinary incident finds: calls of the actor, reads of the image, copies and volumes of the machine. */
const ordinary = { calls: 25, reads: 10, copies: 1, volumes: 2 };

/** Lets the doubles find so much more of everything that the playbook looks at. */
export function setEvidence(world: FakeWorld, factor: number): void {
  const some = <T>(count: number, make: (index: number) => T): T[] =>
    Array.from({ length: count * factor }, (_, index) => make(index));
  world.trail = aTrail(
    some(ordinary.calls, (index) =>
      aTrailEvent({
        eventId: `evidence-${index}`,
        time: timeOf(index),
        sourceAddress: `203.0.113.${index % 250}`,
        ...(index % 5 === 0 && {
          eventName: 'RunInstances',
          readOnly: false,
          errorCode: 'Client.UnauthorizedOperation',
        }),
      }),
    ),
  );
  world.reads = someReads({ reads: some(ordinary.reads, (index) => aRead({ time: timeOf(index) })) });
  world.copies = some(ordinary.copies, (index) => ({
    type: 'snapshot' as const,
    id: `snap-${index}`,
    from: ids.instance,
    createdAt: timeOf(index),
    sharedWith: [],
  }));
  const volumes = some(ordinary.volumes, (index) => ({ volumeId: `vol-${index}`, encrypted: false, sizeGiB: 20 }));
  world.instance = anInstance({ volumes });
}

/** One a minute. */
const timeOf = (index: number): string => new Date(Date.parse('2026-03-02T00:00:00Z') + index * 60_000).toISOString();
