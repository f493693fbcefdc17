import { allow } from '../../src/lab/account.ts';
import { backupBucket, backupRole } from '../../src/lab/lab-config.ts';
import type { SetScene } from '../scene.ts';
import { development, exporting, machineAndBucket, month, roleFor, somebody, working } from './parts.ts';

export const stolenBackupRole: SetScene = async (stage, twin) => {
  const { victim, addresses } = stage;
  const old = await machineAndBucket(stage, development, { bucket: backupBucket });
  const scheduler = await somebody(stage, 'backup-scheduler', allow('sts:AssumeRole'));
  const role = await roleFor(stage, backupRole, scheduler, working, exporting);
  const take = () => victim.assume(scheduler, role, stage.name('nightly'));
  await month(stage, take, (past) => stage.export(past, old));

  const session = await take();
  const address = twin ? session.sourceAddress : addresses.hosting;
  const { task, record } = await stage.export(stage.elsewhere(session, address), old);
  await stage.exportFinished(task);
  await stage.logGoesOn(old.bucket);
  return { records: [record], names: { person: scheduler.arn, address } };
};
