import { CreateTrailCommand, StartLoggingCommand, StopLoggingCommand } from '@aws-sdk/client-cloudtrail';
import { PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { allow, policyText } from '../../src/lab/account.ts';
import { createBucket } from '../../src/lab/foundation.ts';
import type { EvalStage } from '../eval-stage.ts';
import type { SetScene } from '../scene.ts';
import { engineer, machineAndBucket, staging } from './parts.ts';

export const trailStopped: SetScene = async (stage, twin) => {
  const old = await machineAndBucket(stage, staging, { bucket: 'acme-team-share' });
  const trail = { Name: await ownTrail(stage) };
  if (!twin) await stage.victim.admin.cloudTrail.send(new StartLoggingCommand(trail));
  const permission = allow(['cloudtrail:StartLogging', 'cloudtrail:StopLogging']);
  const { session, person } = await engineer(stage, old, permission);

  await session.clients.cloudTrail.send(twin ? new StartLoggingCommand(trail) : new StopLoggingCommand(trail));
  const { task, record } = await stage.export(session, old);
  await stage.exportFinished(task);
  await stage.logGoesOn(old.bucket);
  return { records: [record], names: { person } };
};

/** Beside the organisation's, which other scenes rely on. */
async function ownTrail(stage: EvalStage): Promise<string> {
  const { admin } = stage.victim;
  const [Name, bucket] = [stage.name('team'), stage.name('acme-team-trail')];
  await createBucket(admin.s3, bucket);
  const Policy = policyText({
    Sid: 'TrailWrites',
    Effect: 'Allow',
    Principal: { Service: 'cloudtrail.amazonaws.com' },
    Action: ['s3:GetBucketAcl', 's3:PutObject'],
    Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
  });
  await admin.s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
  await admin.cloudTrail.send(new CreateTrailCommand({ Name, S3BucketName: bucket }));
  return Name;
}
