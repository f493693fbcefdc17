import type { SetScene } from '../scene.ts';
import {
  development,
  exporting,
  machineAndBucket,
  month,
  ordinaryWork,
  production,
  somebody,
  working,
} from './parts.ts';

export const leakedKey: SetScene = async (stage, twin) => {
  const { addresses } = stage;
  const old = await machineAndBucket(stage, production);
  const other = await stage.instance(development);
  const actor = await somebody(stage, 'release-bot', working, exporting);
  await month(
    stage,
    () => Promise.resolve(actor),
    (past) => stage.export(past, { ...old, instanceId: other }),
  );

  await ordinaryWork(actor);
  const address = twin ? addresses.office : addresses.abroad;
  const { task, record } = await stage.export(stage.elsewhere(actor, address), old);
  await stage.exportFinished(task);
  await stage.logGoesOn(old.bucket);
  return { records: [record], names: { address } };
};
