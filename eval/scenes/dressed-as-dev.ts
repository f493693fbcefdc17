import { CreateTagsCommand } from '@aws-sdk/client-ec2';
import { allow } from '../../src/lab/account.ts';
import type { Clients } from '../../src/lab/clients.ts';
import { days } from '../eval-stage.ts';
import type { SetScene } from '../scene.ts';
import { engineer, machineAndBucket, production } from './parts.ts';

export const dressedAsDev: SetScene = async (stage, twin) => {
  const old = await machineAndBucket(stage, production, { bucket: 'acme-team-share' });
  const { session, person } = await engineer(stage, old, allow('ec2:CreateTags'));
  await dress(twin ? stage.victim.admin : session.clients, old.instanceId);
  // CloudTrail still knows of it.
  if (twin) await stage.lab.control.timePasses(days(60), [old.instanceId]);
  const { task, record } = await stage.export(session, old);
  await stage.exportFinished(task);
  await stage.logGoesOn(old.bucket);
  return { records: [record], names: { person } };
};

const dress = ({ ec2 }: Clients, instanceId: string) =>
  ec2.send(
    new CreateTagsCommand({
      Resources: [instanceId],
      Tags: [
        { Key: 'Environment', Value: 'development' },
        { Key: 'DataClassification', Value: 'public' },
      ],
    }),
  );
