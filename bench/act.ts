import { s3Targets } from '../activities/s3/targets.ts';
import { containActivities } from '../activities/contain.ts';
import type { EditBucketPolicy } from '../src/domain/acts/acts.ts';
import { sid, sidPrefix } from '../src/domain/acts/created-names.ts';
import { restDigest } from '../src/domain/policy/policy-document.ts';
import { region } from '../src/lab/clients.ts';
import { createBucket } from '../src/lab/foundation.ts';
import { startWorld, type World } from '../test/support/aws-world.ts';
import { latencies, type Latencies } from './statistics.ts';

/** What an act takes once it has started, in the AWS lab; milliseconds. */
export interface ActBench {
  acts: number;
  /** A session for this act alone. */
  assumeRole: Latencies;
  /** Whether the target is as planned. */
  precondition: Latencies;
  /** The change itself with what surrounds it: read, call, read back. */
  act: Latencies;
}

export async function benchAct(acts: number): Promise<ActBench> {
  const world = await startWorld();
  const times = { assumeRole: [] as number[], precondition: [] as number[], act: [] as number[] };
  try {
    for (let number = 0; number <= acts; number++) {
      const input = await anEdit(world, number);
      const clients = world.containing.forAct(input);
      const assumeRole = await taken(() => clients.s3(input).config.credentials());
      const precondition = await taken(() => s3Targets(clients).editBucketPolicy.read(input));
      const activities = containActivities(world.containing, { protected: { principals: [], buckets: [] } });
      const act = await taken(() => activities.editBucketPolicy(input));
      if (number === 0) continue; // warms up
      times.assumeRole.push(assumeRole);
      times.precondition.push(precondition);
      times.act.push(act);
    }
  } finally {
    await world.stop();
  }
  const { assumeRole, precondition, act } = times;
  return {
    acts,
    assumeRole: latencies(assumeRole),
    precondition: latencies(precondition),
    act: latencies(act),
  };
}

async function taken(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function anEdit({ foundation }: World, number: number): Promise<EditBucketPolicy> {
  const incidentKey = 'VMX-ABCDEFGHIJ';
  const bucket = `bench-${number}`;
  await createBucket(foundation.victim.admin.s3, bucket);
  const statement = {
    Sid: sid(incidentKey, 'DenyReads'),
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${bucket}/*`,
  };
  return {
    act: 'editBucketPolicy',
    incidentKey,
    accountId: foundation.victim.id,
    region,
    bucket,
    add: [statement],
    remove: [],
    removedByPlan: [],
    restDigest: restDigest(null, sidPrefix(incidentKey), []),
    before: null,
  };
}
