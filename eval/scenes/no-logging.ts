import type { SetScene } from '../scene.ts';
import { engineer, machineAndBucket, staging } from './parts.ts';

export const noLogging: SetScene = async (stage, twin) => {
  const old = await machineAndBucket(stage, staging, { bucket: 'acme-team-share', logged: twin });
  const { session, person } = await engineer(stage, old);
  const { task, record } = await stage.export(session, old);
  await stage.exportFinished(task);
  await stage.logGoesOn(old.bucket);
  return { records: [record], names: { person } };
};
