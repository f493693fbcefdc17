import { GetObjectCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { allow, policyText } from '../../src/lab/account.ts';
import type { SetScene } from '../scene.ts';
import { exporting, machineAndBucket, month, production, somebody, working } from './parts.ts';

export const outsiderDownloads: SetScene = async (stage, twin) => {
  const { outsider, addresses } = stage;
  const old = await machineAndBucket(stage, production);
  const actor = await somebody(stage, 'lena.vogt', working, exporting, allow('s3:PutBucketPolicy'));
  const mallory = await outsider.user(stage.name('mallory'), {
    policy: [allow('s3:*')],
    sourceAddress: addresses.abroad,
  });
  await month(stage, () => Promise.resolve(actor));

  const Policy = policyText({
    Sid: 'PartnerAccess',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${outsider.id}:root` },
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${old.bucket}/*`,
  });
  await actor.clients.s3.send(new PutBucketPolicyCommand({ Bucket: old.bucket, Policy }));
  const { task, record } = await stage.export(actor, old);
  await stage.exportFinished(task);
  const image = { Bucket: old.bucket, Key: task?.ExportToS3Task?.S3Key ?? '' };
  const read = twin ? null : await mallory.clients.s3.send(new GetObjectCommand(image));
  const bytes = (await read?.Body?.transformToByteArray())?.length ?? 0;
  await stage.logGoesOn(old.bucket);
  return {
    records: [record],
    names: {
      actor: actor.arn,
      bucket: old.bucket,
      outsider: outsider.id,
      downloader: addresses.abroad,
      bytes: String(bytes),
    },
  };
};
