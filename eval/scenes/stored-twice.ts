import { CreateImageCommand } from '@aws-sdk/client-ec2';
import { allow } from '../../src/lab/account.ts';
import type { SetScene } from '../scene.ts';
import { engineer, machineAndBucket, somebody, staging, working } from './parts.ts';

export const storedTwice: SetScene = async (stage, twin) => {
  const old = await machineAndBucket(stage, staging, { bucket: 'acme-team-share' });
  const storing = allow('ec2:CreateStoreImageTask');
  const second = await somebody(stage, 'lena.vogt', working, storing);
  const { session, person } = await engineer(stage, old, storing);
  const { ImageId = '' } = await stage.victim.admin.ec2.send(
    new CreateImageCommand({ InstanceId: old.instanceId, Name: stage.name('search-golden') }),
  );

  const first = await stage.storeImage(session, ImageId, old.bucket);
  const again = await stage.storeImage(twin ? session : second, ImageId, old.bucket);
  await stage.logGoesOn(old.bucket);
  return {
    records: [first, again],
    names: { person, second: second.arn, secondKey: second.credentials.accessKeyId },
  };
};
