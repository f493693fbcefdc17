import { PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { allow, policyText } from '../../src/lab/account.ts';
import { days, minutes } from '../eval-stage.ts';
import type { SetScene } from '../scene.ts';
import { exporting, machineAndBucket, ordinaryWork, production, somebody, working } from './parts.ts';

export const privilegeGained: SetScene = async (stage, twin) => {
  const old = await machineAndBucket(stage, production);
  const actor = await somebody(stage, 'tomas.brandt', working);
  const giver = await somebody(stage, 'hana.sato', allow('iam:PutUserPolicy'));
  const document = { PolicyName: 'exports', PolicyDocument: policyText(exporting) };
  const give = () => giver.clients.iam.send(new PutUserPolicyCommand({ UserName: actor.name, ...document }));
  await stage.timePasses(days(90));
  // CloudTrail still knows of it.
  if (twin) await give();
  await stage.timePasses(days(30));
  await ordinaryWork(actor);
  await stage.timePasses(days(30));
  if (!twin) await give();
  await stage.timePasses(minutes(60));

  const { task, record } = await stage.export(actor, old);
  await stage.exportFinished(task);
  await stage.logGoesOn(old.bucket);
  return { records: [record], names: { giver: giver.arn } };
};
