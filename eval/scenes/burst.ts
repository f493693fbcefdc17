import type { TrailRecord } from '../../src/lab/aws/trail-record.ts';
import type { SetScene } from '../scene.ts';
import { exporting, machineAndBucket, month, production, somebody, working } from './parts.ts';

export const burst: SetScene = async (stage, twin) => {
  // Not one of the usual buckets: of those half of all incidents share one, which says nothing.
  const { instanceId, bucket } = await machineAndBucket(stage, production, { bucket: 'vm-drop' });
  const machines = [instanceId];
  while (!twin && machines.length < 10) machines.push(await stage.instance(production));
  const actor = await somebody(stage, 'sync-agent', working, exporting);
  await month(stage, () => Promise.resolve(actor));

  const records: TrailRecord[] = [];
  for (const machine of machines) {
    const { task, record } = await stage.export(actor, { instanceId: machine, bucket });
    await stage.exportFinished(task);
    records.push(record);
  }
  await stage.logGoesOn(bucket);
  const { accessKeyId: accessKey } = actor.credentials;
  return { records, names: { actor: actor.arn, accessKey, bucket, address: actor.sourceAddress } };
};
