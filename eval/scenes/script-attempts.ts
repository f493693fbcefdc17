import type { TrailRecord } from '../../src/lab/aws/trail-record.ts';
import type { SetScene } from '../scene.ts';
import { machineAndBucket, month, somebody, staging, working } from './parts.ts';

export const scriptAttempts: SetScene = async (stage, twin) => {
  const old = await machineAndBucket(stage, staging);
  const actor = await somebody(stage, 'inventory-script', working);
  await month(stage, () => Promise.resolve(actor));

  const records: TrailRecord[] = [];
  for (let attempt = 0; attempt < (twin ? 1 : 15); attempt++) {
    const { record, errorCode } = await stage.export(actor, old);
    if (errorCode !== 'UnauthorizedOperation') throw new Error(`it should be refused: ${errorCode ?? 'worked'}`);
    records.push(record);
  }
  return { records: records.slice(-1), names: {} };
};
